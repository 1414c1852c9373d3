package org.timehands.timer;

import java.util.HashMap;
import java.util.Map;
import org.timehands.clockevent.Passage;

/**
 * Who waits for whose callback to end: refuses a wait that would never end, and lets time pass in
 * one if the waiting thread makes it.
 *
 * <p>Thread-safe.
 */
/*
 * A thread that runs the callback of A and waits for B to end waits for the thread that runs B.
 * Whoever closes such a chain into a ring finds it here, because every wait is entered, under this
 * object's lock, before it begins.
 *
 * field   | read         | write        | guard
 * waits   | synchronized | synchronized | this
 * passage | volatile     | volatile     | none
 */
final class WaitGraph {
  private final Map<Thread, ClockTimer> waits = new HashMap<>();
  private volatile Passage passage = Passage.BY_ITSELF;

  WaitGraph() {}

  /** What lets time pass for who waits: itself, unless it is made by hand. */
  Passage passage() {
    return passage;
  }

  void letPassBy(Passage made) {
    passage = made;
  }

  /**
   * What a timer's callback sleeps on may be the time that the calling thread makes: lets that pass
   * until it is over. Lock held, but not meanwhile.
   *
   * @return false if the thread has to wait by itself
   */
  boolean letPass(ClockTimer timer, ShardLock lock) {
    if (passage.equals(Passage.BY_ITSELF)) {
      return false;
    }
    boolean interrupted = false;
    boolean[] passed = new boolean[1];
    try {
      do {
        interrupted |= Thread.interrupted();
        lock.drop(() -> passed[0] = passage.awaits(() -> timer.runner == null, Long.MAX_VALUE));
      } while (!passed[0] && Thread.currentThread().isInterrupted());
    } catch (IllegalStateException vain) {
      timer.stopping = false;
      throw vain;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return passed[0] || timer.runner == null;
  }

  /** Enters that the calling thread waits for a timer's callback. */
  synchronized void enter(ClockTimer timer) {
    Thread me = Thread.currentThread();
    Thread at = timer.runner;
    while (at != null && !at.equals(me)) {
      ClockTimer next = waits.get(at);
      at = next == null ? null : next.runner;
    }
    if (at != null) {
      throw new IllegalStateException(
          "this thread would wait for itself: it runs the callback of the timer that it cancels, or"
              + " of one that waits for that; use tryCancel, or return DONE");
    }
    waits.put(me, timer);
  }

  synchronized void leave() {
    waits.remove(Thread.currentThread());
  }
}

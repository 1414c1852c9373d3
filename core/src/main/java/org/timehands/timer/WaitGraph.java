package org.timehands.timer;

import java.util.HashMap;
import java.util.Map;

/**
 * Who waits for whose callback to end: refuses a wait that would never end.
 *
 * <p>Thread-safe.
 */
/*
 * A thread that runs the callback of A and waits for B to end waits for the thread that runs B.
 * Whoever closes such a chain into a ring finds it here, because every wait is entered, under this
 * object's lock, before it begins.
 */
final class WaitGraph {
  private final Map<Thread, ClockTimer> waits = new HashMap<>();

  WaitGraph() {}

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

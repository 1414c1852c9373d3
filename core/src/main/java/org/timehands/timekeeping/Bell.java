package org.timehands.timekeeping;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells listeners what has happened, one event after the other, once each, and never before it is
 * in force. Thread-safe; a thread that finds another one telling leaves its events to that one.
 *
 * <pre>
 * field     | read       | write      | guard
 * listeners | under lock | under lock | lock; the array itself never changes
 * queue, first, count, teller, rung, told | under lock | under lock | lock
 * </pre>
 */
/*
 * Who has set a clock waits until that has been told (A26), though another thread tells it:
 *
 *   A sets, rings 1, tells 1 ...                         ... tells 2, is done
 *                  B sets, rings 2: A is at it, waits ...                  ... returns
 *
 * With three exceptions, or there would be a ring of waits. Who sets from inside a listener is the
 * one that tells: its event has its turn when the listener is done. Who only tells time, by
 * advance, does not wait. And where a listener waits for a thread that sets, which nobody can see
 * from here, that thread goes on after PATIENCE_NANOS, and says so.
 */
final class Bell {
  /** Kinds of events. */
  static final int SET = 0;

  static final int CHANGED = 1;
  static final int RESUMED = 2;

  private static final System.Logger LOG = System.getLogger(Timekeeping.class.getName());
  private static final int WORDS = 3;

  /** A listener that takes longer than this delays nobody who sets a clock. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition toldMore = lock.newCondition();
  private final long patienceNanos;
  private Timekeeping.Listener[] listeners = new Timekeeping.Listener[0];
  private long[] queue = new long[16 * WORDS];
  private int first;
  private int count;
  private Object teller;
  private long rung;
  private long told;

  Bell() {
    this(PATIENCE_NANOS);
  }

  Bell(long patienceNanos) {
    this.patienceNanos = patienceNanos;
  }

  /** The calling thread; the interleaver puts another one of its own here. */
  private static Object me() {
    return Thread.currentThread();
  }

  /** Whether the calling thread is inside a listener. */
  private boolean isTelling() {
    return me().equals(teller);
  }

  void add(Timekeeping.Listener listener) {
    lock.lock();
    try {
      listeners = Arrays.copyOf(listeners, listeners.length + 1);
      listeners[listeners.length - 1] = listener;
    } finally {
      lock.unlock();
    }
  }

  /** Takes away one registration; an event that is being told may still reach it. */
  void remove(Timekeeping.Listener listener) {
    lock.lock();
    try {
      for (int i = 0; i < listeners.length; i++) {
        if (listeners[i].equals(listener)) {
          Timekeeping.Listener[] fewer = Arrays.copyOf(listeners, listeners.length - 1);
          System.arraycopy(listeners, i + 1, fewer, i, fewer.length - i);
          listeners = fewer;
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes an event; the caller holds the timekeeping's lock, which makes the order.
   *
   * @param kind such as {@link #SET}
   * @param number the event's own sequence number
   * @param segment from which segment on it is true
   */
  void ring(int kind, long number, long segment) {
    lock.lock();
    try {
      if (count * WORDS == queue.length) {
        grow();
      }
      int at = (first + count) * WORDS % queue.length;
      queue[at] = kind;
      queue[at + 1] = number;
      queue[at + 2] = segment;
      count++;
      rung++;
    } finally {
      lock.unlock();
    }
  }

  private void grow() {
    long[] longer = new long[2 * queue.length];
    for (int i = 0; i < queue.length; i++) {
      longer[i] = queue[(first * WORDS + i) % queue.length];
    }
    queue = longer;
    first = 0;
  }

  /** How many events have been noted so far. */
  long rung() {
    lock.lock();
    try {
      return rung;
    } finally {
      lock.unlock();
    }
  }

  /** Tells what there is to tell, unless another thread, or this one further out, is at it. */
  void tell(Clockwork line) {
    if (!begin()) {
      return;
    }
    for (;;) {
      int kind;
      long number;
      long segment;
      Timekeeping.Listener[] all;
      lock.lock();
      try {
        if (count == 0) {
          teller = null;
          return;
        }
        int at = first * WORDS;
        kind = (int) queue[at];
        number = queue[at + 1];
        segment = queue[at + 2];
        first = (first + 1) % (queue.length / WORDS);
        count--;
        all = listeners;
      } finally {
        lock.unlock();
      }
      await(line, segment);
      for (Timekeeping.Listener listener : all) {
        tell(listener, kind, number);
      }
      noteTold();
    }
  }

  private boolean begin() {
    lock.lock();
    try {
      if (teller != null || count == 0) {
        return false;
      }
      teller = me();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void noteTold() {
    lock.lock();
    try {
      told++;
      toldMore.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until another thread has told the first so many events; not from inside a listener.
   *
   * @param events how many, of those that have been noted
   */
  void awaitTold(long events) {
    boolean interrupted = false;
    boolean isTold;
    lock.lock();
    try {
      long left = patienceNanos;
      while (told < events && !isTelling() && left > 0) {
        try {
          left = toldMore.awaitNanos(left);
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
      isTold = told >= events || isTelling();
    } finally {
      lock.unlock();
    }
    if (!isTold) {
      LOG.log(
          Level.WARNING,
          "a listener of the timekeeping has not come back; who set the clock goes on before its"
              + " own set is told. A listener must not wait for a thread that sets the clock");
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** As on a counter that stands: who cannot wait until it is in force tells all the same. */
  private static void await(Clockwork line, long segment) {
    try {
      line.await(segment);
    } catch (RuntimeException failed) {
      LOG.log(Level.WARNING, "an event could not be waited for; listeners are told now", failed);
    }
  }

  private static void tell(Timekeeping.Listener listener, int kind, long number) {
    try {
      switch (kind) {
        case SET -> listener.clockWasSet(number);
        case CHANGED -> listener.clocksourceChanged(number);
        default -> listener.resumed(number);
      }
    } catch (Throwable thrown) {
      // Also what Java would not let it throw: else nobody would ever be told again.
      LOG.log(Level.WARNING, "a listener of the timekeeping failed; the others are told", thrown);
    }
  }
}

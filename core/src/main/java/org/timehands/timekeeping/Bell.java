package org.timehands.timekeeping;

import java.lang.System.Logger.Level;
import java.util.Arrays;

/**
 * Tells listeners what has happened, one event after the other, once each, and never before it is
 * in force. Thread-safe; a thread that finds another one telling leaves its events to that one, so
 * nobody ever waits for a listener.
 *
 * <pre>
 * field     | read       | write      | guard
 * listeners | under this | under this | this; the array itself never changes
 * queue, first, count, telling | under this | under this | this
 * </pre>
 */
final class Bell {
  /** Kinds of events. */
  static final int SET = 0;

  static final int CHANGED = 1;
  static final int RESUMED = 2;

  private static final System.Logger LOG = System.getLogger(Timekeeping.class.getName());
  private static final int WORDS = 3;

  private Timekeeping.Listener[] listeners = new Timekeeping.Listener[0];
  private long[] queue = new long[16 * WORDS];
  private int first;
  private int count;
  private boolean telling;

  synchronized void add(Timekeeping.Listener listener) {
    listeners = Arrays.copyOf(listeners, listeners.length + 1);
    listeners[listeners.length - 1] = listener;
  }

  /** Takes away one registration; an event that is being told may still reach it. */
  synchronized void remove(Timekeeping.Listener listener) {
    for (int i = 0; i < listeners.length; i++) {
      if (listeners[i].equals(listener)) {
        Timekeeping.Listener[] fewer = Arrays.copyOf(listeners, listeners.length - 1);
        System.arraycopy(listeners, i + 1, fewer, i, fewer.length - i);
        listeners = fewer;
        return;
      }
    }
  }

  /**
   * Notes an event; the caller holds the timekeeping's lock, which makes the order.
   *
   * @param kind such as {@link #SET}
   * @param number the event's own sequence number
   * @param segment from which segment on it is true
   */
  synchronized void ring(int kind, long number, long segment) {
    if (count * WORDS == queue.length) {
      long[] longer = new long[2 * queue.length];
      for (int i = 0; i < queue.length; i++) {
        longer[i] = queue[(first * WORDS + i) % queue.length];
      }
      queue = longer;
      first = 0;
    }
    int at = (first + count) * WORDS % queue.length;
    queue[at] = kind;
    queue[at + 1] = number;
    queue[at + 2] = segment;
    count++;
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
      synchronized (this) {
        if (count == 0) {
          telling = false;
          return;
        }
        int at = first * WORDS;
        kind = (int) queue[at];
        number = queue[at + 1];
        segment = queue[at + 2];
        first = (first + 1) % (queue.length / WORDS);
        count--;
        all = listeners;
      }
      await(line, segment);
      for (Timekeeping.Listener listener : all) {
        tell(listener, kind, number);
      }
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

  private synchronized boolean begin() {
    if (telling || count == 0) {
      return false;
    }
    telling = true;
    return true;
  }

  private static void tell(Timekeeping.Listener listener, int kind, long number) {
    try {
      switch (kind) {
        case SET -> listener.clockWasSet(number);
        case CHANGED -> listener.clocksourceChanged(number);
        default -> listener.resumed(number);
      }
    } catch (RuntimeException | Error thrown) {
      LOG.log(Level.WARNING, "a listener of the timekeeping failed; the others are told", thrown);
    }
  }
}

package org.timehands.sim.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * POSIX timers as the standard and Linux's manual tell them, as simply as it goes: what has expired
 * is found by looking at every timer, overruns by stepping from instant to instant.
 */
final class TimerModel {
  /** Reads the clock of a number, in nanoseconds. */
  interface Clocks {
    long now(int clock);
  }

  static final class Timer {
    final int clock;
    final boolean silent;
    int counted;
    boolean armed;
    boolean pending;
    long nextNanos;
    long intervalNanos;
    long overrun = -1;
    long lastOverrun;
    /** Which setting is in force; a signal of another one is void. */
    int setting;

    Timer(int clock, boolean silent) {
      this.clock = clock;
      this.silent = silent;
    }
  }

  /** A signal that was queued, and of which setting. */
  record Queued(int id, int setting) {}

  final Map<Integer, Timer> timers = new TreeMap<>();
  final List<Queued> queued = new ArrayList<>();
  private final Clocks clocks;
  private int nextId;

  TimerModel(Clocks clocks) {
    this.clocks = clocks;
  }

  int create(int clock, boolean silent) {
    timers.put(nextId, new Timer(clock, silent));
    return nextId++;
  }

  int delete(int id) {
    return timers.remove(id) == null ? -22 : 0;
  }

  /** Left and interval; null if there is no such timer. */
  long[] get(int id) {
    Timer timer = timers.get(id);
    if (timer == null) {
      return null;
    }
    boolean repeats = timer.intervalNanos > 0;
    if (!timer.armed && !timer.pending) {
      return new long[] {0, 0};
    }
    if (repeats && (timer.pending || timer.silent)) {
      step(timer);
    }
    long left = timer.nextNanos - clocks.now(timer.counted);
    if (left > 0) {
      return new long[] {left, timer.intervalNanos};
    }
    return new long[] {timer.silent ? 0 : 1, timer.intervalNanos};
  }

  /** To the first instant that has not come. */
  private void step(Timer timer) {
    long now = clocks.now(timer.counted);
    while (timer.nextNanos <= now) {
      timer.nextNanos += timer.intervalNanos;
      timer.overrun++;
    }
  }

  int set(int id, boolean absolute, long value, long interval) {
    Timer timer = timers.get(id);
    if (timer == null) {
      return -22;
    }
    timer.setting++;
    timer.pending = false;
    timer.overrun = -1;
    timer.lastOverrun = 0;
    timer.armed = value > 0;
    timer.intervalNanos = timer.armed ? interval : 0;
    if (timer.armed) {
      boolean settable = timer.clock == 0 || timer.clock == 11;
      timer.counted = !absolute && settable ? 1 : timer.clock;
      timer.nextNanos = absolute ? value : clocks.now(timer.counted) + value;
    }
    return 0;
  }

  /** The timers have looked: everything that is due has expired. */
  void looked() {
    timers.forEach(
        (id, timer) -> {
          boolean due = timer.armed && timer.nextNanos <= clocks.now(timer.counted);
          if (due && !timer.silent) {
            timer.armed = false;
            timer.pending = timer.intervalNanos > 0;
            queued.add(new Queued(id, timer.setting));
          }
        });
  }

  int deliver(Queued signal) {
    queued.remove(signal);
    Timer timer = timers.get(signal.id());
    if (timer == null || timer.setting != signal.setting()) {
      return -1;
    }
    if (!timer.pending) {
      timer.lastOverrun = 0;
      return 0;
    }
    step(timer);
    timer.lastOverrun = Math.max(0, Math.min(timer.overrun, Integer.MAX_VALUE));
    timer.overrun = -1;
    timer.pending = false;
    timer.armed = true;
    return (int) timer.lastOverrun;
  }

  int getOverrun(int id) {
    Timer timer = timers.get(id);
    return timer == null ? -22 : (int) timer.lastOverrun;
  }
}

package org.timehands.app.experiment;

import java.lang.invoke.VarHandle;

/**
 * A clock as Linux publishes one: a base and a multiplier that a writer edits under a sequence
 * counter, and that readers catch unedited by trying again. It stands here to be compared with.
 *
 * <p>The race that this experiment is about is not in the sequence counter, which is right, but in
 * its use: what is published was computed from an earlier cycle.
 *
 * <pre>
 *   updater                            reader
 *   reads the counter: c0
 *   computes base and mult from c0
 *   (descheduled)                      reads: old line, long past c0
 *   publishes                          reads: new line from c0 on: less than before, if slower
 * </pre>
 *
 * <p>One thread updates, any number read.
 */
/*
 * field       | read                      | write          | guard
 * sequence    | acquire; again, after all | volatile, twice | odd while the rest is written
 * cycleLast   | plain                     | plain          | sequence
 * baseShifted | plain                     | plain          | sequence
 * mult        | plain                     | plain          | sequence
 */
final class SeqcountClock {
  /** As Linux would choose for a counter of 2.3 GHz: one step of the multiplier is 137 ppb. */
  static final int SHIFT = 24;

  private volatile long sequence;
  private long cycleLast;
  private long baseShifted;
  private long mult;

  /**
   * What an update has computed and not yet published.
   *
   * @param cycles the cycle it was computed from
   * @param baseShifted the time there
   * @param mult the new multiplier
   */
  record Update(long cycles, long baseShifted, long mult) {}

  /** A clock that starts at 0 at a cycle. */
  SeqcountClock(long startCycles, long mult) {
    this.cycleLast = startCycles;
    this.mult = mult;
  }

  /** The multiplier of a counter of so many hertz that runs fast by parts per trillion. */
  static long multOf(long frequencyHz, long ppt) {
    double nominal = 1e9 * (1L << SHIFT) / frequencyHz;
    return Math.round(nominal * (1 + ppt / 1e12));
  }

  /** Computes an update as of a cycle; the updater's own doing. */
  Update compute(long cycles, long newMult) {
    return new Update(cycles, baseShifted + (cycles - cycleLast) * mult, newMult);
  }

  /** Publishes an update, whenever that is. */
  void publish(Update update) {
    sequence = sequence + 1;
    VarHandle.storeStoreFence();
    cycleLast = update.cycles;
    baseShifted = update.baseShifted;
    mult = update.mult;
    sequence = sequence + 1;
  }

  /** The time in nanoseconds, by the counter that is handed in. */
  long nanos(java.util.function.LongSupplier counter) {
    for (;;) {
      long before = sequence;
      long cycles = counter.getAsLong();
      long nanos = (baseShifted + (cycles - cycleLast) * mult) >> SHIFT;
      VarHandle.loadLoadFence();
      if ((before & 1) == 0 && sequence == before) {
        return nanos;
      }
      Thread.onSpinWait();
    }
  }
}

package org.timehands.clocksource;

import java.util.Objects;
import java.util.function.LongSupplier;
import org.timehands.linux.Counter;

/**
 * Measures how long things take that one thread does, for a third of what reading a clock costs: by
 * the processor's own counter, where that is even, else by {@link System#nanoTime}.
 *
 * <p>For what need not be exact, such as whether a callback was slow: the counter's rate is taken
 * once for the process, in about a millisecond, and is off by 1 % at most. A thread that moves to
 * another processor sees as much more or less as their counters differ, and a suspend in between
 * may be left out or make the difference negative. Time itself is a clocksource's business.
 *
 * <p>Immutable and thread-safe; {@link #read} and {@link #nanos} allocate nothing and never block.
 */
public final class IntervalCounter {
  private static final long WINDOW_NANOS = 1_000_000;
  private static final int BRACKETS = 20;

  /** Apart, so that only who uses the counter waits for its rate. */
  private static final class Host {
    static final double NANOS_PER_COUNT = hostNanosPerCount();
  }

  /** Null for the counter itself. */
  private final LongSupplier clock;

  private IntervalCounter(LongSupplier clock) {
    this.clock = clock;
  }

  /** The processor's counter, or what there is in its place; the first call takes a millisecond. */
  public static IntervalCounter ofHost() {
    return new IntervalCounter(Host.NANOS_PER_COUNT > 0 ? null : System::nanoTime);
  }

  /**
   * A clock in the place of the counter, as for tests at virtual time.
   *
   * @param nanos the clock; its nanoseconds are the counts
   */
  public static IntervalCounter of(LongSupplier nanos) {
    return new IntervalCounter(Objects.requireNonNull(nanos, "nanos"));
  }

  /** The present count; only a difference of two, read by the same thread, means anything. */
  public long read() {
    return clock == null ? Counter.readRelaxed() : clock.getAsLong();
  }

  /**
   * How long a difference of counts is.
   *
   * @param counts a later {@link #read} less an earlier one
   * @return nanoseconds, rounded towards zero
   */
  public long nanos(long counts) {
    return clock == null ? (long) (counts * Host.NANOS_PER_COUNT) : counts;
  }

  private static double hostNanosPerCount() {
    return Counter.available() && Admission.isEven(Admission.Facts.here())
        ? nanosPerCount(NativeClockSource.unexamined(0, 1), System::nanoTime)
        : 0;
  }

  /**
   * The length of a count by a clock; 0 if the two do not agree to be measured.
   *
   * @param counter of 64 bits
   * @param nanos the clock
   */
  static double nanosPerCount(ClockSource counter, LongSupplier nanos) {
    BracketSampler sampler = new BracketSampler(counter, nanos);
    try {
      // The code is cold: the first brackets are wide, the last ones of either end are narrow.
      Bracket begin = Bracket.narrowest(sampler.take(BRACKETS));
      while (nanos.getAsLong() - begin.nanos() < WINDOW_NANOS) {
        Thread.onSpinWait();
      }
      Bracket end = Bracket.narrowest(sampler.take(BRACKETS));
      long counts = end.middleCycles() - begin.middleCycles();
      long off = begin.widthCycles() + end.widthCycles();
      boolean isGood = counts > 0 && off <= counts / 100;
      return isGood ? (end.nanos() - begin.nanos()) / (double) counts : 0;
    } catch (CalibrationException ranBack) {
      return 0;
    }
  }
}

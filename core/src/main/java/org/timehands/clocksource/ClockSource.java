package org.timehands.clocksource;

import org.timehands.fixed.Slope;
import org.timehands.rate.CounterRate;

/**
 * A clocksource: a free-running counter that can drive a timeline, with all that decides whether it
 * should.
 *
 * <p>Modelled on the attributes of Linux's {@code struct clocksource} and FreeBSD's
 * {@code struct timecounter}. Implementations are thread-safe; {@link #read} and
 * {@link #readRelaxed} allocate nothing, never block and never throw.
 */
public interface ClockSource {
  /** Kind of an x86-64 time stamp counter. */
  long TSC = 1;
  /** Kind of the host's CLOCK_MONOTONIC_RAW: nanoseconds, steered by nobody. */
  long MONOTONIC_RAW = 2;
  /** Kind of {@code System.nanoTime}, which is the host's CLOCK_MONOTONIC: slewed by the host. */
  long NANO_TIME = 3;
  /** Kind of the arm64 virtual counter. */
  long CNTVCT = 4;
  /** Kind of the periodic tick. */
  long TICK = 5;
  /** Kinds from here on are simulated. */
  long SIMULATED = 256;

  /** Lowest rating of a clocksource that may be chosen by itself. */
  int RATING_USABLE = 100;
  /** Rating of a good clocksource. */
  int RATING_GOOD = 200;
  /** Rating of a desired clocksource. */
  int RATING_DESIRED = 300;
  /** Rating of a perfect clocksource. */
  int RATING_PERFECT = 400;
  /** Highest rating. */
  int RATING_MAX = 499;

  /** What a counter does while the machine is suspended. */
  enum SuspendBehaviour {
    /** It counts on. */
    RUNS_ON,
    /** It stands still. */
    STOPS,
    /** It starts again from a small number. */
    RESETS,
    /** Nobody knows. */
    UNKNOWN
  }

  /**
   * Puts an id together.
   *
   * @param kind such as {@link #TSC}, in [1, 65535]
   * @param era how many times the cycles of this kind have lost their meaning, in [0, 2^31)
   * @return the {@link #id} of such a clocksource
   */
  static long idOf(long kind, long era) {
    if (kind < 1 || kind > 0xFFFF || era < 0 || era > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "clocksource kind " + kind + ", era " + era + ": the kind must lie in [1, 65535], the"
              + " era in [0, 2147483647]");
    }
    return era << 32 | kind;
  }

  /** The kind in an id, such as {@link #TSC}. */
  static long kindOf(long id) {
    return id & 0xFFFF;
  }

  /** Short name, as Linux has it where Linux has one: at most 31 characters. */
  String name();

  /**
   * The id of this counter's domain of cycles: the low 16 bits are its kind; the upper 32 bits
   * count its eras, which differ when its cycles have nothing to do with earlier ones any more.
   */
  long id();

  /** How many bits count, 8 to 64; the upper bits of {@link #read} are zero. */
  int widthBits();

  /** Cycles a second, nominal or calibrated, positive. */
  long frequencyHz();

  /** Its rate by {@link #frequencyHz}: what it has before anybody has calibrated it. */
  default CounterRate nominalRate() {
    return Slope.ofFrequency(frequencyHz());
  }

  /** Quality, 1 to 499: 1-99 for tests, 100 usable, 200 good, 300 desired, 400 perfect. */
  int rating();

  /** Why the rating is what it is, in words. */
  String ratingReason();

  /**
   * The present cycle, sampled after everything that this thread has seen before: a message that
   * carries a cycle never arrives before its cycle.
   */
  long read();

  /** The present cycle, which the processor may sample some tens of cycles early. */
  default long readRelaxed() {
    return read();
  }

  /** What one {@link #read} costs, in nanoseconds, as measured or estimated. */
  long readCostNanos();

  /**
   * How far its rate may be off the rate of true time, in parts per billion, beside the error of
   * its calibration.
   */
  long driftBoundPpb();

  /** How far two CPUs may read apart at one moment, in cycles; 0 if not at all. */
  long skewBoundCycles();

  /** What it does while the machine is suspended. */
  SuspendBehaviour suspend();

  /** Whether timers finer than a tick may stand on it. */
  boolean validForHighResolution();
}

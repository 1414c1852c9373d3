package org.timehands.sim;

import org.timehands.posix.PosixNumbers;
import org.timehands.posix.PosixTime;
import org.timehands.posix.PosixTimes;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timeline.Segment;

/**
 * A computer's clocks in somebody else's simulation: true time passes only by {@link #advance}.
 *
 * <p>Below is the production timekeeper, with its discipline, over a counter that is pushed by
 * hand: 8 GHz, an error of rate as wanted. It has no thread and knows no time of this machine, so
 * the same calls give the same readings, always; any number of nodes live beside each other. A node
 * that runs for more than 36 years overflows its counter.
 *
 * <p>A node takes some 25 KB outside the heap, which stay until the process ends, because a reader
 * may be parked there: use nodes for long, rather than make new ones by the million.
 *
 * <p>Seconds are doubles, as simulators have them: near 1.8e9 one says no more than 240 ns. Begin
 * at 0, or read nanoseconds from {@link #clocks}. Not thread-safe.
 */
public final class SimNode implements AutoCloseable {
  /** Largest error of rate, of either sign, in parts per million. */
  public static final double MAX_PPM = HandCounter.MAX_PPM;

  /** Largest single step of true time: 18 years. */
  public static final double MAX_ADVANCE_SECONDS = 0x1p59 / 1e9;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final long SECOND = 1_000_000_000L;
  private static final int SLOTS = 64;

  /** A rate is taken over so many cycles: told to 2^-50 of it. */
  private static final long SPAN_CYCLES = 1L << 53;

  private final HandCounter counter;
  private final Timekeeping timekeeping;
  private final PosixTime posix;
  private final Segment newest = new Segment();

  /** A node whose clocks begin at 0, and whose quartz is right. */
  public SimNode() {
    this(TimekeepingOptions.defaults().withSlots(SLOTS));
  }

  /**
   * A node whose REALTIME begins somewhere else.
   *
   * @param startRealtimeNanos nanoseconds since 1970, not negative
   * @throws IllegalArgumentException if it is out of its range
   */
  public SimNode(long startRealtimeNanos) {
    this(
        TimekeepingOptions.defaults().withSlots(SLOTS).startingAt(startRealtimeNanos, 0));
  }

  /**
   * A node with options of its own: leap table, intervals a second, depth of history. Its horizon
   * step is always 1 ns, so that what is set is in force at once, and its setters let no true time
   * pass.
   *
   * @param options the others
   */
  public SimNode(TimekeepingOptions options) {
    this.counter = new HandCounter();
    this.timekeeping =
        Timekeeping.begin(
            counter,
            counter.nominalRate(),
            options.withHorizon(1, Long.MAX_VALUE / 16).waitingBy(counter::creep));
    this.posix = PosixTimes.over(timekeeping.clocks());
  }

  /**
   * Lets true time pass.
   *
   * @param trueSeconds in [0, {@link #MAX_ADVANCE_SECONDS})
   * @throws IllegalArgumentException if it is out of its range
   */
  public void advance(double trueSeconds) {
    if (!(trueSeconds >= 0 && trueSeconds < MAX_ADVANCE_SECONDS)) {
      throw new IllegalArgumentException(
          "advance of " + trueSeconds + " s must lie in [0, " + MAX_ADVANCE_SECONDS + ")");
    }
    double nanos = trueSeconds * NANOS_PER_SECOND;
    double lost = Math.fma(trueSeconds, NANOS_PER_SECOND, -nanos);
    double whole = Math.floor(nanos);
    double rest = nanos - whole + lost;
    if (rest < 0) {
      whole--;
      rest++;
    }
    // A rest that was rounded to a whole nanosecond.
    long carry = rest >= 1 ? 1 : 0;
    long fraction = (long) Math.scalb(rest - carry, Long.SIZE - 1) << 1;
    counter.push((long) whole + carry, fraction);
    timekeeping.advance();
  }

  /** REALTIME in seconds since 1970. */
  public double realTime() {
    return seconds(clocks().realtimeNanos());
  }

  /** MONOTONIC in seconds since the node began. */
  public double monotonic() {
    return seconds(clocks().monotonicNanos());
  }

  /** MONOTONIC_RAW, which nothing but the quartz steers, in seconds since the node began. */
  public double raw() {
    return seconds(clocks().rawNanos());
  }

  private static double seconds(long nanos) {
    return Math.floorDiv(nanos, SECOND) + Math.floorMod(nanos, SECOND) / NANOS_PER_SECOND;
  }

  private static long nanos(double seconds, String what) {
    if (!(Math.abs(seconds) < Long.MAX_VALUE / NANOS_PER_SECOND)) {
      throw new IllegalArgumentException(
          what + " of " + seconds + " s must lie within 292 years of 0");
    }
    double whole = Math.floor(seconds);
    return (long) whole * SECOND + Math.round((seconds - whole) * NANOS_PER_SECOND);
  }

  /**
   * Sets REALTIME, as clock_settime(2).
   *
   * @param realSeconds seconds since 1970
   * @throws IllegalArgumentException if the clock may not be set so
   */
  public void setTime(double realSeconds) {
    timekeeping.setRealtime(nanos(realSeconds, "time"));
  }

  /**
   * Steps REALTIME, as adjtimex(2) with ADJ_SETOFFSET.
   *
   * @param deltaSeconds by how much
   * @throws IllegalArgumentException if the clock may not be stepped so
   */
  public void stepTime(double deltaSeconds) {
    timekeeping.injectOffset(nanos(deltaSeconds, "step"));
  }

  /**
   * Disciplines REALTIME, as adjtimex(2).
   *
   * @param timex the 21 fields of {@code struct timex} in order, in and out
   * @return state of the clock, 0 to 5, or a negated error number
   */
  public int adjtimex(long[] timex) {
    return posix.clockAdjTime(PosixNumbers.CLOCK_REALTIME, timex);
  }

  /**
   * Makes the quartz fast or slow, from now on.
   *
   * @param ppm parts per million, in [-{@link #MAX_PPM}, {@link #MAX_PPM}]
   * @throws IllegalArgumentException if it is out of its range
   */
  public void setRawFrequency(double ppm) {
    if (!(Math.abs(ppm) <= MAX_PPM)) {
      throw new IllegalArgumentException(
          "raw frequency of " + ppm + " ppm must lie in [" + -MAX_PPM + ", " + MAX_PPM + "]");
    }
    counter.setPpm(ppm);
  }

  /**
   * How long true time takes while MONOTONIC passes an interval, at the present rates: when a timer
   * of this node goes off. Rates change with every second of a slew, so look again then.
   *
   * @param localSeconds the interval on MONOTONIC
   */
  public double trueInterval(double localSeconds) {
    return localSeconds / rate();
  }

  /**
   * How far MONOTONIC comes while true time passes an interval, at the present rates.
   *
   * @param trueSeconds the interval of true time
   */
  public double localInterval(double trueSeconds) {
    return trueSeconds * rate();
  }

  /** Nanoseconds of MONOTONIC in one of true time. */
  private double rate() {
    clocks().history().segment(clocks().history().newest(), newest);
    long spanNanos = newest.monoAt(SPAN_CYCLES) - newest.monoAt(0);
    double nanosPerCycle = spanNanos / (double) SPAN_CYCLES;
    return nanosPerCycle * counter.cyclesPerNano();
  }

  /** The production clocks below. */
  public Timekeeper clocks() {
    return timekeeping.clocks();
  }

  /** The write side below. */
  public Timekeeping timekeeping() {
    return timekeeping;
  }

  /** The same clocks by Linux's numbers. */
  public PosixTime posix() {
    return posix;
  }

  @Override
  public void close() {
    timekeeping.close();
  }
}

package org.timehands.clocksource;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;

/**
 * A taker of {@link Bracket brackets} of one clock between readings of one counter.
 *
 * <p>Counters narrower than 64 bits are widened from one reading to the next, so they must be
 * sampled more often than they wrap; a sampler that comes too late says so instead of guessing.
 *
 * <p>Not thread-safe: it remembers the last reading.
 */
public final class BracketSampler {
  private static final int FULL_WIDTH = 64;

  private final ClockSource counter;
  private final LongSupplier clockNanos;
  private final int shift;
  /* Two reads of the clock closer than this prove that the counter went less than half round. */
  private final long maxGapNanos;

  private boolean begun;
  private long lastNarrow;
  private long lastCycles;
  private long lastNanos;

  /**
   * A sampler.
   *
   * @param counter the counter
   * @param clockNanos the clock, in nanoseconds
   */
  public BracketSampler(ClockSource counter, LongSupplier clockNanos) {
    this.counter = Objects.requireNonNull(counter, "counter");
    this.clockNanos = Objects.requireNonNull(clockNanos, "clockNanos");
    this.shift = FULL_WIDTH - counter.widthBits();
    this.maxGapNanos = shift == 0 ? Long.MAX_VALUE : quarterRoundNanos(counter);
  }

  /** How rarely the clock may be read so that no round of the counter is missed, in nanoseconds. */
  public long maxGapNanos() {
    return maxGapNanos;
  }

  /**
   * Takes one bracket.
   *
   * @throws CalibrationException if a narrow counter may have gone more than half round since the
   *     last one
   */
  public Bracket take() throws CalibrationException {
    if (shift != 0) {
      return takeNarrow();
    }
    long before = counter.read();
    long nanos = clockNanos.getAsLong();
    return new Bracket(before, nanos, counter.read());
  }

  /**
   * Takes some brackets, one right after the other.
   *
   * @throws CalibrationException as {@link #take()}
   */
  public List<Bracket> take(int count) throws CalibrationException {
    List<Bracket> taken = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      taken.add(take());
    }
    return taken;
  }

  /** All readings lie between two of the clock, so the gap is known whoever sleeps where. */
  private Bracket takeNarrow() throws CalibrationException {
    long startNanos = begun ? lastNanos : clockNanos.getAsLong();
    long before = counter.read();
    long nanos = clockNanos.getAsLong();
    long after = counter.read();
    long gapNanos = clockNanos.getAsLong() - startNanos;
    if (gapNanos > maxGapNanos) {
      begun = false;
      throw new CalibrationException(
          counter.name() + " has " + counter.widthBits() + " bits and must be read every "
              + maxGapNanos + " ns, but was not for " + gapNanos + " ns: try again");
    }
    if (!begun) {
      lastNarrow = before;
      lastCycles = before;
      begun = true;
    }
    lastNanos = nanos;
    return new Bracket(widen(before), nanos, widen(after));
  }

  private long widen(long narrow) {
    lastCycles += (narrow - lastNarrow) << shift >> shift;
    lastNarrow = narrow;
    return lastCycles;
  }

  private static long quarterRoundNanos(ClockSource counter) {
    long quarter = 1L << (counter.widthBits() - 2);
    if (quarter / counter.frequencyHz() > Integer.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    Slope slope = Slope.ofFrequency(counter.frequencyHz());
    return Fixed.wholeNanos(quarter, slope.whole(), slope.fraction(), 0);
  }
}

package org.timehands.host;

import java.util.Objects;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.HostClocks;
import org.timehands.linux.Timex;
import org.timehands.rate.CounterRate;

/**
 * This host's clock, sampled by brackets: counter, clock, counter, the narrowest of several. A
 * counter that ticks is sampled at a tick, for which the sample waits: clock, counter, counter that
 * has moved, clock.
 *
 * <p>A bracket holds the truth whatever happens to the thread: if it is stopped inside, the bracket
 * is wide and another is narrower. Not thread-safe.
 */
public final class SystemHostClock implements HostClock {
  private static final int TRIES = 8;
  private static final long MICRO = 1_000;

  /** A sample that took longer than this is taken again, so many times. */
  private static final long TAKE_LIMIT_NANOS = 1_000_000;
  private static final int RETAKES = 8;

  /** A counter whose cycles are longer than this ticks. */
  private static final long TICK_NANOS = 100_000;

  /** A counter that shows the same for so many reads stands still: seconds, at any cost. */
  private static final int STANDSTILL_READS = 50_000_000;

  /** The nominal slope is within 1000 ppm of the host's rate. */
  private static final long NOMINAL_DIVISOR = 1_000;

  private final ClockSource counter;
  private final Slope nominal;
  private final Timex timex = new Timex();
  private final int rawClock = HostClocks.orMonotonic(HostClocks.CLOCK_MONOTONIC_RAW);
  private final int bootClock = HostClocks.orMonotonic(HostClocks.CLOCK_BOOTTIME);

  private long bestCycles;
  private long bestHalfNanos;
  private long bestNanos;

  /**
   * A sampler.
   *
   * @param counter the counter to sample against
   * @param nominal its rate, to within 1000 ppm
   */
  public SystemHostClock(ClockSource counter, CounterRate nominal) {
    this.counter = Objects.requireNonNull(counter, "counter");
    this.nominal = Slope.of(nominal);
  }

  @Override
  public void sample(HostSample into) {
    if (nominal.whole() > TICK_NANOS) {
      takeAtTick(into);
      quality(into);
      return;
    }
    // Stopped between two of its clocks, by a sleep of the machine at worst, a sample pairs what
    // does not belong together.
    for (int tries = 0; tries < RETAKES; tries++) {
      long begun = counter.read();
      take(into);
      if (lengthNanos(Math.max(counter.read() - begun, 0)) < TAKE_LIMIT_NANOS) {
        break;
      }
    }
    quality(into);
  }

  private void take(HostSample into) {
    bracket(HostClocks.CLOCK_MONOTONIC, TRIES);
    into.cycles = bestCycles;
    into.monoNanos = bestNanos;
    into.monoHalfNanos = bestHalfNanos;
    bracket(HostClocks.CLOCK_REALTIME, TRIES);
    // This thread may have been stopped since the first clock, and the host's rate is not nominal:
    // without the last term a step would be seen that nobody made.
    long since = sinceNanos(into.cycles);
    into.realNanos = bestNanos - since;
    into.realHalfNanos = Fixed.addBound(bestHalfNanos, Math.abs(since) / NOMINAL_DIVISOR + 1);
    bracket(rawClock, 2);
    into.rawNanos = bestNanos - sinceNanos(into.cycles);
    bracket(bootClock, 2);
    into.bootNanos = bestNanos - sinceNanos(into.cycles);
  }

  /** The first count after a tick, and what the host's clocks said around it. */
  private void takeAtTick(HostSample into) {
    for (int tries = 0; tries < RETAKES; tries++) {
      long last = counter.read();
      long before = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
      long now = counter.read();
      for (int same = 0; now == last && same < STANDSTILL_READS; same++) {
        before = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
        now = counter.read();
      }
      long after = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
      into.cycles = now;
      into.monoNanos = before + ((after - before) >> 1);
      into.monoHalfNanos = (after - before + 1) / 2 + 1;
      // The others by how far they are from MONOTONIC, which a wait does not change.
      long real = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
      long raw = HostClocks.nanos(rawClock);
      long boot = HostClocks.nanos(bootClock);
      long end = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
      long away = after + ((end - after) >> 1) - into.monoNanos;
      into.realNanos = real - away;
      into.realHalfNanos = (end - after + 1) / 2 + 1 + into.monoHalfNanos;
      into.rawNanos = raw - away;
      into.bootNanos = boot - away;
      if (end - before < TAKE_LIMIT_NANOS) {
        return;
      }
    }
  }

  private void bracket(int clock, int tries) {
    bestHalfNanos = Long.MAX_VALUE;
    for (int i = 0; i < tries; i++) {
      long before = counter.read();
      long nanos = HostClocks.nanos(clock);
      long after = counter.read();
      long half = (lengthNanos(after - before) + 1) / 2 + 1;
      if (after >= before && half < bestHalfNanos) {
        bestHalfNanos = half;
        bestCycles = before + ((after - before) >> 1);
        bestNanos = nanos;
      }
    }
  }

  private long sinceNanos(long cycles) {
    long since = bestCycles - cycles;
    return since >= 0 ? lengthNanos(since) : -lengthNanos(-since);
  }

  private long lengthNanos(long cycles) {
    return Fixed.wholeNanos(cycles, nominal.whole(), nominal.fraction(), 0);
  }

  private void quality(HostSample into) {
    try {
      timex.read();
      into.isQualityKnown = true;
      into.isSynchronized = timex.isSynchronized();
      into.maxErrorNanos =
          into.isSynchronized ? timex.maxErrorMicros() * MICRO : Long.MAX_VALUE;
      into.taiOffsetSeconds = timex.taiOffsetSeconds();
      into.leapSign = leapSign(timex.state(), timex.status());
    } catch (ErrnoException | UnsupportedOperationException unknown) {
      into.isQualityKnown = false;
      into.isSynchronized = false;
      into.maxErrorNanos = Long.MAX_VALUE;
      into.taiOffsetSeconds = 0;
      into.leapSign = 0;
    }
  }

  /**
   * The leap second that adjtimex announces. The bits alone say nothing once it is going on or
   * over: they stand until somebody takes them back.
   */
  static int leapSign(int state, int status) {
    return switch (state) {
      case Timex.TIME_INS -> 1;
      case Timex.TIME_DEL -> -1;
      case Timex.TIME_OOP, Timex.TIME_WAIT -> 0;
      default -> (status & Timex.STA_INS) != 0 ? 1 : (status & Timex.STA_DEL) != 0 ? -1 : 0;
    };
  }
}

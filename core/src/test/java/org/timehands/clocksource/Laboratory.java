package org.timehands.clocksource;

import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A simulated counter and a simulated host's clock under a hostile scheduler, with the truth known:
 * reads take random times, and now and then the thread sleeps for milliseconds anywhere.
 *
 * <p>True time here is counted in picoseconds, so that counters faster than 1 GHz are seen between
 * whole nanoseconds too: the simulated counters' "nanosecond" is a picosecond.
 */
final class Laboratory {
  private static final long PICOS = 1_000;
  private static final long UNITS_PER_SECOND = 1_000_000_000L;
  private static final int BRACKETS = 20;

  private final SplittableRandom random;
  private final AtomicLong truePicos = new AtomicLong();
  private final long counterHz;
  private final long counterPpb;
  private final long hostPpb;
  private final long stepCycles;
  private final long stepNanos;
  private final long windowPicos;
  private final int sleepOneIn;
  private final SimulatedClockSource fine;
  private final SimulatedClockSource host;
  private final BracketSampler sampler;

  Laboratory(SplittableRandom random) {
    this.random = random;
    this.counterHz = random.nextLong(1_000_000, 5_000_000_000L) / 1_000_000 * 1_000_000;
    this.counterPpb = random.nextLong(-200_000, 200_001);
    this.hostPpb = random.nextLong(-200_000, 200_001);
    this.stepCycles = random.nextInt(3) == 0 ? random.nextLong(1, 40) : 1;
    this.stepNanos = random.nextInt(3) == 0 ? random.nextLong(1, 300) : 1;
    this.windowPicos = random.nextLong(1_000_000, 100_000_000) * PICOS;
    this.sleepOneIn = random.nextInt(2, 200);
    this.fine = simulated(counterHz / PICOS, counterPpb, random.nextLong());
    this.host = simulated(UNITS_PER_SECOND / PICOS, hostPpb, random.nextLong(1L << 50));
    ClockSource counter =
        stepCycles == 1 ? fine : new CoarseCounter(fine, stepCycles);
    LongSupplier clock =
        () -> {
          pass();
          long nanos = host.read();
          return nanos - nanos % stepNanos;
        };
    this.sampler = new BracketSampler(new SlowToRead(counter, this::pass), clock);
  }

  private SimulatedClockSource simulated(long perUnits, long ppb, long startCycles) {
    SimulatedClockSource made =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(perUnits).counting(64, startCycles), truePicos::get);
    made.driftPpb(ppb);
    return made;
  }

  /** Time between two instructions: some nanoseconds, or a visit to the scheduler. */
  private void pass() {
    boolean asleep = random.nextInt(sleepOneIn) == 0;
    truePicos.addAndGet(
        asleep ? random.nextLong(10_000_000_000L) : random.nextLong(5 * PICOS, 60 * PICOS));
  }

  List<Bracket> brackets() throws CalibrationException {
    return sampler.take(BRACKETS);
  }

  Calibration calibrate() throws CalibrationException {
    List<Bracket> begin = brackets();
    truePicos.addAndGet(windowPicos);
    return Calibration.of(begin, brackets(), stepNanos);
  }

  long stepNanos() {
    return stepNanos;
  }

  /** Host nanoseconds per picosecond of true time, in units of 2^-64. */
  BigInteger hostRate() {
    return host.cyclesPerNano().toBigInteger();
  }

  /** Counter cycles per picosecond of true time, in units of 2^-64. */
  BigInteger counterRate() {
    return fine.cyclesPerNano().toBigInteger();
  }

  @Override
  public String toString() {
    return counterHz + " Hz " + counterPpb + " ppb by " + stepCycles + ", host " + hostPpb
        + " ppb by " + stepNanos + " ns, window " + windowPicos / PICOS + " ns";
  }
}

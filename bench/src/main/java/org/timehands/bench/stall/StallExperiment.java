package org.timehands.bench.stall;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.timehands.bench.alternatives.ImmutableClock;
import org.timehands.bench.alternatives.LatchClock;
import org.timehands.bench.alternatives.SeqlockClock;
import org.timehands.bench.alternatives.StampedLockClock;
import org.timehands.bench.bed.BenchCounter;
import org.timehands.bench.bed.Bed;
import org.timehands.bench.bed.Pins;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;
import org.timehands.linux.Cpus;

/**
 * Times every read of one thread while a writer on another CPU stands still for five milliseconds
 * in the middle of each update, as a writer does whose CPU was taken away.
 *
 * <p>It counts two evils: reads that wait until the writer goes on, and times that are lower than
 * the time before (1-11, 1-12).
 */
public final class StallExperiment {
  /** How long the writer stands still. */
  public static final long PAUSE_NANOS = 5_000_000;

  private static final long BETWEEN_NANOS = 5_000_000;
  private static final long CHANGE_PPT = 50_000_000; // 50 ppm

  /** Reads of at least so many cycles are kept one by one. */
  private static final long SLOW_CYCLES = 1 << 16;

  /** A parked reader is woken by the scheduler: some ten to hundred microseconds here. */
  private static final long WAKE_NANOS = 1_000_000;

  private StallExperiment() {}

  /**
   * Measures all subjects, one after the other.
   *
   * @param millis for each
   * @param results takes each result
   * @throws IOException if threads cannot be bound to two CPUs
   */
  public static void run(long millis, Consumer<StallResult> results) throws IOException {
    Slope slope = BenchCounter.slope();
    try (Bed bed = Bed.ofProcess()) {
      for (Subject subject :
          List.of(
              Subject.of(bed),
              Subject.withoutWriter(bed),
              Subject.of(new SeqlockClock(Counter.readOrdered(), slope)),
              Subject.of(new StampedLockClock(Counter.readOrdered(), slope)),
              Subject.of(new LatchClock(Counter.readOrdered(), slope)),
              Subject.of(new ImmutableClock(Counter.readOrdered(), slope)))) {
        one(subject, millis / 10); // Compiles.
        results.accept(one(subject, millis));
      }
    }
  }

  private static StallResult one(Subject subject, long millis) throws IOException {
    long endCycles = Counter.readOrdered() + BenchCounter.cycles(millis * 1_000_000);
    Intervals pauses = new Intervals();
    Reader reader = new Reader(subject, endCycles);
    Future<?> reading = Cpus.runOn(Pins.measured(0), reader);
    if (subject.update() != null) {
      await(Cpus.runOn(Pins.updater(), () -> write(subject, endCycles, pauses)));
    }
    await(reading);
    return reader.result(pauses);
  }

  private static void write(Subject subject, long endCycles, Intervals pauses) {
    Slope fast = BenchCounter.slope().plusPpt(CHANGE_PPT);
    Slope slow = BenchCounter.slope().plusPpt(-CHANGE_PPT);
    long pauseCycles = BenchCounter.cycles(PAUSE_NANOS);
    long betweenCycles = BenchCounter.cycles(BETWEEN_NANOS);
    boolean up = false;
    while (Counter.readOrdered() - endCycles < -2 * pauseCycles) {
      spin(betweenCycles);
      up = !up;
      subject
          .update()
          .accept(
              up ? fast : slow,
              () -> {
                long begin = Counter.readOrdered();
                spin(pauseCycles);
                pauses.add(begin, Counter.readOrdered());
              });
    }
  }

  private static void spin(long cycles) {
    long until = Counter.readOrdered() + cycles;
    while (Counter.readOrdered() - until < 0) {
      Thread.onSpinWait();
    }
  }

  private static void await(Future<?> thread) throws IOException {
    try {
      thread.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the experiment failed", failed.getCause());
    }
  }

  /** Reads until the end and times each read. */
  private static final class Reader implements Runnable {
    private final Subject subject;
    private final long endCycles;
    private final Histogram durations = new Histogram();
    private final Intervals slow = new Intervals();
    private long stepsBack;
    private long largestStepNanos;

    Reader(Subject subject, long endCycles) {
      this.subject = subject;
      this.endCycles = endCycles;
    }

    @Override
    public void run() {
      long last = Long.MIN_VALUE;
      for (;;) {
        long before = Counter.readOrdered();
        long nanos = subject.read().getAsLong();
        long after = Counter.readOrdered();
        durations.add(after - before);
        if (after - before >= SLOW_CYCLES) {
          slow.add(before, after);
        }
        if (nanos < last) {
          stepsBack++;
          largestStepNanos = Math.max(largestStepNanos, last - nanos);
        }
        last = nanos;
        if (after - endCycles >= 0) {
          return;
        }
      }
    }

    StallResult result(Intervals pauses) {
      Intervals.Effect effect =
          Intervals.match(
              slow, pauses, BenchCounter.cycles(PAUSE_NANOS / 2), BenchCounter.cycles(WAKE_NANOS));
      return new StallResult(
          subject.title(),
          durations.total(),
          BenchCounter.nanos(durations.quantile(0.5)),
          BenchCounter.nanos(durations.quantile(0.9999)),
          BenchCounter.nanos(durations.max()),
          durations.atLeast(SLOW_CYCLES),
          effect.pauses(),
          effect.released(),
          BenchCounter.nanos(effect.longestCycles()),
          stepsBack,
          largestStepNanos);
    }
  }
}

package org.timehands.bench.timekeeping;

import java.util.List;
import org.timehands.bench.bed.Pins;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.linux.Cpus;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;

/** A timekeeper of our own on this machine's best counter, and threads that are bound to CPUs. */
final class Workplace implements AutoCloseable {
  /** Setters, readers and changers of one measurement. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Every counter of this machine that may drive time, the best one first. */
  static final List<Candidate> COUNTERS = counters();

  private static final long START_NANOS = 1_767_225_600L * 1_000_000_000L;
  private static final long GAP_NANOS = 1L << 60;

  final Timekeeping keeper;
  final Timekeeper clocks;
  final long stepNanos;

  /** One whose readers promise so far ahead. */
  Workplace(long stepNanos) {
    Candidate best = COUNTERS.getFirst();
    this.stepNanos = stepNanos;
    this.keeper =
        Timekeeping.begin(
            best.source(),
            best.rate(),
            TimekeepingOptions.defaults()
                .startingAt(START_NANOS, 0)
                .withHorizon(stepNanos, GAP_NANOS)
                .withSlopeErrorPpb(best.slopeErrorPpb()));
    this.clocks = keeper.clocks();
  }

  private static List<Candidate> counters() {
    List<Candidate> all = ClockSources.probe().stream().filter(Candidate::admitted).toList();
    Candidate best = ClockSources.choose(all);
    List<Candidate> others = all.stream().filter(each -> each != best).toList();
    return others.isEmpty() ? List.of(best) : List.of(best, others.getFirst());
  }

  /** Starts work on a thread of its own, bound to a CPU if there is one of this number. */
  static Worker start(int cpu, Work work) {
    return new Worker(cpu, work);
  }

  @Override
  public void close() {
    keeper.close();
  }

  /** A thread at work; what goes wrong there comes out of {@link #join}. */
  static final class Worker {
    private final Thread thread;
    private volatile Throwable failure;

    private Worker(int cpu, Work work) {
      thread = Thread.ofPlatform().daemon().start(() -> run(cpu, work));
    }

    private void run(int cpu, Work work) {
      try {
        int measured = cpu < 0 ? -1 : Pins.measured(cpu);
        if (measured < 0) {
          work.run();
        } else {
          Cpus.runOn(measured, () -> runBound(work)).get();
        }
      } catch (Exception failed) {
        failure = failed;
      }
    }

    private void runBound(Work work) {
      try {
        work.run();
      } catch (Exception failed) {
        failure = failed;
      }
    }

    void join() throws InterruptedException {
      thread.join();
      if (failure != null) {
        throw new IllegalStateException(failure.toString(), failure);
      }
    }
  }
}

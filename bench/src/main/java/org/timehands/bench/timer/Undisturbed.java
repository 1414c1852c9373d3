package org.timehands.bench.timer;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.timehands.Timehands;
import org.timehands.bench.bed.NoiseMeter;
import org.timehands.bench.bed.Pins;
import org.timehands.linux.Cpus;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.Timers;

/**
 * How late a precise periodic timer is without timeouts, and with 400 000 of them armed and churned
 * in the same process (3-01). The timer's thread has one CPU, the timeouts' owner and who churns
 * them share the other.
 */
final class Undisturbed {
  static final String GROUP = "a timer each 500 us, lateness in us";
  static final String ALONE = "no timeouts";
  static final String BESIDE = "400,000 timeouts, churned";
  static final String P99 = "p99";

  private static final int ARMED = 400_000;
  private static final long PERIOD_NANOS = 500_000;
  private static final long LONG_NANOS = 30_000_000_000L;
  private static final long SHORT_NANOS = 5_000_000;
  private static final int SHORT_OF = 20;
  private static final int ROUNDS = 7;
  private static final int QUICK_ROUNDS = 3;
  private static final int BATCH = 64;

  private final Size size;
  private final Wire wire;
  private final long seed;

  Undisturbed(Size size, long seed, Wire wire) {
    this.size = size;
    this.seed = seed;
    this.wire = wire;
  }

  private static <T> Future<T> on(int index, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    if (index < Pins.usable().length) {
      Future<?> _ = Cpus.runOn(Pins.measured(index), task);
    } else {
      Thread.ofPlatform().daemon().start(task);
    }
    return task;
  }

  void measure() throws Exception {
    int rounds = size.rounds() < Size.DEFAULT.rounds() ? QUICK_ROUNDS : ROUNDS;
    try (Timehands timehands = Timehands.standalone(TimekeepingOptions.defaults());
        Timers timers =
            on(0, () -> Timers.start(timehands.clocks(), Quiet.options(1))).get()) {
      // Timers' threads inherit the CPU of who starts them.
      NoiseMeter meter = new NoiseMeter(() -> 0);
      for (int round = -1; round < rounds; round++) {
        wire.progress("undisturbed: round " + Math.max(0, round + 1) + " of " + rounds);
        meter.lap();
        phase(timehands, timers, round, false);
        phase(timehands, timers, round, true);
        if (round >= 0) {
          wire.noise(meter.lap());
        }
      }
    }
  }

  private void phase(Timehands timehands, Timers timers, int round, boolean churned)
      throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Future<double[]> churner = null;
    if (churned) {
      AtomicBoolean filled = new AtomicBoolean();
      churner = on(1, () -> churn(timehands, filled, done));
      while (!filled.get() && !churner.isDone()) {
        Thread.sleep(1);
      }
    }
    long[] late = lateness(timehands, timers);
    done.set(true);
    double[] counts = churner == null ? null : churner.get();
    if (round < 0) {
      return;
    }
    String row = churned ? BESIDE : ALONE;
    Arrays.sort(late);
    wire.value(new Place(GROUP, row, P99), round, part(late, 0.99));
    wire.value(new Place(GROUP, row, "p50"), round, part(late, 0.5));
    wire.value(new Place(GROUP, row, "p99.9"), round, part(late, 0.999));
    wire.value(new Place(GROUP, row, "longest"), round, part(late, 1));
    if (counts != null) {
      wire.value(new Place(GROUP, row, "re-armed M/s"), round, counts[0] / 1e6);
      wire.value(new Place(GROUP, row, "cancelled %"), round, counts[1]);
    }
  }

  private static double part(long[] sorted, double part) {
    int at = (int) Math.ceil(part * sorted.length) - 1;
    return sorted[Math.clamp(at, 0, sorted.length - 1)] / 1e3;
  }

  private long[] lateness(Timehands timehands, Timers timers) throws InterruptedException {
    long[] late = new long[(int) (size.phaseMillis() * 1_000_000 / PERIOD_NANOS)];
    AtomicLong count = new AtomicLong();
    ClockTimer timer =
        timers.timer(
            (expired, nowNanos) -> {
              int index = (int) count.get();
              if (index >= late.length) {
                return Next.DONE;
              }
              late[index] = timehands.clocks().monotonicNanos() - expired.expiryNanos();
              expired.forward(nowNanos, PERIOD_NANOS);
              count.set(index + 1);
              return Next.AGAIN;
            });
    timer.armIn(ClockId.MONOTONIC, PERIOD_NANOS);
    while (timer.isActive()) {
      Thread.sleep(10);
    }
    return late;
  }

  /** Cancels and arms timeouts until told to end; how many a second, and how many did not run. */
  private double[] churn(Timehands timehands, AtomicBoolean filled, AtomicBoolean done) {
    long[] expired = new long[1];
    try (Timeouts timeouts =
        Timeouts.start(timehands.clocks()::monotonicNanos, TimeoutsOptions.DEFAULT)) {
      Timeout[] all = new Timeout[ARMED];
      for (int i = 0; i < ARMED; i++) {
        all[i] = timeouts.timeout(timeout -> expired[0]++);
        timeouts.arm(all[i], LONG_NANOS);
      }
      SplittableRandom random = new SplittableRandom(seed);
      filled.set(true);
      long begin = System.nanoTime();
      long armed = 0;
      while (!done.get()) {
        for (int i = 0; i < BATCH; i++) {
          Timeout timeout = all[random.nextInt(ARMED)];
          timeout.cancel();
          timeouts.arm(timeout, random.nextInt(SHORT_OF) == 0 ? SHORT_NANOS : LONG_NANOS);
        }
        armed += BATCH;
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new double[] {armed / seconds, 100.0 * (armed - expired[0]) / armed};
    }
  }
}

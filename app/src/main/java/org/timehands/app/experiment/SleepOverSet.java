package org.timehands.app.experiment;

import static org.timehands.posix.PosixNumbers.CLOCK_MONOTONIC;
import static org.timehands.posix.PosixNumbers.CLOCK_REALTIME;
import static org.timehands.posix.PosixNumbers.TIMER_ABSTIME;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.posix.PosixTime;
import org.timehands.posix.PosixTimes;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/** Sleeps of one length, begun at once, while the wall clock is set back by that length. */
final class SleepOverSet {
  /** A way to ask for a sleep. */
  enum Kind {
    /** nanosleep. */
    RELATIVE("nanosleep", CLOCK_MONOTONIC, 0),
    /** clock_nanosleep on REALTIME, relative. */
    RELATIVE_REALTIME("clock_nanosleep REALTIME", CLOCK_REALTIME, 0),
    /** clock_nanosleep on REALTIME, absolute. */
    ABSOLUTE_REALTIME("clock_nanosleep REALTIME, ABSTIME", CLOCK_REALTIME, TIMER_ABSTIME);

    final String call;
    final int clock;
    final int flags;

    Kind(String call, int clock, int flags) {
      this.call = call;
      this.clock = clock;
      this.flags = flags;
    }

    /** What MONOTONIC passes by rule: an absolute sleep waits for its time again. */
    long monotonicNanos(long lengthNanos) {
      return this == ABSOLUTE_REALTIME ? 2 * lengthNanos : lengthNanos;
    }

    /** What the wall clock shows as passed: that, less what it was set back by. */
    long realtimeNanos(long lengthNanos) {
      return monotonicNanos(lengthNanos) - lengthNanos;
    }
  }

  /**
   * How a sleep went.
   *
   * @param kind how it was asked for
   * @param result of the call
   * @param monotonicNanos what MONOTONIC passed
   * @param realtimeNanos what REALTIME passed, by its readings before and after
   */
  record Outcome(Kind kind, int result, long monotonicNanos, long realtimeNanos) {
    /** Whether it failed or was too short. */
    boolean isWrong(long lengthNanos) {
      return result != 0 || monotonicNanos < kind.monotonicNanos(lengthNanos);
    }
  }

  private static final long SECOND = 1_000_000_000L;
  private static final int LIVE_TRIES = 5;
  private static final long START_NANOS = 1_800_000_000L * SECOND;

  private final Timekeeping keeping;
  private final Timers timers;
  private final PosixTime posix;
  private final long lengthNanos;
  private long setNanos;

  private SleepOverSet(Timekeeping keeping, Timers timers, long lengthNanos) {
    this.keeping = keeping;
    this.timers = timers;
    this.posix = PosixTimes.withTimers(keeping.clocks(), timers, () -> true);
    this.lengthNanos = lengthNanos;
  }

  /** At virtual time, on one simulated computer for each kind. */
  static List<Outcome> simulated(long lengthNanos) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      AtomicLong trueNanos = new AtomicLong(SECOND);
      SimulatedDevice device = new SimulatedDevice(trueNanos::get);
      TimekeepingOptions options =
          TimekeepingOptions.defaults()
              .startingAt(START_NANOS, 1000 * SECOND)
              .withHorizon(1, 50_000_000)
              .withSlots(64)
              .waitingBy(() -> trueNanos.addAndGet(1));
      try (Timekeeping keeping =
              Timekeeping.begin(
                  new SimulatedClockSource(
                      SimulatedClockSource.Settings.of(SECOND), trueNanos::get),
                  Slope.ofFrequency(SECOND),
                  options);
          Timers timers =
              Timers.byHand(
                  keeping.clocks(), TimerOptions.defaults().withDevices(() -> device))) {
        SleepOverSet run = new SleepOverSet(keeping, timers, lengthNanos);
        FutureTask<Outcome> sleep = run.begin(kind);
        advance(trueNanos, device, timers, lengthNanos / 2);
        run.setBack();
        advance(trueNanos, device, timers, kind.monotonicNanos(lengthNanos) - lengthNanos / 2);
        outcomes.add(result(sleep));
      }
    }
    return outcomes;
  }

  private static void advance(
      AtomicLong trueNanos, SimulatedDevice device, Timers timers, long nanos) {
    long target = trueNanos.get() + nanos;
    while (device.deadlineNanos() <= Math.max(target, trueNanos.get())) {
      trueNanos.set(Math.max(trueNanos.get(), device.deadlineNanos()));
      timers.expire();
    }
    trueNanos.set(Math.max(trueNanos.get(), target));
  }

  /**
   * On this machine's counter and threads: all kinds at once, on a timekeeper of its own. Again, a
   * few times, if the machine was so busy that the set came when sleeps were over.
   */
  static List<Outcome> live(Timekeeping keeping, long lengthNanos) {
    try (Timers timers = Timers.start(keeping.clocks(), TimerOptions.defaults())) {
      SleepOverSet run = new SleepOverSet(keeping, timers, lengthNanos);
      for (int tries = 0; tries < LIVE_TRIES; tries++) {
        long begun = run.now(CLOCK_MONOTONIC);
        List<Outcome> outcomes = run.liveOnce();
        if (run.setNanos - begun < lengthNanos) {
          return outcomes;
        }
      }
      throw new IllegalStateException(
          "this machine is too busy to set a clock within " + lengthNanos
              + " ns: give a longer --live");
    }
  }

  private List<Outcome> liveOnce() {
    List<FutureTask<Outcome>> sleeps = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      sleeps.add(begin(kind));
    }
    long half = lengthNanos / 2;
    posix.clockNanosleep(CLOCK_MONOTONIC, 0, half / SECOND, half % SECOND, null);
    setBack();
    setNanos = now(CLOCK_MONOTONIC);
    return sleeps.stream().map(SleepOverSet::result).toList();
  }

  private static Outcome result(FutureTask<Outcome> sleep) {
    try {
      return sleep.get();
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the experiment was interrupted", ended);
    }
  }

  private void setBack() {
    keeping.injectOffset(-lengthNanos);
  }

  private long now(int clock) {
    long[] now = new long[2];
    posix.clockGetTime(clock, now);
    return now[0] * SECOND + now[1];
  }

  /** Begins a sleep on a thread of its own; returns when it has begun. */
  private FutureTask<Outcome> begin(Kind kind) {
    long queued = timers.statistics().queued();
    FutureTask<Outcome> sleep = new FutureTask<>(() -> sleep(kind));
    Thread.ofPlatform().daemon().name("sleeper-" + kind).start(sleep);
    while (timers.statistics().queued() == queued && !sleep.isDone()) {
      Thread.onSpinWait();
    }
    return sleep;
  }

  /** One sleep: t1, the call, t2. */
  private Outcome sleep(Kind kind) {
    long mono = now(CLOCK_MONOTONIC);
    long real = now(CLOCK_REALTIME);
    long until = kind.flags == TIMER_ABSTIME ? real + lengthNanos : lengthNanos;
    int result =
        posix.clockNanosleep(kind.clock, kind.flags, until / SECOND, until % SECOND, null);
    return new Outcome(kind, result, now(CLOCK_MONOTONIC) - mono, now(CLOCK_REALTIME) - real);
  }
}

package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.posix.PosixTime;
import org.timehands.posix.PosixTimes;
import org.timehands.testing.Await;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/** Sleeps and timers by number at virtual time, as the kernel's own tests see them. */
final class TimerLab {
  static final long MICRO = 1000;
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000_000_000L;
  static final int SIGALRM = 14;
  static final int[] CLOCKS = {0, 1, 7, 11};
  static final PosixTime.Event SIGNAL = new PosixTime.Event(0, 10, 42, 0);
  static final PosixTime.Event SILENT = new PosixTime.Event(1, 0, 0, 0);

  /** What is put between a test and the calls: nothing, unless a fault is planted. */
  static UnaryOperator<PosixTime> fault = UnaryOperator.identity();

  final AtomicLong trueNanos = new AtomicLong(7 * SECOND);
  final SimulatedDevice device = new SimulatedDevice(trueNanos::get);
  final Timekeeping keeping;
  final Timers timers;
  final PosixTime posix;
  final Deque<PosixTime.TimerSignal> pending = new ArrayDeque<>();
  final PosixTime.Process process;

  /** Whom a signal interrupts, as it would a thread of a process. */
  volatile Thread signalled;

  TimerLab() {
    this(1_767_225_600L * SECOND);
  }

  TimerLab(long realtimeNanos) {
    this(realtimeNanos, UnaryOperator.identity());
  }

  TimerLab(long realtimeNanos, UnaryOperator<TimekeepingOptions> more) {
    keeping =
        Timekeeping.begin(
            new SimulatedClockSource(SimulatedClockSource.Settings.of(SECOND), trueNanos::get),
            Slope.ofFrequency(SECOND),
            more.apply(
                TimekeepingOptions.defaults()
                    .startingAt(realtimeNanos, 1000 * SECOND)
                    .withHorizon(1, 50_000_000)
                    .withSlots(64)
                    .waitingBy(() -> trueNanos.addAndGet(1))));
    timers = Timers.byHand(keeping.clocks(), TimerOptions.defaults().withDevices(() -> device));
    posix = fault.apply(PosixTimes.withTimers(keeping.clocks(), timers, () -> true));
    process = posix.open(this::queue);
  }

  private void queue(PosixTime.TimerSignal signal) {
    pending.add(signal);
    Thread target = signalled;
    if (target != null) {
      target.interrupt();
    }
  }

  /** Lets time pass, and wakes the timers when their device says so. */
  void advance(long nanos) {
    long target = trueNanos.get() + nanos;
    while (device.deadlineNanos() <= Math.max(target, trueNanos.get())) {
      trueNanos.set(Math.max(trueNanos.get(), device.deadlineNanos()));
      timers.expire();
    }
    trueNanos.set(Math.max(trueNanos.get(), target));
  }

  long now(int clock) {
    long[] now = new long[2];
    assertEquals(0, posix.clockGetTime(clock, now));
    return now[0] * SECOND + now[1];
  }

  int setClock(long realtimeNanos) {
    return posix.clockSetTime(0, realtimeNanos / SECOND, realtimeNanos % SECOND);
  }

  static long[] its(long value, long interval) {
    return new long[] {
      value / SECOND, value % SECOND, interval / SECOND, interval % SECOND
    };
  }

  int create(int clock) {
    return create(clock, SIGNAL);
  }

  int create(int clock, PosixTime.Event event) {
    int id = process.timerCreate(clock, event);
    assertTrue(id >= 0, "created on clock " + clock);
    return id;
  }

  void set(int id, long value, long interval) {
    assertEquals(0, process.timerSetTime(id, 0, its(value, interval), null));
  }

  void setAt(int id, long instant, long interval) {
    assertEquals(0, process.timerSetTime(id, 1, its(instant, interval), null));
  }

  /** What is left, and the interval. */
  long[] get(int id) {
    long[] its = new long[4];
    assertEquals(0, process.timerGetTime(id, its));
    return new long[] {its[0] * SECOND + its[1], its[2] * SECOND + its[3]};
  }

  long left(int id) {
    return get(id)[0];
  }

  /** A sleep on a thread of its own, which has begun when this returns. */
  Sleep sleep(int clock, int flags, long nanos) {
    long queued = timers.statistics().queued();
    Sleep sleep = new Sleep(clock, flags, nanos);
    sleep.thread.start();
    Await.until(
        () -> timers.statistics().queued() != queued || sleep.isOver(), "the sleep has begun");
    return sleep;
  }

  /** One sleep. */
  final class Sleep {
    final long[] rest = {-7, -7};
    final FutureTask<Integer> task;
    final Thread thread;

    Sleep(int clock, int flags, long nanos) {
      long sec = nanos / SECOND;
      task =
          new FutureTask<>(
              () -> posix.clockNanosleep(clock, flags, sec, nanos - sec * SECOND, rest));
      thread = Thread.ofVirtual().unstarted(task);
    }

    boolean isOver() {
      return task.isDone();
    }

    int result() throws Exception {
      return task.get(100, TimeUnit.SECONDS);
    }
  }
}

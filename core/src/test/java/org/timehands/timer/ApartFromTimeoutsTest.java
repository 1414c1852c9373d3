package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.Timehands;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ParkDevice;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;
import org.timehands.timer.TimerCallback.Next;

/**
 * Precise timers and timeouts share no thread, queue or lock (3-01, 3-34): each goes on while the
 * other is stuck, in a callback or with its lock held. How late is measured by {@code bench timer
 * --undisturbed}.
 */
@Timeout(120)
class ApartFromTimeoutsTest {
  private static final long SOON_NANOS = 1_000_000;
  private static final long PATIENCE_MILLIS = 30_000;
  private static final long BRIEF_MILLIS = 300;
  private static final int MANY = 20_000;

  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch stuck = new CountDownLatch(1);
  private final AtomicBoolean sticks = new AtomicBoolean();
  private Timehands timehands;

  @BeforeEach
  void open() {
    timehands = Timehands.standalone(TimekeepingOptions.defaults());
  }

  @AfterEach
  void close() {
    release.countDown();
    timehands.close();
  }

  /** Where somebody gets stuck until the test ends. */
  private void stick() {
    stuck.countDown();
    boolean interrupted = false;
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Timers timers() {
    return Timers.start(timehands.clocks(), TimerOptions.defaults());
  }

  private Timeouts timeouts() {
    return Timeouts.start(timehands.clocks()::monotonicNanos, TimeoutsOptions.DEFAULT);
  }

  private static boolean timeoutRuns(Timeouts timeouts, long patienceMillis)
      throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    timeouts.after(SOON_NANOS, timeout -> ran.countDown());
    return ran.await(patienceMillis, TimeUnit.MILLISECONDS);
  }

  private static boolean timerRuns(Timers timers, long patienceMillis)
      throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    ClockTimer timer =
        timers.timer(
            (expired, nowNanos) -> {
              ran.countDown();
              return Next.DONE;
            });
    timer.armIn(ClockId.MONOTONIC, SOON_NANOS);
    return ran.await(patienceMillis, TimeUnit.MILLISECONDS);
  }

  private void stickATimer(Timers timers) throws InterruptedException {
    ClockTimer timer =
        timers.timer(
            (expired, nowNanos) -> {
              stick();
              return Next.DONE;
            });
    timer.armIn(ClockId.MONOTONIC, 0);
    stuck.await();
  }

  @Test
  void timeoutsGoOnWhileATimersCallbackIsStuck() throws InterruptedException {
    try (Timers timers = timers();
        Timeouts timeouts = timeouts()) {
      stickATimer(timers);
      assertTrue(timeoutRuns(timeouts, PATIENCE_MILLIS));
      release.countDown();
    }
  }

  @Test
  void timersGoOnWhileATimeoutsCallbackIsStuckAndThousandsAreDue() throws InterruptedException {
    try (Timers timers = timers();
        Timeouts timeouts = timeouts()) {
      timeouts.after(0, timeout -> stick());
      stuck.await();
      for (int i = 0; i < MANY; i++) {
        timeouts.after(0, timeout -> {});
      }
      assertTrue(timerRuns(timers, PATIENCE_MILLIS));
      release.countDown();
    }
  }

  @Test
  void timeoutsGoOnWhileAShardsLockIsHeld() throws InterruptedException {
    TimerOptions options = TimerOptions.defaults().withDevices(StickingDevice::new);
    try (Timers timers = Timers.start(timehands.clocks(), options);
        Timeouts timeouts = timeouts()) {
      ClockTimer timer = timers.timer((expired, nowNanos) -> Next.DONE);
      sticks.set(true);
      Thread holder = Thread.ofPlatform().start(() -> timer.armIn(ClockId.MONOTONIC, SOON_NANOS));
      stuck.await();
      assertTrue(timeoutRuns(timeouts, PATIENCE_MILLIS));
      release.countDown();
      holder.join();
    }
  }

  @Test
  void timersGoOnWhileTheOwnerOfTimeoutsIsStuck() throws InterruptedException {
    try (Timers timers = timers();
        Timeouts timeouts = Timeouts.start(this::stickingNanos, TimeoutsOptions.DEFAULT)) {
      timeouts.after(SOON_NANOS, timeout -> sticks.set(true));
      stuck.await();
      assertTrue(timerRuns(timers, PATIENCE_MILLIS));
      release.countDown();
    }
  }

  private long stickingNanos() {
    if (sticks.get()) {
      stick();
    }
    return timehands.clocks().monotonicNanos();
  }

  /** The check is checked: timeouts that a timer polls stand still with it. */
  @Test
  void timeoutsThatShareTheThreadStandStill() throws InterruptedException {
    try (Timers timers = timers();
        Timeouts timeouts =
            Timeouts.byHand(timehands.clocks()::monotonicNanos, TimeoutsOptions.DEFAULT)) {
      ClockTimer poll =
          timers.timer(
              (expired, nowNanos) -> {
                timeouts.poll();
                expired.forward(nowNanos, SOON_NANOS);
                return Next.AGAIN;
              });
      poll.armIn(ClockId.MONOTONIC, 0);
      assertTrue(timeoutRuns(timeouts, PATIENCE_MILLIS));
      stickATimer(timers);
      assertFalse(timeoutRuns(timeouts, BRIEF_MILLIS));
      release.countDown();
    }
  }

  /** Gets stuck in program(), which is called with the shard's lock held. */
  private final class StickingDevice implements ClockEventDevice {
    private final ClockEventDevice inner = new ParkDevice();

    @Override
    public String name() {
      return inner.name();
    }

    @Override
    public Set<Feature> features() {
      return inner.features();
    }

    @Override
    public long nowNanos() {
      return inner.nowNanos();
    }

    @Override
    public void program(long deadlineNanos) {
      if (sticks.get()) {
        stick();
      }
      inner.program(deadlineNanos);
    }

    @Override
    public boolean await() {
      return inner.await();
    }

    @Override
    public void kick() {
      inner.kick();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}

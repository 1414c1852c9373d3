package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;

/**
 * Timeouts on a timekeeping that is set, steered and suspended, and after a pause, at virtual time
 * (3-31, 3-35, 3-49, 2.4).
 */
class TimekeepingTimeoutsTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long HOUR = 3_600 * SECOND;

  /** 2026-01-01T00:00:00Z. */
  private static final long MIDNIGHT = 1_767_225_600L * SECOND;

  private final AtomicLong trueNanos = new AtomicLong(7 * SECOND);
  private final SimulatedClockSource counter =
      new SimulatedClockSource(SimulatedClockSource.Settings.of(SECOND), trueNanos::get);
  private final Timekeeping keeping =
      Timekeeping.begin(
          counter,
          Slope.ofFrequency(SECOND),
          TimekeepingOptions.defaults()
              .startingAt(MIDNIGHT, 1_000 * SECOND)
              .withHorizon(10_000, 50_000_000)
              .withSlots(64)
              .waitingBy(() -> trueNanos.addAndGet(100)));
  private final LongSupplier mono = keeping.clocks()::monotonicNanos;
  private final LongSupplier boot = keeping.clocks()::boottimeNanos;
  private final List<String> ran = new ArrayList<>();

  private Timeouts on(LongSupplier clock) {
    return Timeouts.byHand(clock, TimeoutsOptions.DEFAULT.withShards(1));
  }

  private void run(Timeouts timeouts, long nanos) {
    long until = trueNanos.get() + nanos;
    while (trueNanos.get() < until) {
      trueNanos.addAndGet(MILLI);
      while (timeouts.poll() == Long.MIN_VALUE) {
        Thread.onSpinWait();
      }
      if (trueNanos.get() % (50 * MILLI) < MILLI) {
        keeping.advance();
      }
    }
  }

  /** Whoever sets the clock by hours, forth and back, or steers it: no timeout sees it. */
  @Test
  void noSetOfTheClockReachesATimeout() {
    Seeds.forEach(
        TimekeepingTimeoutsTest.class,
        10,
        random -> {
          Timeouts timeouts = on(mono);
          int[] count = new int[1];
          for (int i = 0; i < 200; i++) {
            long delay = random.nextLong(2 * SECOND);
            long armedAt = mono.getAsLong();
            timeouts.after(
                delay,
                timeout -> {
                  count[0]++;
                  long late = mono.getAsLong() - armedAt - delay;
                  assertTrue(late >= 0 && late <= delay * 8 / 63 + 6 * MILLI, "late " + late);
                });
            run(timeouts, random.nextLong(10 * MILLI));
            switch (random.nextInt(4)) {
              case 0 -> keeping.setRealtime(MIDNIGHT + random.nextLong(-99 * HOUR, 99 * HOUR));
              case 1 -> {
                Timex timex = new Timex();
                timex.modes = Timex.ADJ_FREQUENCY;
                timex.freq = random.nextLong(-500, 501) << 16;
                keeping.adjtimex(timex, true);
              }
              default -> keeping.advance();
            }
          }
          run(timeouts, 3 * SECOND);
          assertEquals(200, count[0]);
          assertEquals(0, timeouts.stats().failed(), "an assertion in a callback");
        });
  }

  /** The policy of a suspend: on MONOTONIC it does not count, on BOOTTIME it does. */
  @Test
  void aSuspendCountsOnBoottimeOnly() {
    Timeouts awake = on(mono);
    Timeouts always = on(boot);
    awake.after(10_000 * MILLI, timeout -> ran.add("awake"));
    always.after(10_000 * MILLI, timeout -> ran.add("always"));
    Timeout cancelled = always.after(10_000 * MILLI, timeout -> ran.add("never"));
    always.after(2 * 8 * HOUR, timeout -> ran.add("tomorrow"));
    run(awake, 4 * SECOND);
    run(always, 0);
    keeping.suspend();
    counter.sleep();
    trueNanos.addAndGet(8 * HOUR);
    counter.wake();
    keeping.resume(8 * HOUR);
    assertTrue(cancelled.cancel(), "due, but nobody has looked");
    awake.poll();
    always.poll();
    assertEquals(List.of("always"), ran, "what became due in the sleep runs at once");
    run(awake, 5 * SECOND);
    assertEquals(List.of("always"), ran);
    run(awake, 3 * SECOND);
    assertEquals(List.of("always", "awake"), ran, "ten seconds awake, and an eighth");
    always.poll();
    assertEquals(2, ran.size());
  }

  @Test
  void onlyClocksThatNobodySetsCanBeCounted() {
    assertThrows(
        IllegalArgumentException.class,
        () -> TimeoutsOptions.DEFAULT.withClock(ClockId.REALTIME));
    assertThrows(NullPointerException.class, () -> TimeoutsOptions.DEFAULT.withClock(null));
    assertEquals(ClockId.MONOTONIC, TimeoutsOptions.DEFAULT.clock());
    try (Timeouts timeouts =
        Timeouts.start(
            keeping.clocks(), TimeoutsOptions.DEFAULT.withClock(ClockId.BOOTTIME))) {
      keeping.injectSleep(HOUR);
      Timeout timeout = timeouts.after(HOUR, due -> ran.add("x"));
      long ahead = timeout.expires() - boot.getAsLong();
      assertTrue(ahead >= HOUR - 2 * MILLI && ahead <= HOUR + 4 * MILLI, "counts " + ahead);
      assertTrue(timeout.expires() - mono.getAsLong() > HOUR + HOUR / 2, "BOOTTIME is meant");
    }
  }

  /**
   * The owner stood still for minutes while 10^5 became due: they run in rounds of the budget,
   * between which it hears who cancels; each once, none is lost, and what is armed meanwhile waits
   * its own time (no storm).
   */
  @Test
  void afterAPauseWhatIsDueRunsInRounds() {
    int count = 100_000;
    int budget = TimeoutsOptions.DEFAULT.budget();
    Timeouts timeouts = on(mono);
    int[] runs = new int[count];
    List<Timeout> armed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = i;
      armed.add(timeouts.after(i % 60_000 * MILLI, timeout -> runs[id]++));
    }
    trueNanos.addAndGet(300 * SECOND);
    int before = 0;
    int cancelled = 0;
    int rounds = 0;
    Timeout fresh = null;
    while (timeouts.poll() == Long.MIN_VALUE) {
      int sum = (int) timeouts.stats().expired();
      assertTrue(sum - before <= budget, "a round of " + (sum - before));
      before = sum;
      rounds++;
      if (fresh == null) {
        fresh = timeouts.after(10 * SECOND, timeout -> ran.add("fresh"));
      }
      Timeout last = armed.get(count - rounds);
      if (last.cancel()) {
        cancelled++;
        runs[count - rounds] += 1_000;
      }
    }
    assertTrue(rounds >= count / budget - 1, "rounds " + rounds);
    assertTrue(cancelled > 0, "nobody was heard between the rounds");
    for (int i = 0; i < count; i++) {
      assertTrue(runs[i] == 1 || runs[i] == 1_000, i + " ended " + runs[i]);
    }
    assertTrue(fresh.isPending());
    assertFalse(ran.contains("fresh"));
    run(timeouts, 12 * SECOND);
    assertEquals(List.of("fresh"), ran);
    assertEquals(count - cancelled + 1, timeouts.stats().expired());
  }
}

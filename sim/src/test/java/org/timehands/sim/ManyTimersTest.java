package org.timehands.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerStatistics;

/**
 * An hour of 10^5 timers on simulated CPUs, counters and devices, some of them bad (3-12, A25):
 * none early, none lost, none later than the device's sins explain; one seed, one run.
 */
class ManyTimersTest {
  private static final int TIMERS = 100_000;
  private static final int FEW = 5_000;
  private static final long HOUR = 3600L * 1_000_000_000L;
  private static final ClockId[] CLOCKS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };

  /** The chunks' last wait at 200 ppm, and what a counter's cycle and the rounding add. */
  private static final long RATES_NANOS = 30_000;

  /** What came of a run. */
  private record Outcome(long fingerprint, TimerStatistics statistics) {}

  private static Outcome run(VirtualSettings settings, int count) {
    return run(VirtualWorld.begin(settings), count);
  }

  private static Outcome run(VirtualWorld begun, int count) {
    long[] ran = new long[1];
    VirtualSettings settings = begun.settings();
    try (VirtualWorld world = begun) {
      SplittableRandom random = new SplittableRandom(settings.seed());
      long tick = settings.tickMode().isHighResolution() ? 0 : settings.tickMode().tickNanos();
      long sins = settings.isAdverse() ? Adversary.RETRY_NANOS : 0;
      for (int i = 0; i < count; i++) {
        ClockId clock = CLOCKS[random.nextInt(CLOCKS.length)];
        long expiry = world.nanos(clock) + random.nextLong(HOUR);
        world
            .timers()
            .timer(
                random.nextInt(settings.cpus()),
                (timer, now) -> {
                  ran[0]++;
                  long late = now - expiry;
                  assertTrue(late >= 0, "early by " + -late);
                  assertTrue(world.nanos(clock) >= expiry, "sees an early clock");
                  assertTrue(late <= sins + tick + RATES_NANOS, "late by " + late);
                  return Next.DONE;
                },
                false)
            .arm(clock, expiry);
      }
      world.advance(Duration.ofHours(1).plusSeconds(5));
      TimerStatistics seen = world.timers().statistics();
      String replay = settings + ": " + seen;
      assertEquals(count, ran[0], replay);
      assertEquals(0, seen.queued(), replay);
      assertEquals(0, seen.failures(), replay);
      return new Outcome(world.fingerprint(), seen);
    }
  }

  @Test
  void anHourOfAHundredThousandTimers() {
    VirtualSettings settings = VirtualSettings.defaults().withCpus(4).adverse(true).withSeed(42);
    Outcome first = run(settings, TIMERS);
    Outcome second = run(settings, TIMERS);
    assertEquals(first, second, "one seed, one run");
    assertTrue(first.statistics().idleWakeups() > 0, "no spurious event");
    assertTrue(first.statistics().maxLateNanos() > 1_000_000_000L, "no event was lost");
  }

  static Stream<VirtualSettings> machines() {
    VirtualSettings plain = VirtualSettings.defaults();
    return Stream.of(
            plain.counting(3_579_545, 24),
            plain.counting(1_193_182, 32),
            plain.counting(19_200_000, 56),
            plain.counting(100_000_000, 32),
            plain.counting(2_300_000_000L, 64),
            plain.withCpus(16))
        .flatMap(each -> Stream.of(each, each.adverse(true)))
        .flatMap(
            each ->
                Stream.of(
                    each, each.withTickMode(TickMode.periodic(100)),
                    each.withTickMode(TickMode.dynamic(250))));
  }

  @ParameterizedTest
  @MethodSource("machines")
  void onEveryMachine(VirtualSettings settings) {
    for (long seed = 1; seed <= 2; seed++) {
      run(settings.withSeed(seed), FEW);
    }
  }

  /** The planted bug: a machine that loses an event for good, and nobody retries. */
  @Test
  void aLostEventWouldBeNoticed() {
    VirtualSettings settings = VirtualSettings.defaults().withSeed(7);
    Adversary forgets = Adversary.forgetting(new SplittableRandom(settings.seed()));
    AssertionError noticed =
        assertThrows(
            AssertionError.class, () -> run(VirtualWorld.begin(settings, forgets), FEW));
    assertTrue(noticed.getMessage().contains("expected: <" + FEW + ">"), noticed.getMessage());
  }

  @Test
  void whatIsLostIsRetriedInTime() {
    Adversary bad = new Adversary(new SplittableRandom(1), 0, 1000, 0);
    List<Long> late = Stream.generate(() -> bad.deliveryNanos(10) - 10).limit(100).toList();
    assertTrue(late.stream().anyMatch(each -> each > 1_000_000_000L));
    assertTrue(late.stream().allMatch(each -> each >= 0 && each < Adversary.RETRY_NANOS));
    bad.rest();
    assertEquals(10, bad.deliveryNanos(10));
  }
}

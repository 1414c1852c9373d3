package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.timehands.clocksource.ClockSource.SuspendBehaviour;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.clocksource.Watchdog.Check;
import org.timehands.clocksource.Watchdog.Options;
import org.timehands.clocksource.Watchdog.Verdict;
import org.timehands.testing.Seeds;

/**
 * 2.1 and A11: counters that lie in every way are found within the checks that {@link Watchdog}
 * states, in words; honest ones under a hostile scheduler never are (4.2, clocksource-wdtest).
 */
class WatchdogTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int SEEDS = 40;
  private static final int QUIET = 20;

  /** What a counter may do, how soon it is found, and what is said. */
  enum Lie {
    STUCK(1, "stands still", SimulatedClockSource::stop),
    JUMPS_AHEAD(1, "counted", it -> it.jump(it.frequencyHz() / 2_000 + 1)),
    JUMPS_BACK(1, "counted", it -> it.jump(-it.frequencyHz() / 2_000 - 1)),
    GOES_BACK_FAR(1, "went back", it -> it.jump(-it.frequencyHz())),
    FAST_BY_1000_PPM(1, "counted", it -> it.driftPpb(1_100_000)),
    SLOW_BY_1000_PPM(1, "counted", it -> it.driftPpb(-1_100_000)),
    FAST_BY_600_PPM(Watchdog.SLOW_DRIFT_CHECKS, "counted", it -> it.driftPpb(650_000)),
    SLOW_BY_600_PPM(Watchdog.SLOW_DRIFT_CHECKS, "counted", it -> it.driftPpb(-650_000)),
    // 2^24 cycles of 2.3 GHz are over long before the next check, 2^32 within four.
    WRAPS_AT_24_BITS(1, "", it -> it.wrapAt(24)),
    WRAPS_AT_32_BITS(4, "", it -> it.wrapAt(32)),
    CPUS_DIFFER(3, "disagree", it -> it.skew(3, 5_000));

    final int checks;
    final String words;
    final Consumer<SimulatedClockSource> tell;

    Lie(int checks, String words, Consumer<SimulatedClockSource> tell) {
      this.checks = checks;
      this.words = words;
      this.tell = tell;
    }
  }

  @ParameterizedTest
  @EnumSource(Lie.class)
  void liesAreFoundInTime(Lie lie) {
    Seeds.forEach(
        WatchdogTest.class,
        SEEDS,
        random -> {
          Machine machine = new Machine(random, Options.defaults(), 64, 2_300_000_000L);
          machine.expectGood(QUIET);
          lie.tell.accept(machine.counter);
          Check found = machine.untilUnstable(lie.checks);
          assertTrue(found.words().contains(lie.words), found.words());
          assertEquals(found, machine.next(), "a verdict is final");
        });
  }

  /** The planted bug: a watchdog that allows a tenth does not see what the real one sees. */
  @Test
  void aWatchdogThatIsTooKindIsCaught() {
    Options kind = new Options(SECOND / 2, 50_000, 100_000, 4, 10, 1);
    Machine machine = new Machine(new SplittableRandom(1), kind, 64, 2_300_000_000L);
    machine.expectGood(QUIET);
    Lie.FAST_BY_1000_PPM.tell.accept(machine.counter);
    assertThrows(AssertionError.class, () -> machine.untilUnstable(100));
  }

  @ParameterizedTest
  @EnumSource(value = SuspendBehaviour.class, names = {"STOPS", "RUNS_ON"})
  void whatASleepShowsIsFound(SuspendBehaviour declared) {
    SuspendBehaviour truth =
        declared == SuspendBehaviour.STOPS ? SuspendBehaviour.RUNS_ON : SuspendBehaviour.STOPS;
    Seeds.forEach(
        WatchdogTest.class,
        SEEDS,
        random -> {
          Machine machine =
              new Machine(random, Options.defaults(), 64, 2_300_000_000L, declared);
          machine.expectGood(3);
          machine.sleep(random.nextLong(5 * SECOND, 100_000 * SECOND));
          assertEquals(Verdict.BEGUN, machine.next().verdict(), "honest");
          machine.expectGood(3);
          machine.counter.sleepLike(truth);
          machine.sleep(random.nextLong(5 * SECOND, 100_000 * SECOND));
          Check found = machine.next();
          assertEquals(Verdict.UNSTABLE, found.verdict(), found.toString());
          assertTrue(found.words().contains("while the machine sleeps"), found.words());
        });
  }

  @Test
  void noFalseAlarmInAMillionChecksUnderSchedulingNoise() {
    int seeds = 8;
    int checks = 125_000;
    long[] counts = new long[Verdict.values().length];
    Seeds.forEach(
        WatchdogTest.class,
        seeds,
        random -> {
          int bits = new int[] {64, 24, 32, 56}[random.nextInt(4)];
          long hertz = bits == 24 ? 3_579_545 : bits == 32 ? 24_000_000 : 2_300_000_000L;
          Machine machine =
              new Machine(random, Options.defaults().withCpuEvery(10), bits, hertz);
          machine.stopOneIn = 3;
          for (int i = 0; i < checks; i++) {
            if (random.nextInt(5_000) == 0) {
              machine.sleep(random.nextLong(10_000 * SECOND));
            }
            Check check = machine.next();
            assertTrue(check.verdict() != Verdict.UNSTABLE, check.toString());
            counts[check.verdict().ordinal()]++;
          }
        });
    assertTrue(counts[Verdict.GOOD.ordinal()] > seeds * checks * 0.7, "hardly ever compared");
    assertTrue(counts[Verdict.DISTURBED.ordinal()] > 100, "there was no noise");
  }

  /** The planted bug: who reads one counter after the other, and believes it, cries wolf. */
  @Test
  void theNoiseIsEnoughToFoolANaiveWatchdog() {
    Machine machine =
        new Machine(new SplittableRandom(1), Options.defaults(), 64, 2_300_000_000L);
    machine.stopOneIn = 3;
    long alarms = 0;
    double last = 0;
    for (int i = 0; i < 1_000; i++) {
      machine.nowNanos += SECOND / 2;
      double apart = machine.counter.read() / 2.3 - machine.reference().read();
      alarms += Math.abs(apart - last) > 250_000 && i > 0 ? 1 : 0;
      last = apart;
    }
    assertTrue(alarms > 100, alarms + " alarms");
  }

  @Test
  void injectedDelaysAreRetriedAndAReadThatIsAlwaysSlowIsFound() {
    Seeds.forEach(
        WatchdogTest.class,
        SEEDS,
        random -> {
          Machine machine = new Machine(random, Options.defaults(), 64, 2_300_000_000L);
          machine.stopOneIn = Integer.MAX_VALUE;
          machine.expectGood(QUIET);
          machine.delays = 2;
          Check retried = machine.next();
          assertEquals(Verdict.GOOD, retried.verdict(), retried.toString());
          assertEquals(2, retried.retries());
          for (int i = 1; i < Options.defaults().slowChecks(); i++) {
            machine.delays = 4;
            assertEquals(Verdict.DISTURBED, machine.next().verdict());
          }
          machine.expectGood(1);
          machine.delays = Integer.MAX_VALUE;
          Check found = machine.untilUnstable(Options.defaults().slowChecks());
          assertTrue(found.words().contains("a read takes more than 50000 ns"), found.words());
        });
  }

  @Test
  void ticksDoNotWatch() {
    Candidate tick = Candidate.of(TickClockSource.byHand(250), "ticks");
    Machine machine =
        new Machine(new SplittableRandom(1), Options.defaults(), 64, 2_300_000_000L);
    Candidate watched = Candidate.of(machine.counter, "simulated");
    assertThrows(
        IllegalArgumentException.class,
        () -> new Watchdog(watched, tick, Options.defaults(), () -> 0, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Watchdog(watched, watched, Options.defaults(), () -> 0, null));
  }

  /** A machine of four CPUs with two counters, a scheduler, and sleep. */
  private static final class Machine {
    private final SplittableRandom random;
    private final Options options;
    private final SimulatedClockSource counter;
    private final Watchdog watchdog;
    private long nowNanos = 100 * SECOND;
    private long sleptNanos;
    private int stopOneIn = 50;
    private int delays;

    Machine(SplittableRandom random, Options options, int bits, long hertz) {
      this(random, options, bits, hertz, SuspendBehaviour.RUNS_ON);
    }

    Machine(
        SplittableRandom random, Options options, int bits, long hertz,
        SuspendBehaviour behaviour) {
      this.random = random;
      this.options = options;
      this.counter = counter("watched", 300, hertz, bits, behaviour);
      SimulatedClockSource reference =
          counter("reference", 301, SECOND, 64, SuspendBehaviour.STOPS);
      ClockSource slow =
          new SlowToRead(
              counter,
              () -> {
                if (delays > 0) {
                  delays--;
                  nowNanos += 80_000;
                }
              });
      watchdog =
          new Watchdog(
              Candidate.of(slow, "simulated"), Candidate.of(reference, "simulated"), options,
              () -> sleptNanos, this::exchange, 0, 1, 2, 3);
    }

    private SimulatedClockSource counter(
        String name, long id, long hertz, int bits, SuspendBehaviour behaviour) {
      Settings settings =
          Settings.of(hertz).named(name, id, 300).declaring(50_000, 0)
              .counting(bits, random.nextLong(1L << (bits - 2))).sleeping(behaviour);
      SimulatedClockSource made = new SimulatedClockSource(settings, this::spend);
      made.driftPpb(random.nextLong(-50_000, 50_001));
      return made;
    }

    /** A read takes some time; now and then the thread is stopped, for up to 20 ms. */
    private long spend() {
      nowNanos += random.nextInt(20, 200);
      if (random.nextInt(stopOneIn) == 0) {
        nowNanos += random.nextLong(random.nextBoolean() ? 100_000 : 20_000_000);
      }
      return nowNanos;
    }

    private void exchange(int a, int b, WarpCheck.Skew skew) {
      for (int i = 0; i < 20; i++) {
        long sent = counter.readOn(a);
        nowNanos += random.nextInt(100, 300);
        long seen = counter.readOn(b);
        nowNanos += random.nextInt(100, 300);
        skew.record(sent, seen, counter.readOn(a));
      }
    }

    void sleep(long nanos) {
      counter.sleep();
      reference().sleep();
      nowNanos += nanos;
      sleptNanos += nanos;
      counter.wake();
      reference().wake();
    }

    private SimulatedClockSource reference() {
      return (SimulatedClockSource) watchdog.reference();
    }

    Check next() {
      nowNanos += options.intervalNanos();
      return watchdog.check();
    }

    void expectGood(int checks) {
      for (int i = 0; i < checks; i++) {
        Check check = next();
        assertTrue(check.verdict() != Verdict.UNSTABLE, check.toString());
      }
    }

    Check untilUnstable(int most) {
      Check check = null;
      for (int i = 0; i < most; i++) {
        check = next();
        if (check.verdict() == Verdict.UNSTABLE) {
          return check;
        }
      }
      throw new AssertionError("not found in " + most + " checks: " + check);
    }
  }
}

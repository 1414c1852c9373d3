package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSource.SuspendBehaviour;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;

class SimulatedClockSourceTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(12_345);

  @Test
  void countsExactlyThroughAnyNumberOfChanges() {
    Seeds.forEach(
        SimulatedClockSourceTest.class,
        300,
        random -> {
          long hz = random.nextLong(1, 6_000_000_000L);
          int widthBits = random.nextInt(8, 65);
          long mask = -1L >>> (64 - widthBits);
          long startCycles = random.nextLong() & mask;
          AtomicLong time = new AtomicLong(random.nextLong(1L << 60));
          SimulatedClockSource counter =
              new SimulatedClockSource(
                  Settings.of(hz).counting(widthBits, startCycles), time::get);
          BigInteger exact = BigInteger.valueOf(startCycles).shiftLeft(64);
          Slope nominal = counter.cyclesPerNano();
          assertEquals(0, nominal.pptOver(Slope.of(hz, SECOND)));
          for (int i = 0; i < 50; i++) {
            long step = random.nextLong(1L << random.nextInt(50));
            time.addAndGet(step);
            BigInteger perNano = counter.cyclesPerNano().toBigInteger();
            exact = exact.add(perNano.multiply(BigInteger.valueOf(step)));
            assertEquals(exact.shiftRight(64).longValue() & mask, counter.read());
            long ppb = random.nextLong(-500_000, 500_000);
            counter.driftPpb(ppb);
            assertEquals(ppb * 1_000, counter.cyclesPerNano().pptOver(nominal), 1);
          }
        });
  }

  @Test
  void wholeCyclesEndOnTime() {
    for (long hz : new long[] {1, 3, 100, 250, 3_579_545, 19_200_000, 24_000_000, 2_299_998_000L}) {
      AtomicLong time = new AtomicLong();
      SimulatedClockSource counter = new SimulatedClockSource(Settings.of(hz), time::get);
      time.set(SECOND - 1);
      assertEquals(BigInteger.valueOf(hz).multiply(BigInteger.valueOf(SECOND - 1))
          .divide(BigInteger.valueOf(SECOND)).longValue(), counter.read());
      for (long seconds = 1; seconds < 1_000_000_000; seconds *= 10) {
        time.set(seconds * SECOND);
        assertEquals(hz * seconds, counter.read());
      }
    }
  }

  @Test
  void liesOnRequest() {
    SimulatedClockSource counter = of(Settings.of(SECOND));
    pass(100, counter, 100);
    counter.stop();
    pass(50, counter, 100);
    counter.jump(-30);
    assertEquals(70, counter.read());
    counter.go();
    pass(5, counter, 75);
    counter.glitch(-60);
    assertEquals(15, counter.read());
    assertEquals(75, counter.read());
    counter.driftPpb(-500_000_000);
    pass(10, counter, 80);
  }

  @Test
  void cpusDiffer() {
    AtomicLong cpu = new AtomicLong();
    SimulatedClockSource counter =
        new SimulatedClockSource(Settings.of(SECOND), nanos::get, () -> (int) cpu.get());
    nanos.addAndGet(1_000);
    counter.skew(2, -100);
    assertEquals(1_000, counter.read());
    cpu.set(2);
    assertEquals(900, counter.read());
    assertEquals(1_000, counter.readOn(1));
    assertEquals(900, counter.readOn(2));
  }

  @Test
  void sleepsAsItsSettingsSay() {
    for (SuspendBehaviour behaviour : SuspendBehaviour.values()) {
      if (behaviour == SuspendBehaviour.UNKNOWN) {
        continue;
      }
      SimulatedClockSource counter = of(Settings.of(SECOND).sleeping(behaviour));
      pass(1_000, counter, 1_000);
      counter.sleep();
      nanos.addAndGet(SECOND);
      counter.wake();
      nanos.addAndGet(5);
      long expected =
          switch (behaviour) {
            case RUNS_ON -> SECOND + 1_005;
            case STOPS -> 1_005;
            default -> 5;
          };
      assertEquals(expected, counter.read(), behaviour.name());
      assertEquals(behaviour, counter.suspend());
    }
  }

  @Test
  void standsWhileTimeSeemsToGoBack() {
    SimulatedClockSource counter = of(Settings.of(SECOND));
    pass(100, counter, 100);
    counter.jump(0);
    nanos.addAndGet(-50);
    assertEquals(100, counter.read());
    nanos.addAndGet(60);
    assertEquals(110, counter.read());
  }

  /** 3-45: width, rate, rating, suspend behaviour, cost, drift. */
  @Test
  void saysOfItselfWhatItWasTold() {
    Settings settings =
        Settings.of(24_000_000)
            .named("sim-24M", ClockSource.idOf(300, 7), 399)
            .counting(56, 9)
            .declaring(1_000, 20)
            .sleeping(SuspendBehaviour.RUNS_ON);
    SimulatedClockSource counter = of(settings);
    assertEquals("sim-24M", counter.name());
    assertEquals(300, ClockSource.kindOf(counter.id()));
    assertEquals(7, counter.id() >>> 32);
    assertEquals(399, counter.rating());
    assertEquals(24_000_000, counter.frequencyHz());
    assertEquals(56, counter.widthBits());
    assertEquals(9, counter.readRelaxed());
    assertEquals(1_000, counter.driftBoundPpb());
    assertEquals(20, counter.skewBoundCycles());
    assertEquals(SuspendBehaviour.RUNS_ON, counter.suspend());
    assertEquals(SuspendBehaviour.STOPS, of(settings.sleeping(SuspendBehaviour.STOPS)).suspend());
    assertEquals(0, counter.readCostNanos());
    assertTrue(counter.validForHighResolution());
  }

  @Test
  void nonsenseIsRefusedWithTheRange() {
    Settings good = Settings.of(SECOND);
    refused("1 to 31 characters", () -> good.named("", good.id(), 1));
    refused("a kind from 256 on", () -> good.named("x", ClockSource.TSC, 1));
    refused("1 to 499", () -> good.named("x", good.id(), 500));
    refused("8 to 64 bits", () -> good.counting(7, 0));
    refused("at most 8 bits", () -> good.counting(8, 256));
    refused("10^12 Hz", () -> Settings.of(0));
    refused("a known one", () -> good.sleeping(SuspendBehaviour.UNKNOWN));
    refused("[1, 65535]", () -> ClockSource.idOf(0, 0));
    refused("[0, 2147483647]", () -> ClockSource.idOf(1, -1));
  }

  private static void refused(String allowed, Runnable making) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, making::run);
    assertTrue(refusal.getMessage().contains(allowed), refusal.getMessage());
  }

  private SimulatedClockSource of(Settings settings) {
    return new SimulatedClockSource(settings, nanos::get);
  }

  private void pass(long passed, SimulatedClockSource counter, long expected) {
    nanos.addAndGet(passed);
    assertEquals(expected, counter.read());
  }
}

package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

class BracketSamplerTest {
  private static final long HZ = 1_000_000;
  private static final long NANOS_PER_CYCLE = 1_000;

  @Test
  void narrowCountersAreWidenedOverManyRounds() {
    Seeds.forEach(
        BracketSamplerTest.class,
        500,
        random -> {
          int widthBits = random.nextInt(8, 64);
          AtomicLong nanos = new AtomicLong(random.nextLong(1L << 40));
          long startCycles = random.nextLong() & (-1L >>> (64 - widthBits));
          SimulatedClockSource counter = simulated(widthBits, startCycles, nanos);
          BracketSampler sampler = new BracketSampler(counter, nanos::get);
          long step = Math.min(sampler.maxGapNanos(), 1L << 50);
          long begin = nanos.get();
          assertEquals(startCycles, sampler.take().beforeCycles());
          for (int i = 0; i < 20; i++) {
            nanos.addAndGet(random.nextLong(step + 1));
            long cycles = sampler.take().afterCycles() - startCycles;
            assertEquals((nanos.get() - begin) / NANOS_PER_CYCLE, cycles);
          }
        });
  }

  @Test
  void roundThatMayHaveBeenMissedIsRefused() throws Exception {
    AtomicLong nanos = new AtomicLong();
    SimulatedClockSource counter = simulated(8, 0, nanos);
    BracketSampler sampler = new BracketSampler(counter, nanos::get);
    assertEquals(64 * NANOS_PER_CYCLE, sampler.maxGapNanos());
    sampler.take();
    // One round and a bit: without the check, 5 cycles would be believed.
    nanos.addAndGet(261 * NANOS_PER_CYCLE);
    assertEquals(5, counter.read());
    CalibrationException late = assertThrows(CalibrationException.class, sampler::take);
    assertTrue(late.getMessage().contains("261000 ns"), late.getMessage());
    assertEquals(0, sampler.take().widthCycles(), "begins anew");
  }

  @Test
  void sleepWithinABracketIsSeenTooWhereverItFalls() {
    // Reads of the first bracket: clock (0), counter (1), clock (2), counter (3), clock (4).
    for (int sleepsAt = 1; sleepsAt <= 4; sleepsAt++) {
      AtomicLong nanos = new AtomicLong();
      AtomicLong reads = new AtomicLong(-sleepsAt);
      Runnable pass = () -> nanos.addAndGet(reads.getAndIncrement() == 0 ? 300_000 : 10);
      BracketSampler sampler =
          new BracketSampler(
              new SlowToRead(simulated(8, 0, nanos), pass),
              () -> {
                pass.run();
                return nanos.get();
              });
      assertThrows(CalibrationException.class, sampler::take, "asleep at " + sleepsAt);
    }
  }

  @Test
  void wideCountersMayBeSampledWheneverOneLikes() throws Exception {
    AtomicLong nanos = new AtomicLong();
    BracketSampler sampler = new BracketSampler(simulated(64, -3, nanos), nanos::get);
    assertEquals(Long.MAX_VALUE, sampler.maxGapNanos());
    assertEquals(-3, sampler.take().beforeCycles());
    nanos.set(Long.MAX_VALUE / 2);
    assertEquals(Long.MAX_VALUE / 2 / NANOS_PER_CYCLE - 3, sampler.take().beforeCycles());
    assertEquals(3, sampler.take(3).size());
  }

  private static SimulatedClockSource simulated(
      int widthBits, long startCycles, AtomicLong nanos) {
    return new SimulatedClockSource(
        SimulatedClockSource.Settings.of(HZ).counting(widthBits, startCycles), nanos::get);
  }
}

package org.timehands.clockevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The spin tail at virtual time: what it learns, and what it spends. */
class SpinTailDeviceTest {
  private static long lateness(LateDevice inner, SpinTailDevice device, long everyNanos) {
    long deadline = inner.now + everyNanos;
    device.program(deadline);
    while (!device.await()) {
      device.program(deadline);
    }
    assertTrue(inner.now >= deadline, "early");
    return inner.now - deadline;
  }

  @Test
  void learnsHowLateTheInnerDeviceIs() {
    LateDevice inner = new LateDevice();
    SpinTailDevice device = new SpinTailDevice(inner, 200_000, 1_000_000);
    for (long late : new long[] {60_000, 5_000, 120_000}) {
      inner.lateNanos = late;
      for (int i = 0; i < 2000; i++) {
        lateness(inner, device, 10_000_000);
      }
      long tail = device.tailNanos();
      assertTrue(tail >= late - late / 4 && tail <= late + late / 4, late + ": " + tail);
    }
  }

  @Test
  void withTheTailItIsInTimeAndWithoutItIsNot() {
    LateDevice inner = new LateDevice();
    inner.lateNanos = 50_000;
    SpinTailDevice device = new SpinTailDevice(inner, 200_000, 1_000_000);
    long late = 0;
    for (int i = 0; i < 2000; i++) {
      late = lateness(inner, device, 10_000_000);
    }
    assertTrue(late <= 10_000, "late by " + late);
    SpinTailDevice without = new SpinTailDevice(inner, 0, 1_000_000);
    assertTrue(lateness(inner, without, 10_000_000) >= 50_000);
  }

  @Test
  void spendsNoMoreThanItsBudget() {
    LateDevice inner = new LateDevice();
    int budgetPpm = 1000;
    SpinTailDevice device = new SpinTailDevice(inner, 200_000, budgetPpm);
    long start = inner.now;
    for (int i = 0; i < 20_000; i++) {
      lateness(inner, device, 1_000_000);
    }
    long allowed = (inner.now - start) / 1_000_000 * budgetPpm;
    // And what was saved before, and the tail that was begun when there was a nanosecond left.
    assertTrue(device.spunNanos() > 0);
    assertTrue(
        device.spunNanos() <= allowed + 200_000 + 200_000, device.spunNanos() + " of " + allowed);
  }

  @Test
  void anInstantFarAheadIsNotSpunFor() {
    LateDevice inner = new LateDevice();
    SpinTailDevice device = new SpinTailDevice(inner, 200_000, 1_000_000);
    device.program(inner.now + 5_000_000_000L);
    inner.deadline = 0;
    long before = device.spunNanos();
    assertFalse(device.await(), "the inner device was programmed anew while it woke");
    assertEquals(before, device.spunNanos());
    device.cancel();
    assertFalse(device.await());
  }

  /** A lead takes away what each expiry is late by, and is awake for next to nothing. */
  @Test
  void leadsByWhatIsAlwaysLate() {
    LateDevice inner = new LateDevice();
    SpinTailDevice device = SpinTailDevice.leading(inner);
    SplittableRandom random = new SplittableRandom(1);
    long sum = 0;
    long start = inner.now;
    long spunBefore = 0;
    int many = 4000;
    for (int i = 0; i < 2 * many; i++) {
      inner.lateNanos = 40_000 + random.nextInt(40_000);
      long late = lateness(inner, device, 1_000_000);
      if (i == many) {
        sum = 0;
        start = inner.now;
        spunBefore = device.spunNanos();
      }
      sum += late;
    }
    long mean = sum / many;
    assertTrue(mean >= 15_000 && mean <= 30_000, "late by " + mean + ", 60000 without");
    long ppm = (device.spunNanos() - spunBefore) * 1_000_000 / (inner.now - start);
    assertTrue(ppm <= 1000, "spun for " + ppm + " ppm of the time");
  }

  /** What leads by too much does so for some expiries only: a machine may stop going to sleep. */
  @Test
  void leadsNoMoreWhenNothingIsLate() {
    LateDevice inner = new LateDevice();
    SpinTailDevice device = SpinTailDevice.leading(inner);
    inner.lateNanos = 100_000;
    for (int i = 0; i < 2000; i++) {
      lateness(inner, device, 1_000_000);
    }
    assertTrue(device.tailNanos() > 60_000, "leads by " + device.tailNanos());
    inner.lateNanos = 1_000;
    for (int i = 0; i < 40; i++) {
      lateness(inner, device, 1_000_000);
    }
    assertTrue(device.tailNanos() < 2_000, "leads by " + device.tailNanos());
  }

  @Test
  void limitsAreSaid() {
    LateDevice inner = new LateDevice();
    assertThrows(
        IllegalArgumentException.class, () -> new SpinTailDevice(inner, 1_000_001, 0));
    assertThrows(IllegalArgumentException.class, () -> new SpinTailDevice(inner, -1, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new SpinTailDevice(inner, 0, 1_000_001));
  }
}

package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class TimexTest {
  @Test
  void theKernelsValuesAreInTheirRanges() throws Exception {
    Timex timex = new Timex();
    assertSame(timex, timex.read());
    assertTrue(timex.state() >= Timex.TIME_OK && timex.state() <= Timex.TIME_ERROR);
    // adjtimex(2): tick is within 10 % of a hundredth of a second, frequency within 500 ppm.
    assertTrue(timex.tickMicros() >= 9_000 && timex.tickMicros() <= 11_000);
    assertEquals(500L << 16, timex.toleranceScaledPpm());
    assertTrue(Math.abs(timex.frequencyScaledPpm()) <= timex.toleranceScaledPpm());
    assertTrue(timex.maxErrorMicros() >= 0 && timex.maxErrorMicros() <= 16_000_000);
    assertTrue(timex.estimatedErrorMicros() >= 0);
    assertTrue(timex.precisionMicros() >= 1);
    assertEquals(
        timex.isSynchronized(),
        (timex.status() & Timex.STA_UNSYNC) == 0 && timex.state() != Timex.TIME_ERROR);
  }

  @Test
  void taiIsTheOffsetOfTheKernelsClocks() throws Exception {
    Timex before = new Timex().read();
    long seconds =
        Math.round(
            (HostClocks.nanos(HostClocks.CLOCK_TAI) - HostClocks.nanos(HostClocks.CLOCK_REALTIME))
                / 1e9);
    Timex after = new Timex().read();
    assertTrue(before.taiOffsetSeconds() == seconds || after.taiOffsetSeconds() == seconds);
  }

  @Test
  void readingChangesNothing() throws Exception {
    Timex first = new Timex().read();
    Timex second = new Timex().read();
    assertEquals(first.tickMicros(), second.tickMicros());
    assertEquals(first.timeConstant(), second.timeConstant());
  }

  @Test
  void everyFieldIsTakenFromItsPlace() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(208, 8);
      // A different value in each word shows a field read from a neighbour's place.
      for (long at = 0; at < 208; at += 4) {
        s.set(ValueLayout.JAVA_INT, at, (int) (1000 + at));
      }
      s.set(ValueLayout.JAVA_INT, 40, Timex.STA_NANO | Timex.STA_UNSYNC);
      Timex timex = new Timex();
      timex.decode(3, s);
      assertEquals(Timex.TIME_OOP, timex.state());
      assertFalse(timex.isSynchronized());
      assertEquals(word(8), timex.offsetNanos());
      assertEquals(word(16), timex.frequencyScaledPpm());
      assertEquals(word(24), timex.maxErrorMicros());
      assertEquals(word(32), timex.estimatedErrorMicros());
      assertEquals(word(48), timex.timeConstant());
      assertEquals(word(56), timex.precisionMicros());
      assertEquals(word(64), timex.toleranceScaledPpm());
      assertEquals(word(88), timex.tickMicros());
      assertEquals(1160, timex.taiOffsetSeconds());
      s.set(ValueLayout.JAVA_INT, 40, 0);
      s.set(ValueLayout.JAVA_LONG, 8, -5);
      timex.decode(0, s);
      assertEquals(-5000, timex.offsetNanos());
      assertTrue(timex.isSynchronized());
    }
  }

  private static long word(long at) {
    return (1000 + at + 4) << 32 | (1000 + at);
  }
}

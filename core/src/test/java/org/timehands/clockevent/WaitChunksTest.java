package org.timehands.clockevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** A25: waits on a clock of another rate. */
class WaitChunksTest {
  private static final long HOUR = 3_600_000_000_000L;

  /** How an hour of our clock is waited for on another one. */
  private record Wait(int wakes, long lateNanos) {}

  private static Wait waitAnHour(long ppm, LongUnaryOperator chunk) {
    long ours = 0;
    int wakes = 0;
    while (ours < HOUR) {
      long slept = chunk.applyAsLong(HOUR - ours);
      ours += slept + slept / 1_000_000 * ppm + slept % 1_000_000 * ppm / 1_000_000;
      wakes++;
      assertTrue(wakes < 1000, "an hour takes " + wakes + " wakes at " + ppm + " ppm");
    }
    return new Wait(wakes, ours - HOUR);
  }

  @Test
  void anHourTakesFewWakesAndIsLateByTheLastChunkOnly() {
    for (long ppm : new long[] {0, 1, 50, 500, 10_000, 100_000, 125_000}) {
      Wait wait = waitAnHour(ppm, WaitChunks::next);
      assertTrue(wait.lateNanos <= WaitChunks.FINAL_NANOS / 1_000_000 * ppm, ppm + ": " + wait);
      assertTrue(wait.wakes <= 7, ppm + ": " + wait);
    }
    for (long ppm : new long[] {-1, -500, -100_000, -500_000}) {
      Wait wait = waitAnHour(ppm, WaitChunks::next);
      assertTrue(wait.lateNanos <= 1, ppm + ": " + wait);
    }
  }

  /** The planted bug: one wait for all of it is late by 1.8 s. */
  @Test
  void oneWaitForAllOfItIsNoticed() {
    assertEquals(1_800_000_000L, waitAnHour(500, left -> left).lateNanos);
  }

  /**
   * Chrony slews the host's clock by up to 8.3 % unless told otherwise, adjtimex by 10 %: a chunk
   * that leaves a thousandth for the rates, as 500 ppm would allow, is minutes late then.
   */
  @Test
  void aHostThatIsSlewedIsWhyItIsAnEighth() {
    long slewed = 1_000_000 * 83_333L / (1_000_000 - 83_333);
    assertTrue(waitAnHour(slewed, left -> Math.max(1, left - left / 1000)).lateNanos > HOUR / 12);
    assertTrue(waitAnHour(slewed, WaitChunks::next).lateNanos <= WaitChunks.FINAL_NANOS / 10);
  }

  /** 3-16: the first look at a timer that is an hour ahead comes after 52 minutes. */
  @Test
  void theFirstLookComesLate() {
    assertEquals(HOUR / 8 * 7, WaitChunks.next(HOUR));
  }

  @Test
  void theEnds() {
    assertEquals(Long.MAX_VALUE, WaitChunks.next(Long.MAX_VALUE));
    assertEquals(0, WaitChunks.next(0));
    assertEquals(0, WaitChunks.next(-5));
    assertEquals(WaitChunks.FINAL_NANOS, WaitChunks.next(WaitChunks.FINAL_NANOS + 1));
    assertTrue(WaitChunks.next(Long.MAX_VALUE - 1) > 0);
  }

  @Test
  void aFarWakeIsTrustedOnlyIfItComesMuchBefore() {
    assertTrue(WaitChunks.comesInTime(1000, 1000));
    assertFalse(WaitChunks.comesInTime(1001, 1000));
    assertTrue(WaitChunks.comesInTime(-5, 0));
    assertFalse(WaitChunks.comesInTime(HOUR, HOUR + 1_000_000));
    assertTrue(WaitChunks.comesInTime(HOUR, HOUR + HOUR / 7 + 10));
  }
}

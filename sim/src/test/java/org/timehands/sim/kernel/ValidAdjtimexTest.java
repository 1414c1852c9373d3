package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.posix.PosixNumbers.EINVAL;
import static org.timehands.posix.PosixNumbers.EPERM;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Semantics 4.1, valid-adjtimex: which frequencies and which steps are taken. */
class ValidAdjtimexTest {
  private static final long PPM = 1L << 16;
  private static final long NANO = 1_000_000_000L;
  private static final long MICRO = 1_000_000L;

  private final Lab lab = new Lab();

  @ParameterizedTest
  @ValueSource(
      longs = {
        -499, -450, -400, -350, -300, -250, -200, -150, -100, -75, -50, -25, -10, -5, -1, 0, 1, 5,
        10, 25, 50, 75, 100, 150, 200, 250, 300, 350, 400, 450, 499
      })
  @DisplayName("valid-adjtimex: 31 valid frequencies")
  void validFrequencies(long ppm) {
    assertTrue(lab.setFrequency(ppm * PPM) >= 0);
    lab.readTimex();
    assertEquals(ppm * PPM, lab.timex.freq);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1000, -550, 550, 1000})
  @DisplayName("valid-adjtimex: clamped frequencies")
  void clampedFrequencies(long ppm) {
    assertTrue(lab.setFrequency(ppm * PPM) >= 0);
    lab.readTimex();
    assertEquals(Long.signum(ppm) * 500 * PPM, lab.timex.freq);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE})
  @DisplayName("valid-adjtimex: frequencies at the edges of a long")
  void refusedFrequencies(long scaled) {
    lab.setFrequency(3 * PPM);
    assertEquals(-EINVAL, lab.setFrequency(scaled));
    lab.readTimex();
    assertEquals(3 * PPM, lab.timex.freq);
  }

  @ParameterizedTest
  @CsvSource({
    "999999999, 1000000000", "-999999999, 1000000000", "-1000000001, 1000000000",
    "5000000000, 1000000000", "-5000000000, 1000000000", "5500000000, 1000000000",
    "-5500000000, 1000000000",
    "999999, 1000000", "-999999, 1000000", "-1000001, 1000000", "5000000, 1000000",
    "-5000000, 1000000", "5500000, 1000000", "-5500000, 1000000"
  })
  @DisplayName("valid-adjtimex: 14 valid steps")
  void validSteps(long offset, long unit) {
    long before = lab.nanos(CLOCK_REALTIME);
    lab.timex.timeSec = Math.floorDiv(offset, unit);
    lab.timex.timeUsec = Math.floorMod(offset, unit);
    assertTrue(lab.adjust(ADJ_SETOFFSET | (unit == NANO ? ADJ_NANO : 0)) >= 0);
    long moved = lab.nanos(CLOCK_REALTIME) - before;
    Lab.near(offset * (NANO / unit), moved, 2, "a setter waits for the nanoseconds promised");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1000000000", "-1, 1000000", "2000000000, 1000000000", "2000000, 1000000",
    "1000000000, 1000000000", "1000000, 1000000", "-1000000000, 1000000000", "-1000000, 1000000"
  })
  @DisplayName("valid-adjtimex: 8 invalid steps")
  void invalidSteps(long rest, long unit) {
    long before = lab.nanos(CLOCK_REALTIME);
    lab.timex.timeSec = 0;
    lab.timex.timeUsec = rest;
    assertEquals(-EINVAL, lab.adjust(ADJ_SETOFFSET | (unit == NANO ? ADJ_NANO : 0)));
    assertEquals(before, lab.nanos(CLOCK_REALTIME));
  }

  /** The checks above tell a wrong answer: a clamp is no refusal, a refusal no success. */
  @Test
  void aFaultIsSeen() {
    lab.setFrequency(550 * PPM);
    lab.readTimex();
    assertTrue(lab.timex.freq != 550 * PPM);
    lab.timex.timeSec = 0;
    lab.timex.timeUsec = MICRO - 1;
    assertTrue(lab.adjust(ADJ_SETOFFSET) >= 0);
  }
}

package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.rate.CounterRate;
import org.timehands.testing.Seeds;

class CalibrationTest {
  private static final int SEEDS = 10_000;
  private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000L);

  /** What a calibrator may get wrong. */
  private enum Bug {
    NONE,
    HALF_THE_ERROR,
    STEPS_FORGOTTEN,
    WRONG_END_OF_BRACKET
  }

  @Test
  void trueSlopeLiesWithinTheStatedError() {
    int[] calibrated = new int[1];
    Seeds.forEach(
        CalibrationTest.class,
        SEEDS,
        random -> {
          Laboratory laboratory = new Laboratory(random);
          Calibration found;
          try {
            found = laboratory.calibrate();
          } catch (CalibrationException refused) {
            assertTrue(refused.getMessage().contains("too short"), refused.getMessage());
            return;
          }
          calibrated[0]++;
          assertTrue(contains(found, laboratory), laboratory + " gave " + found);
          Calibration refined = found.refine(laboratory.brackets());
          assertTrue(contains(refined, laboratory), laboratory + " refined to " + refined);
          assertTrue(refined.errorPpb() <= found.errorPpb());
        });
    if (System.getProperty("timehands.seed") == null) {
      assertTrue(calibrated[0] > SEEDS * 9 / 10, "only " + calibrated[0] + " calibrated");
    }
  }

  @Test
  void theCheckCatchesWrongCalibrators() {
    for (Bug bug : Bug.values()) {
      int[] caught = new int[1];
      Seeds.forEach(
          CalibrationTest.class,
          SEEDS / 10,
          random -> {
            Laboratory laboratory = new Laboratory(random);
            try {
              Calibration planted = plant(bug, laboratory.calibrate());
              caught[0] += contains(planted, laboratory) ? 0 : 1;
            } catch (CalibrationException refused) {
              // Nothing to check.
            }
          });
      assertEquals(bug != Bug.NONE, caught[0] > 0, bug.name());
    }
  }

  @Test
  void honestNumbersAreExact() throws Exception {
    // 2000 cycles in 1000 ns, known to +-(10 + 1) of 2000 cycles and +-1 of 1000 ns.
    Calibration found =
        Calibration.of(
            List.of(new Bracket(0, 5_000, 10)), List.of(new Bracket(2_001, 6_000, 2_009)), 1);
    assertEquals(2_000_000_000L, found.frequencyHz() / 1_000_000 * 1_000_000);
    assertEquals(1, found.stepCycles());
    assertEquals(1_000, found.windowNanos());
    // Above: 1001 / (1991 - 1) over 1000 / 2000; below: 999 / (2009 + 1).
    assertEquals(6_030_151, found.errorPpb(), 1);
    assertEquals("2000000000 Hz +- " + found.errorPpb() + " ppb over 1000 ns", found.toString());
  }

  @Test
  void counterThatStandsStillIsRefused() {
    refused("stands still", bracket(7, 0, 7), bracket(7, 2_000_000, 7), 1);
    refused("did not move", bracket(7, 0, 9), bracket(19, 0, 20), 1);
  }

  @Test
  void counterThatRunsBackIsRefused() {
    refused("ran back by 3 cycles", bracket(7, 0, 4), bracket(1_000, 1_000, 1_010), 1);
    refused("ran back by 6 cycles", bracket(7, 0, 8), bracket(2, 1_000, 1_010), 1);
    refused("ran back by 5 ns", bracket(7, 0, 8), bracket(1_000, -5, 1_010), 1);
    List<Bracket> glitch = List.of(bracket(0, 0, 5), bracket(20, 7, 15), bracket(20, 8, 25));
    CalibrationException refusal =
        assertThrows(CalibrationException.class, () -> Bracket.narrowest(glitch));
    assertTrue(refusal.getMessage().contains("5 cycles"), refusal.getMessage());
  }

  @Test
  void windowThatSaysNothingIsRefused() {
    refused("too short", bracket(0, 0, 1_000), bracket(1_500, 1_500, 2_500), 1);
    refused("too short", bracket(0, 0, 1_000), bracket(900 + 1_000, 950, 2_500), 1);
    refused("steps by 4000000 ns", bracket(0, 0, 10), bracket(5_000, 4_000_000, 5_010), 4_000_000);
    assertThrows(
        IllegalArgumentException.class,
        () -> Calibration.of(List.of(bracket(0, 0, 1)), List.of(bracket(9, 9, 10)), 0));
  }

  @Test
  void beingDescheduledWidensTheErrorAndNothingElse() throws Exception {
    List<Bracket> begin = List.of(bracket(0, 900_000, 1_000_000), bracket(2_000_000, 0, 2_000_100));
    assertThrows(CalibrationException.class, () -> Bracket.narrowest(begin));
    List<Bracket> slept =
        List.of(bracket(0, 0, 1_000_000), bracket(1_000_100, 1_000_150, 1_000_200));
    assertEquals(1_000_100, Bracket.narrowest(slept).beforeCycles());
    Calibration wide =
        Calibration.of(
            List.of(bracket(0, 10, 1_000_001)),
            List.of(bracket(99_000_000, 99_999_990, 100_000_000)),
            1);
    assertTrue(wide.errorPpb() > 9_000_000 && wide.errorPpb() < 12_000_000, wide.toString());
  }

  @Test
  void changeOfRateIsNoticedByRefining() throws Exception {
    Calibration first =
        Calibration.of(
            List.of(bracket(0, 0, 10)), List.of(bracket(1_000_000, 1_000_005, 1_000_009)), 1);
    Calibration same = first.refine(List.of(bracket(9_000_000, 9_000_005, 9_000_010)));
    assertTrue(same.errorPpb() < first.errorPpb());
    assertTrue(same.agreesWith(first));
    assertSame(same, same.refine(List.of(bracket(9_000_020, 9_500_000, 10_000_000))));
    CalibrationException changed =
        assertThrows(
            CalibrationException.class,
            () -> first.refine(List.of(bracket(9_000_000, 9_010_000, 9_000_010))));
    assertTrue(changed.getMessage().contains("the rate has changed"), changed.getMessage());
  }

  private static void refused(String why, Bracket begin, Bracket end, long stepNanos) {
    CalibrationException refusal =
        assertThrows(
            CalibrationException.class,
            () -> Calibration.of(List.of(begin), List.of(end), stepNanos));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  private static Bracket bracket(long beforeCycles, long nanos, long afterCycles) {
    return new Bracket(beforeCycles, nanos, afterCycles);
  }

  private static Calibration plant(Bug bug, Calibration found) {
    Bracket begin = found.begin();
    Bracket end = found.end();
    long error = found.errorPpb();
    return switch (bug) {
      case NONE -> found;
      case HALF_THE_ERROR -> withError(found, found.rate(), error / 2);
      case STEPS_FORGOTTEN -> {
        long halves = begin.widthCycles() + end.widthCycles();
        long cycles = end.middleCycles() - begin.middleCycles();
        yield withError(found, found.rate(), halves * 500_000_000L / cycles);
      }
      case WRONG_END_OF_BRACKET -> {
        Slope slope =
            Slope.of(found.windowNanos(), end.afterCycles() - begin.beforeCycles());
        yield withError(found, slope, error);
      }
    };
  }

  private static Calibration withError(Calibration found, CounterRate slope, long errorPpb) {
    return new Calibration(
        slope, errorPpb, found.begin(), found.end(), found.stepNanos(), found.stepCycles());
  }

  /** Whether the truth lies within the stated error, exactly: no rounding anywhere. */
  private static boolean contains(Calibration found, Laboratory laboratory) {
    // True slope = host / counter, each in 2^-64 per picosecond; compare after multiplying out.
    BigInteger truth = laboratory.hostRate().shiftLeft(64).multiply(BILLION);
    BigInteger unit = Slope.of(found.rate()).toBigInteger().multiply(laboratory.counterRate());
    BigInteger error = BigInteger.valueOf(found.errorPpb());
    return truth.compareTo(unit.multiply(BILLION.subtract(error))) >= 0
        && truth.compareTo(unit.multiply(BILLION.add(error))) <= 0;
  }

  @Test
  void laboratoryIsHostile() {
    // What the property stands on: wide brackets, coarse counters and coarse clocks all occur.
    List<String> seen = new ArrayList<>();
    Seeds.forEach(
        CalibrationTest.class,
        200,
        random -> {
          Laboratory laboratory = new Laboratory(random);
          List<Bracket> brackets = laboratory.brackets();
          long narrowest = Bracket.narrowest(brackets).widthCycles();
          long widest =
              brackets.stream().mapToLong(Bracket::widthCycles).max().orElseThrow();
          if (widest > 1_000 * (narrowest + 1)) {
            seen.add("descheduled");
          }
          if (narrowest == 0) {
            seen.add("slow counter");
          }
          if (laboratory.stepNanos() > 1) {
            seen.add("coarse clock");
          }
        });
    if (System.getProperty("timehands.seed") == null) {
      assertFalse(seen.isEmpty());
      assertTrue(
          seen.containsAll(List.of("descheduled", "slow counter", "coarse clock")), "" + seen);
    }
  }
}

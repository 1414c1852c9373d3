package org.timehands.stability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every figure that NIST SP 1065 (2008) prints for its test data, to all its digits: tables 30
 * (nine frequencies) and 31 (a thousand).
 */
class PublishedValuesTest {
  /** One unit of the last of seven printed digits. */
  private static final double LAST_DIGIT = 1e-6;

  /**
   * Whether a value is what was published, to one unit of the last digit: HDEV over 100 is
   * 0.039108605597 by arithmetic of fifty digits and was printed as 3.910860e-02, cut, not rounded.
   */
  private static boolean isPublished(double published, double found) {
    double unit = Math.pow(10, Math.floor(Math.log10(published))) * LAST_DIGIT;
    return Math.abs(found - published) <= unit;
  }

  @ParameterizedTest
  @CsvSource({
    "ADEV,  91.22945, 115.8082",
    "OADEV, 91.22945, 85.95287",
    "MDEV,  91.22945, 74.78849",
    "TDEV,  52.67135, 86.35831",
    "HDEV,  70.80607, 116.7980",
    "OHDEV, 70.80607, 85.61487",
  })
  void nineFrequencies(Statistic statistic, double tau1, double tau2) {
    Phase phase = Phase.ofFrequency(Nbs.nine(), 1);
    check(tau1, statistic.of(phase, 1));
    check(tau2, statistic.of(phase, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "ADEV,  2.922319e-01, 9.965736e-02, 3.897804e-02",
    "OADEV, 2.922319e-01, 9.159953e-02, 3.241343e-02",
    "MDEV,  2.922319e-01, 6.172376e-02, 2.170921e-02",
    "TDEV,  1.687202e-01, 3.563623e-01, 1.253382e+00",
    "HDEV,  2.943883e-01, 1.052754e-01, 3.910860e-02",
    "OHDEV, 2.943883e-01, 9.581083e-02, 3.237638e-02",
  })
  void aThousandFrequencies(Statistic statistic, double tau1, double tau10, double tau100) {
    Phase phase = Phase.ofFrequency(Nbs.thousand(), 1);
    check(tau1, statistic.of(phase, 1));
    check(tau10, statistic.of(phase, 10));
    check(tau100, statistic.of(phase, 100));
  }

  private static void check(double published, double found) {
    assertTrue(isPublished(published, found), published + " is published, found " + found);
  }

  /** The generator is the published one: its first numbers, and the statistics of table 31. */
  @Test
  void theDataAreThePublishedOnes() {
    double[] data = Nbs.thousand();
    assertEquals(395_529_916, Math.round(data[1] * 2_147_483_647L));
    assertEquals(1_209_410_747, Math.round(data[2] * 2_147_483_647L));
    assertEquals(633_705_974, Math.round(data[3] * 2_147_483_647L));
    double[] sorted = data.clone();
    Arrays.sort(sorted);
    check(9.957453e-01, sorted[999]);
    check(1.371760e-03, sorted[0]);
    check(4.897745e-01, Arrays.stream(data).average().orElseThrow());
    check(4.798849e-01, (sorted[499] + sorted[500]) / 2);
  }

  /** The same from phase that carries a large offset and a steep slope, which do not count. */
  @Test
  void offsetAndSlopeDoNotCount() {
    Phase plain = Phase.ofFrequency(Nbs.thousand(), 1);
    double[] moved = new double[plain.size()];
    Arrays.setAll(moved, i -> plain.at(i) + 12_345 - 7.5 * i);
    Phase other = Phase.of(moved, 1);
    for (Statistic each : Statistic.values()) {
      if (each != Statistic.MTIE) {
        assertEquals(each.of(plain, 10), each.of(other, 10), 1e-9, each.name());
      }
    }
  }

  /** Planted faults: one term too few, a wrong normalisation, data that begin one number late. */
  @Test
  void faultsAreCaught() {
    double[] data = Nbs.thousand();
    double[] late = Arrays.copyOfRange(data, 1, 1000);
    assertFalse(isPublished(2.922319e-01, Statistic.OADEV.of(Phase.ofFrequency(late, 1), 1)));
    double right = Statistic.OADEV.of(Phase.ofFrequency(data, 1), 10);
    assertTrue(isPublished(9.159953e-02, right));
    assertFalse(isPublished(9.159953e-02, right * Math.sqrt(981.0 / 980.0)));
    double mdev = Statistic.MDEV.of(Phase.ofFrequency(data, 1), 10);
    assertFalse(isPublished(6.172376e-02, mdev * Math.sqrt(971.0 / 972.0)));
  }
}

package org.timehands.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;
import org.timehands.app.experiment.PairOps.Pair;
import org.timehands.app.text.Json;
import org.timehands.app.text.TinyJson;

/** Both kinds of time agree, and the text's figures are its (3-26, 3-56, 1.6). */
class NsecVsTimespecTest {
  private static final long SEED = Long.getLong("timehands.seed", 1);

  /** An operation of two times that gives a third. */
  @FunctionalInterface
  private interface Operation {
    void apply(Pair one, Pair other, Pair result);
  }

  @Test
  void bothKindsAgree() {
    assertNull(disagreement(PairOps::add, LongOps::add));
    assertNull(disagreement(PairOps::subtract, LongOps::subtract));
    assertNull(
        disagreement(
            (one, other, result) -> PairOps.addNanos(one, other.nanos(), result),
            LongOps::addNanos));
    assertNull(
        disagreement(
            (one, other, result) -> result.sec = PairOps.compare(one, other),
            (one, other) -> LongOps.compare(one, other) * 1_000_000_000L));
    assertNull(
        disagreement(
            (one, other, result) -> result.sec = PairOps.isBefore(one, other) ? 1 : 0,
            (one, other) -> LongOps.isBefore(one, other) ? 1_000_000_000L : 0));
  }

  /** The check is checked: a carry that is forgotten is found. */
  @Test
  void aForgottenCarryIsFound() {
    assertNotNull(
        disagreement(
            (one, other, result) -> {
              PairOps.add(one, other, result);
              result.sec = one.sec + other.sec;
            },
            LongOps::add));
  }

  private static String disagreement(
      Operation ofPairs, LongBinaryOperator ofLongs) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 10_000; i++) {
      long one = random.nextLong(-1L << 60, 1L << 60);
      long other = i % 5 == 0 ? one + random.nextInt(-2, 3) : random.nextLong(-1L << 60, 1L << 60);
      Pair result = new Pair();
      ofPairs.apply(Pair.of(one), Pair.of(other), result);
      boolean isNormal = result.nsec >= 0 && result.nsec < 1_000_000_000;
      if (!isNormal || result.nanos() != ofLongs.applyAsLong(one, other)) {
        return one + " and " + other + "; seed " + SEED
            + ", replay: ./timehands test -Dtest=NsecVsTimespecTest -Dtimehands.seed=" + SEED;
      }
    }
    return null;
  }

  @Test
  void theTextSavesTwelveToFortyFivePercent() {
    double least = 100;
    double most = 0;
    for (NsecVsTimespec.TextSize each : NsecVsTimespec.TEXT) {
      least = Math.min(least, each.savedPercent());
      most = Math.max(most, each.savedPercent());
    }
    assertEquals(12, least, 0.5);
    assertEquals(45, most, 0.5);
    assertEquals(226, NsecVsTimespec.TEXT.getFirst().nsecBytes());
    assertEquals(412, NsecVsTimespec.TEXT.getFirst().timespecBytes());
  }

  @Test
  void everyOperationIsSmallerOnALong() {
    Map<String, Integer> ofLong = NsecVsTimespec.codeBytes(LongOps.class);
    Map<String, Integer> ofPair = NsecVsTimespec.codeBytes(PairOps.class);
    for (String each : NsecVsTimespec.OPERATIONS) {
      assertTrue(ofLong.get(each) > 0 && ofLong.get(each) < ofPair.get(each), each);
    }
  }

  @Test
  void reportsAsTextAndAsJson() {
    long[] clock = new long[1];
    NsecVsTimespec experiment =
        new NsecVsTimespec(SEED, () -> clock[0] += 1024, words -> {});
    experiment.run();
    experiment.text().forEach(line -> assertTrue(line.length() <= 100, line));
    String text = String.join("\n", experiment.text());
    assertTrue(text.contains("226 B") && text.contains("1.00 ns"), text);
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{');
    experiment.json(json);
    json.close('}');
    assertTrue(TinyJson.object(line.toString()).containsKey("ours"));
  }
}

package org.timehands.fixed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A line of time that is taken up by a successor ten million times: attack A17. */
class JoinTest {
  private static final long SEED = Long.getLong("timehands.seed", 17);
  private static final int JOINS = 10_000_000;

  private static final int JOINS_PER_SLOPE = 16;

  /** How a successor takes over. */
  private enum Rule {
    EXACT,
    FRACTION_DROPPED,
    ROUNDED_TO_NEAREST,
    A_NANOSECOND_SHORT
  }

  /** What came of it. */
  private record Outcome(long backwardSteps, BigInteger drift) {}

  @Test
  void tenMillionJoinsLoseNothing() {
    Outcome outcome = join(Rule.EXACT, JOINS);
    assertEquals(0, outcome.backwardSteps, replay());
    assertEquals(BigInteger.ZERO, outcome.drift, replay());
  }

  @Test
  void theCheckCatchesRulesThatLoseSomething() {
    for (Rule rule : Rule.values()) {
      Outcome outcome = join(rule, 1_000);
      assertEquals(rule == Rule.EXACT, outcome.drift.signum() == 0, rule.name());
      assertEquals(rule == Rule.A_NANOSECOND_SHORT, outcome.backwardSteps > 0, rule.name());
    }
  }

  private static Outcome join(Rule rule, int joins) {
    SplittableRandom random = new SplittableRandom(SEED);
    Slope nominal = Slope.ofFrequency(2_299_998_000L);
    long base = 0;
    long fraction = 0;
    long backwardSteps = 0;
    BigInteger exact = BigInteger.ZERO;
    Slope slope = nominal;
    for (int i = 0; i < joins; i++) {
      if (i % JOINS_PER_SLOPE == 0) {
        slope = nominal.plusPpt(random.nextLong(-500_000_000, 500_000_001));
      }
      long cycles = random.nextLong(1, 1L << random.nextInt(1, 40));
      long last =
          base + Fixed.wholeNanos(cycles - 1, slope.whole(), slope.fraction(), fraction);
      base += Fixed.wholeNanos(cycles, slope.whole(), slope.fraction(), fraction);
      fraction = Fixed.fraction(cycles, slope.fraction(), fraction);
      exact = exact.add(slope.toBigInteger().multiply(BigInteger.valueOf(cycles)));
      base += adjustment(rule, fraction);
      fraction = rule == Rule.EXACT ? fraction : 0;
      backwardSteps += base < last ? 1 : 0;
    }
    BigInteger ours = BigInteger.valueOf(base).shiftLeft(64).add(Operands.unsigned(fraction));
    return new Outcome(backwardSteps, ours.subtract(exact));
  }

  private static long adjustment(Rule rule, long fraction) {
    return switch (rule) {
      case EXACT, FRACTION_DROPPED -> 0;
      case ROUNDED_TO_NEAREST -> fraction < 0 ? 1 : 0;
      case A_NANOSECOND_SHORT -> -1;
    };
  }

  private static String replay() {
    return "seed " + SEED + ", replay: mvn -pl core test -Dtest=JoinTest -Dtimehands.seed=" + SEED;
  }
}

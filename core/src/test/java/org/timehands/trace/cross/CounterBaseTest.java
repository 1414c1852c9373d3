package org.timehands.trace.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** Counters that are derived from others: 2.5, ART to TSC; exact in 128 bits. */
class CounterBaseTest {
  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

  private static BigInteger unsigned(long word) {
    return new BigInteger(Long.toUnsignedString(word));
  }

  @Test
  void anAlwaysRunningTimer() {
    // 24 MHz to 2.4 GHz, and a ratio that does not come out even.
    CounterBase even = new CounterBase(900, 1, 200, 2, 5);
    assertEquals(5, even.first(0));
    assertEquals(104, even.last(0));
    assertEquals(105, even.first(1));
    CounterBase odd = new CounterBase(900, 1, 188, 3, 0);
    assertEquals(62, odd.first(1));
    assertEquals(125, odd.last(1));
    assertEquals(125, odd.first(2));
  }

  @Test
  void agreesWithWholeNumbers() {
    Seeds.forEach(
        CounterBaseTest.class,
        20,
        random -> {
          for (int i = 0; i < 500; i++) {
            long n = 1 + (random.nextLong() >>> (1 + random.nextInt(62)));
            long d = 1 + (random.nextLong() >>> (1 + random.nextInt(62)));
            n = n < 1 ? Long.MAX_VALUE : n;
            d = d < 1 ? Long.MAX_VALUE : d;
            long offset = random.nextLong() >> random.nextInt(64);
            long base = random.nextLong() >>> random.nextInt(64);
            CounterBase ratio = new CounterBase(900, 1, n, d, offset);
            BigInteger num = BigInteger.valueOf(n);
            BigInteger den = BigInteger.valueOf(d);
            BigInteger b = unsigned(base);
            BigInteger first = b.multiply(num).divide(den).add(BigInteger.valueOf(offset));
            assertEquals(first.mod(WORD), unsigned(ratio.first(base)), ratio + " of " + base);
            BigInteger end = b.add(BigInteger.ONE).multiply(num);
            BigInteger last =
                end.subtract(BigInteger.ONE).divide(den).add(BigInteger.valueOf(offset));
            assertEquals(last.mod(WORD), unsigned(ratio.last(base)), ratio + " of " + base);
          }
        });
  }

  /** The planted fault: the product in 64 bits, as it looks right for small counts. */
  @Test
  void theComparisonSeesALostBit() {
    CounterBase ratio = new CounterBase(900, 1, 1_000_003, 24, 0);
    assertEquals(1_000_003L * 100 / 24, ratio.first(100));
    long large = 1L << 50;
    assertNotEquals(large * 1_000_003L / 24, ratio.first(large));
  }

  @Test
  void refusesWhatIsNoRatio() {
    assertThrows(IllegalArgumentException.class, () -> new CounterBase(900, 1, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new CounterBase(900, 1, 1, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new CounterBase(1, 1, 1, 1, 0));
  }
}

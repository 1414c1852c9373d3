package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** Semantics 2.1: mult/shift, bounds, golden vectors. */
class ClocksourceMathTest {
  private static final long UNKNOWN = -1;

  /** One golden vector; {@code published} marks those known from boot logs only (° in 2.1). */
  private record Golden(
      String name, ClocksourceMath actual, long mult, int shift, long cycles, long idleNanos,
      boolean published) {}

  private static final List<Golden> GOLDEN =
      List.of(
          new Golden(
              "tsc 2299998 kHz", ClocksourceMath.ofKilohertz(2_299_998, 64), 7294448, 24,
              0x212733415c7L, 440795236380L, false),
          new Golden(
              "kvm-clock 1 GHz", ClocksourceMath.ofHertz(1_000_000_000, 64), 8388608, 23,
              0x1cd42e4dffbL, 881590591483L, false),
          new Golden(
              "19.2 MHz", ClocksourceMath.ofHertz(19_200_000, 56), 873813333, 24,
              0x46d987e47L, 440795202767L, true),
          new Golden(
              "24 MHz", ClocksourceMath.ofHertz(24_000_000, 56), 699050667, 24,
              0x588fe9dc0L, 440795202592L, false),
          new Golden(
              "acpi_pm", ClocksourceMath.ofHertz(3_579_545, 24), 2343484437L, 23,
              0xffffffL, 2085701024L, true),
          new Golden(
              "1 MHz 32 bit", ClocksourceMath.ofHertz(1_000_000, 32), 2097152000, 21,
              0xffffffffL, 1911260446275L, false));

  @Test
  void goldenVectors() {
    GOLDEN.forEach(ClocksourceMathTest::check);
    assertEquals(2, GOLDEN.stream().filter(Golden::published).count());
  }

  private static void check(Golden golden) {
    ClocksourceMath math = golden.actual();
    assertEquals(golden.mult(), math.mult(), golden.name() + " mult");
    assertEquals(golden.shift(), math.shift(), golden.name() + " shift");
    assertEquals(golden.cycles(), math.maxCycles(), golden.name() + " max_cycles");
    assertEquals(golden.idleNanos(), math.maxIdleNanos(), golden.name() + " max_idle_ns");
  }

  @Test
  void goldenCheckCatchesAnotherSteeringShare() {
    for (Golden golden : GOLDEN) {
      if (golden.cycles() == 0xffffffL) {
        continue; // bounded by the mask alone
      }
      ClocksourceMath.Scale scale = new ClocksourceMath.Scale(golden.mult(), golden.shift());
      ClocksourceMath wrong = ClocksourceMath.bounded(scale, UNKNOWN >>> 8, 12);
      Golden planted =
          new Golden(
              golden.name(), wrong, golden.mult(), golden.shift(), golden.cycles(),
              golden.idleNanos(), false);
      assertThrows(AssertionError.class, () -> check(planted));
    }
  }

  @Test
  void oneStepAtTwoGigahertz() {
    assertEquals(137, ClocksourceMath.ofKilohertz(2_299_998, 64).stepPpb());
  }

  @Test
  void forwardIsSevenEighthsOfTheMask() {
    assertEquals(0xe00000L, ClocksourceMath.ofHertz(3_579_545, 24).maxRawDeltaCycles());
    assertEquals(0xe0000000_00000000L, ClocksourceMath.ofHertz(1_000_000, 64).maxRawDeltaCycles());
  }

  /** Any frequency and width: products fit into 64 bits, the rate is right to one step. */
  @Test
  void boundsHoldForAnyCounter() {
    Seeds.forEach(
        ClocksourceMathTest.class,
        20_000,
        random -> {
          long hertz = 1 + (random.nextLong() >>> (32 + random.nextInt(31)));
          int bits = 8 + random.nextInt(57);
          ClocksourceMath math = ClocksourceMath.ofHertz(Math.min(hertz, 0xffff_ffffL), bits);
          assertTrue(math.mult() > 0 && math.mult() + math.maxAdjust() <= 0xffff_ffffL);
          BigInteger product =
              unsigned(math.maxCycles())
                  .multiply(BigInteger.valueOf(math.mult() + math.maxAdjust()));
          assertTrue(product.bitLength() <= 64, "overflow of " + math);
          double rate = math.mult() / Math.pow(2, math.shift()) * hertz / 1e9;
          assertEquals(1, rate, 1.5 / math.mult() + 1e-15, math::toString);
        });
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  @Test
  void refusesWithRange() {
    String text =
        assertThrows(
                IllegalArgumentException.class, () -> ClocksourceMath.ofHertz(5_000_000_000L, 64))
            .getMessage();
    assertTrue(text.contains("5000000000") && text.contains("kilohertz"), text);
    assertThrows(IllegalArgumentException.class, () -> ClocksourceMath.ofHertz(0, 64));
    assertThrows(IllegalArgumentException.class, () -> ClocksourceMath.ofHertz(1, 65));
    assertThrows(IllegalArgumentException.class, () -> ClocksourceMath.scale(1, 1, -1));
    assertThrows(
        IllegalArgumentException.class, () -> ClocksourceMath.scale(4_000_000_000L, 1, 1L << 60));
  }
}

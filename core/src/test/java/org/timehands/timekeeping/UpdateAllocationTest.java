package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.testing.Updates;

/**
 * 0-13: no update of a clock allocates, each to a rate that it never had before; a cache of rates
 * would not help.
 */
class UpdateAllocationTest {
  private static final long SECOND = 1_000_000_000L;

  /** Frequencies of adjtimex from -500 ppm on, 2^-16 ppm apart and more: 5 million of them. */
  private static long frequency(long i) {
    return -(500L << 16) + i * 13;
  }

  @Test
  void frequencies() {
    Workshop shop = new Workshop();
    LongConsumer update =
        i -> {
          shop.pass(SECOND);
          shop.timex.freq = frequency(i);
          shop.adjust(Timex.ADJ_FREQUENCY);
        };
    Updates.checkFree(update, () -> shop.clocks.history().newest());
  }

  /** Offsets that the loop slews away, more in each second than it did before. */
  @Test
  void slews() {
    Workshop shop = new Workshop();
    shop.adjustStatus(Timex.STA_PLL | Timex.STA_NANO);
    LongConsumer update =
        i -> {
          shop.pass(SECOND);
          shop.timex.offset = 1_000 + 3 * i;
          shop.adjust(Timex.ADJ_OFFSET);
        };
    Updates.checkFree(update, () -> shop.clocks.history().newest());
  }

  /** Nobody gives anything new; each second the loop slews less. */
  @Test
  void seconds() {
    Workshop shop = new Workshop();
    shop.adjustStatus(Timex.STA_PLL | Timex.STA_NANO);
    LongConsumer update =
        i -> {
          if (i % 20 == 0) {
            shop.timex.offset = (i % 40 == 0 ? 400_000_000 : -400_000_000) + i;
            shop.adjust(Timex.ADJ_OFFSET);
          }
          shop.pass(SECOND);
          shop.keeping.advance();
        };
    Updates.checkFree(update, () -> shop.clocks.history().newest());
  }

  @Test
  void auxiliaryClocks() {
    Workshop shop = new Workshop();
    AuxClock aux = shop.keeping.aux().enable("domain 0");
    LongConsumer update =
        i -> {
          shop.pass(SECOND);
          shop.timex.modes = Timex.ADJ_FREQUENCY;
          shop.timex.freq = frequency(i);
          aux.adjtimex(shop.timex, true);
        };
    Updates.checkFree(update, () -> aux.clocks().history().newest());
  }

  /** The planted bug: a slope that is an object, as it was once. */
  @Test
  void theMeasureSeesASlope() {
    Workshop shop = new Workshop();
    Slope[] kept = new Slope[1];
    LongConsumer update =
        i -> {
          shop.pass(SECOND);
          shop.timex.freq = frequency(i);
          shop.adjust(Timex.ADJ_FREQUENCY);
          kept[0] = Slope.ONE.plusPpt(i);
        };
    long bytes = Updates.bytesOf(update, () -> shop.clocks.history().newest());
    assertTrue(bytes >= 32 * Updates.COUNT, bytes + " bytes");
    assertEquals(1, kept[0].whole());
  }
}

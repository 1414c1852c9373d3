package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.SECOND;

import org.junit.jupiter.api.Test;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;

/** 4-18: what two snapshots say of the time between them, and how wrong that is. */
class InterpolationTest {
  @Test
  void exactOnOneLine() {
    Seeds.forEach(
        InterpolationTest.class,
        50,
        random -> {
          Workshop shop = new Workshop();
          shop.timex.freq = random.nextLong(-500 << 16, 500 << 16);
          shop.adjust(Timex.ADJ_FREQUENCY);
          Snapshot a = shop.clocks.snapshot(new Snapshot());
          shop.pass(random.nextLong(1, 1_000 * SECOND));
          Snapshot b = shop.clocks.snapshot(new Snapshot());
          for (ClockId clock :
              new ClockId[] {
                ClockId.REALTIME, ClockId.MONOTONIC, ClockId.MONOTONIC_RAW, ClockId.BOOTTIME,
                ClockId.TAI
              }) {
            long cycles = random.nextLong(a.cycles(), b.cycles() + 1);
            Interpolation guess = shop.clocks.interpolate(clock, a, b, cycles);
            assertEquals(0, guess.errorNanos().orElseThrow(), 1);
            assertEquals(
                b.nanos(clock), shop.clocks.interpolate(clock, a, b, b.cycles()).nanos());
            assertEquals(
                a.nanos(clock), shop.clocks.interpolate(clock, a, b, a.cycles()).nanos());
          }
        });
  }

  /** The line bends by 1000 ppm half way: the guess is off by as much, and says so. */
  @Test
  void aBendIsAnErrorThatIsTold() {
    Workshop shop = new Workshop();
    shop.timex.freq = 500 << 16;
    shop.adjust(Timex.ADJ_FREQUENCY);
    Snapshot a = shop.clocks.snapshot(new Snapshot());
    shop.pass(10 * SECOND);
    shop.timex.freq = -500 << 16;
    shop.adjust(Timex.ADJ_FREQUENCY);
    long bend = shop.clocks.stamp().cycles();
    shop.pass(10 * SECOND);
    Snapshot b = shop.clocks.snapshot(new Snapshot());
    Interpolation guess = shop.clocks.interpolate(ClockId.MONOTONIC, a, b, bend);
    assertEquals(-5_000_000, guess.errorNanos().orElseThrow(), 1_000);
    assertEquals(
        0,
        shop.clocks.interpolate(ClockId.MONOTONIC_RAW, a, b, bend).errorNanos().orElseThrow(),
        1);
  }

  @Test
  void refusesWhatNoLineLeadsTo() {
    Workshop shop = new Workshop();
    Snapshot a = shop.clocks.snapshot(new Snapshot());
    shop.pass(SECOND);
    shop.keeping.injectOffset(5);
    Snapshot b = shop.clocks.snapshot(new Snapshot());
    assertThrows(
        IllegalArgumentException.class,
        () -> shop.clocks.interpolate(ClockId.REALTIME, a, b, a.cycles()));
    assertTrue(
        shop.clocks.interpolate(ClockId.MONOTONIC, a, b, a.cycles()).errorNanos().isPresent());
    for (long bad : new long[] {a.cycles() - 1, b.cycles() + 1}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> shop.clocks.interpolate(ClockId.MONOTONIC, a, b, bad));
    }
    var other = shop.counter(24_000_000, 64, 300);
    shop.keeping.changeClocksource(other, Slope.ofFrequency(24_000_000), 0);
    Snapshot c = shop.clocks.snapshot(new Snapshot());
    assertThrows(
        IllegalArgumentException.class,
        () -> shop.clocks.interpolate(ClockId.MONOTONIC, a, c, a.cycles()));
  }

  /** N12: a leap that nobody has told yet bends REALTIME, and TAI not. */
  @Test
  void aLeapIsNoLine() {
    Workshop shop =
        new Workshop(
            options -> options.startingAt((Workshop.MIDNIGHT - 5) * SECOND, Workshop.MONO));
    shop.adjustStatus(Timex.STA_INS);
    shop.run(4 * SECOND, SECOND);
    Snapshot a = shop.clocks.snapshot(new Snapshot());
    shop.pass(SECOND + SECOND / 4);
    Snapshot b = shop.clocks.snapshot(new Snapshot());
    assertEquals(a.clockWasSetSeq(), b.clockWasSetSeq(), "nobody was told");
    for (ClockId clock : new ClockId[] {ClockId.REALTIME, ClockId.REALTIME_COARSE}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> shop.clocks.interpolate(clock, a, b, a.cycles() + SECOND / 8));
    }
    long middle = a.cycles() + (b.cycles() - a.cycles()) / 2;
    Interpolation tai = shop.clocks.interpolate(ClockId.TAI, a, b, middle);
    assertEquals(0, tai.errorNanos().orElseThrow(), 1);
  }

  private static void assertOnOneLine(Workshop shop, Snapshot a, Snapshot b) {
    for (long part = 0; part <= 8; part++) {
      long cycles = a.cycles() + (b.cycles() - a.cycles()) / 8 * part;
      Interpolation guess = shop.clocks.interpolate(ClockId.MONOTONIC, a, b, cycles);
      assertEquals(0, guess.errorNanos().orElseThrow(), 1);
    }
  }

  /** The planted fault: a bend of 0.01 ppm between two snapshots of what is called one line. */
  @Test
  void theLeastBendIsSeen() {
    Workshop shop = new Workshop();
    Snapshot a = shop.clocks.snapshot(new Snapshot());
    shop.pass(10 * SECOND);
    assertOnOneLine(shop, a, shop.clocks.snapshot(new Snapshot()));
    shop.timex.freq = 655;
    shop.adjust(Timex.ADJ_FREQUENCY);
    shop.pass(10 * SECOND);
    Snapshot b = shop.clocks.snapshot(new Snapshot());
    assertThrows(AssertionError.class, () -> assertOnOneLine(shop, a, b));
  }
}

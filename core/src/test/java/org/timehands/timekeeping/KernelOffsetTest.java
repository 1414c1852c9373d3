package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.SECOND;

import org.junit.jupiter.api.Test;
import org.timehands.Timehands;
import org.timehands.host.HostOptions;
import org.timehands.testing.Seeds;
import org.timehands.timeline.HostTimes;

/** A32: our MONOTONIC is not the kernel's; how far it is off is told, with a bound that holds. */
class KernelOffsetTest {
  /** A host whose MONOTONIC is the true time and more; between two reads time passes. */
  private record Host(Workshop shop, long aheadNanos, Runnable before, Runnable after)
      implements HostTimes {
    @Override
    public long monoNanos() {
      before.run();
      long now = shop.trueNanos.get() + aheadNanos;
      after.run();
      return now;
    }

    @Override
    public long rawNanos() {
      return monoNanos();
    }

    @Override
    public long bootNanos() {
      return monoNanos();
    }
  }

  @Test
  void theTruthLiesWithinTheBound() {
    Seeds.forEach(
        KernelOffsetTest.class,
        300,
        random -> {
          Workshop shop = new Workshop();
          long ahead = random.nextLong(-SECOND, SECOND);
          long width = random.nextBoolean() ? 2_000_000 : 40;
          Host host =
              new Host(
                  shop,
                  ahead,
                  () -> shop.pass(random.nextLong(width)),
                  () -> shop.pass(random.nextLong(width)));
          KernelOffset told = KernelOffset.measure(shop.clocks, host);
          // Our MONOTONIC began at MONO when the true time was seven seconds.
          long truth = ahead + 7 * SECOND - Workshop.MONO;
          long off = Math.abs(told.nanos() - truth);
          assertTrue(off <= told.boundNanos(), off + " off, bound " + told.boundNanos());
          assertTrue(told.boundNanos() <= width + 1);
        });
  }

  /** A thread that is stopped behind the host's read: a bound of nothing would be a lie. */
  @Test
  void plantedBoundOfNothingIsCaught() {
    Workshop shop = new Workshop();
    Host host = new Host(shop, 0, () -> {}, () -> shop.pass(10_000));
    KernelOffset told = KernelOffset.measure(shop.clocks, host);
    assertEquals(5_000, Math.abs(told.nanos() - (7 * SECOND - Workshop.MONO)));
    assertEquals(5_001, told.boundNanos());
  }

  /** The narrowest of several looks counts. */
  @Test
  void aLookThatWasDisturbedIsTakenAgain() {
    Workshop shop = new Workshop();
    int[] looks = new int[1];
    Host host =
        new Host(shop, 0, () -> {}, () -> shop.pass(looks[0]++ < 3 ? 50_000_000 : 20));
    KernelOffset told = KernelOffset.measure(shop.clocks, host);
    assertEquals(11, told.boundNanos());
    assertEquals(4, looks[0]);
  }

  /** Live: a timekeeper that follows the host stays within what it says of itself. */
  @Test
  void followingTheHostItIsWithinItsBound() {
    try (Timehands timehands = Timehands.inProcess(HostOptions.defaults().withSlots(64))) {
      Timekeeper clocks = timehands.clocks();
      for (int i = 0; i < 100; i++) {
        KernelOffset told = clocks.offsetToKernel();
        Reading now = clocks.read(ClockId.MONOTONIC, new Reading());
        long off = Math.abs(told.nanos());
        assertTrue(
            off <= told.boundNanos() + now.boundNanos(),
            off + " ns, bounds " + told.boundNanos() + " and " + now.boundNanos());
      }
    }
  }
}

package org.timehands.clockevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.timehands.clockevent.ClockEventDevice.Feature;
import org.timehands.clockevent.RoomDevice.Room;

/** The default device is chosen by how late the first waits are (3-61), at virtual time. */
class ChosenDeviceTest {
  private static final List<String> NAMES = List.of("timerfd", "futex", "park");
  private static final long MILLI = 1_000_000;
  private static final long HOUR = 3_600_000 * MILLI;
  private static final int ALL = 3 * ChosenDevice.WAITS_EACH;

  private final Room room = new Room();

  private List<RoomDevice> devices(LongSupplier... late) {
    List<RoomDevice> devices = new ArrayList<>();
    for (int i = 0; i < late.length; i++) {
      devices.add(new RoomDevice(room, NAMES.get(i), late[i]));
    }
    return devices;
  }

  private List<RoomDevice> devices(long... late) {
    List<RoomDevice> devices = new ArrayList<>();
    for (int i = 0; i < late.length; i++) {
      long each = late[i];
      devices.add(new RoomDevice(room, NAMES.get(i), () -> each));
    }
    return devices;
  }

  private static ChosenDevice choosing(List<RoomDevice> devices) {
    return new ChosenDevice(List.copyOf(devices));
  }

  /** A timer's wait: programs, and waits until then. */
  private void waitFor(ClockEventDevice device, long aheadNanos) {
    long deadline = room.now + aheadNanos;
    device.program(deadline);
    while (!device.await()) {
      device.program(deadline);
    }
    assertTrue(room.now >= deadline, "early");
  }

  private void waits(ClockEventDevice device, int count) {
    for (int i = 0; i < count; i++) {
      waitFor(device, MILLI);
    }
  }

  private String chosen(List<RoomDevice> devices) {
    ChosenDevice device = choosing(devices);
    waits(device, ALL + 1);
    return device.choice().orElseThrow().name();
  }

  @Test
  void eachIsChosenWhenItIsTheLeastLate() {
    assertEquals("timerfd", chosen(devices(10_000, 60_000, 60_000)));
    assertEquals("futex", chosen(devices(60_000, 10_000, 60_000)));
    assertEquals("park", chosen(devices(60_000, 60_000, 10_000)));
    assertEquals("park", chosen(devices(90_000, 20_000, 10_000)));
    assertEquals("futex", chosen(devices(90_000, 10_000, 20_000)));
    assertEquals("futex", chosen(devices(90_000, 10_000, 10_000)));
  }

  @Test
  void whatIsAlmostAsGoodStays() {
    assertEquals("timerfd", chosen(devices(50_000, 50_000, 50_000)));
    assertEquals("timerfd", chosen(devices(50_000, 25_000, 26_000)), "half as late is not less");
    assertEquals("futex", chosen(devices(50_000, 24_999, 25_000)));
    assertEquals("timerfd", chosen(devices(20_000, 1, 1)), "19999 ns less");
    assertEquals("park", chosen(devices(20_000, 1, 0)));
    assertEquals("timerfd", chosen(devices(0, 0, 0)));
  }

  /** Ten waits of 32 are lengthened by a stopped process: either way that decides nothing. */
  @Test
  void disturbedWaitsDoNotMislead() {
    for (int seed = 0; seed < 200; seed++) {
      for (int victim = 0; victim < 3; victim++) {
        SplittableRandom random = new SplittableRandom(seed);
        LongSupplier calm = () -> 40_000 + random.nextInt(10_000);
        int[] disturbed = {0, 0};
        LongSupplier shaken =
            () -> calm.getAsLong()
                + (++disturbed[0] % 2 == 0 && disturbed[1]++ < 10 ? 50 * MILLI : 0);
        LongSupplier[] late = {calm, calm, calm};
        late[victim] = shaken;
        assertEquals("timerfd", chosen(devices(late)), "seed " + seed);
        late[1] = () -> calm.getAsLong() - 35_000;
        assertEquals("futex", chosen(devices(late)), "seed " + seed);
      }
    }
  }

  /** The planted bug: a rule that goes by the mean would be misled by the same waits. */
  @Test
  void aRuleByTheMeanIsMisled() {
    long mean = 45_000 + 10 * 50 * MILLI / ChosenDevice.WAITS_EACH;
    assertEquals("futex", DeviceChoice.of(NAMES, List.of(mean, 45_000L, 45_000L)).name());
    assertEquals("timerfd", DeviceChoice.of(NAMES, List.of(45_000L, mean, 45_000L)).name());
  }

  @Test
  void figuresBelongToNames() {
    List<Long> late = List.of(60_000L, 10_000L, 60_000L);
    assertEquals(1, DeviceChoice.of(NAMES, late).chosen());
    assertThrows(
        IllegalArgumentException.class, () -> new DeviceChoice(NAMES, List.of(1L, 2L), 0));
    assertThrows(IllegalArgumentException.class, () -> new DeviceChoice(NAMES, late, 3));
  }

  @Test
  void whatWasNotChosenIsClosedThenAndAllAtTheEnd() {
    List<RoomDevice> devices = devices(60_000, 10_000, 60_000);
    ChosenDevice device = choosing(devices);
    waits(device, ALL);
    assertEquals(List.of(false, false, false), closed(devices));
    assertTrue(device.choice().isEmpty());
    waits(device, 1);
    assertEquals(List.of(true, false, true), closed(devices));
    waits(device, 10);
    assertEquals(List.of(true, false, true), closed(devices));
    device.close();
    assertEquals(List.of(true, true, true), closed(devices));
    List<RoomDevice> early = devices(1, 1, 1);
    try (ChosenDevice trial = choosing(early)) {
      waits(trial, 5);
    }
    assertEquals(List.of(true, true, true), closed(early));
  }

  /** All are closed, whatever others throw, at the end as at the choice; the first is thrown. */
  @Test
  void whatOneThrowsWhenItIsClosedLeavesNoOtherOpen() {
    List<RoomDevice> early = devices(1, 1, 1);
    ChosenDevice trial = choosing(early);
    early.forEach(each -> each.closing = new IllegalStateException(each.name()));
    RuntimeException thrown = assertThrows(IllegalStateException.class, trial::close);
    assertEquals(List.of(true, true, true), closed(early));
    assertEquals(2, thrown.getSuppressed().length);

    List<RoomDevice> devices = devices(60_000, 60_000, 10_000);
    ChosenDevice device = choosing(devices);
    waits(device, ALL);
    devices.forEach(each -> each.closing = new IllegalStateException(each.name()));
    thrown = assertThrows(IllegalStateException.class, () -> waits(device, 1));
    assertEquals(List.of(true, true, false), closed(devices));
    assertEquals(1, thrown.getSuppressed().length);
    waits(device, 1);
    assertEquals("chosen of 3: park", device.name());
    assertSame(
        devices.getLast().closing, assertThrows(IllegalStateException.class, device::close));
    assertEquals(List.of(true, true, true), closed(devices));
  }

  private static List<Boolean> closed(List<RoomDevice> devices) {
    return devices.stream().map(each -> each.closed).toList();
  }

  @Test
  void itsNameSaysWhatIsChosenAndItsFeaturesWhatIsSure() {
    ChosenDevice device = choosing(devices(60_000, 70_000, 10_000));
    assertEquals("none chosen of 3 yet: timerfd", device.name());
    assertEquals(EnumSet.of(Feature.SIMULATED), device.features());
    waits(device, ALL + 1);
    assertEquals("chosen of 3: park", device.name());
    DeviceChoice choice = device.choice().orElseThrow();
    assertEquals(NAMES, choice.names());
    assertEquals(List.of(60_000L, 70_000L, 10_000L), choice.medianNanos());
    ChosenDevice stays = choosing(devices(10_000, 10_000));
    waits(stays, ALL);
    assertEquals("chosen of 2: timerfd", stays.name());
    assertEquals(EnumSet.of(Feature.SIMULATED, Feature.SLACK_FREE), stays.features());
    assertThrows(IllegalArgumentException.class, () -> choosing(devices(1)));
  }

  /** Nothing is waited for but what the program waits for, one wait each. */
  @Test
  void theChoiceDelaysNothing() {
    ChosenDevice device = choosing(devices(1_000, 2_000, 3_000));
    waits(device, ALL + 100);
    assertEquals(ALL + 100, room.waits);
  }

  /** What ends early, was programmed anew, was past or was short: none of it counts. */
  @Test
  void onlyWholeWaitsCount() {
    List<RoomDevice> devices = devices(60_000, 10_000, 60_000);
    ChosenDevice device = choosing(devices);
    RoomDevice first = devices.getFirst();
    for (int i = 0; i < 2 * ALL; i++) {
      device.program(room.now + HOUR);
      first.meanwhile = device::kick;
      assertFalse(device.await());
      first.meanwhile = () -> device.program(room.now + MILLI);
      assertTrue(device.await());
      assertTrue(device.await(), "stays due");
      waitFor(device, -5);
      waitFor(device, ChosenDevice.LEAST_NANOS - 1);
      device.program(room.now + HOUR);
      first.meanwhile = device::cancel;
      first.afterwards = () -> {};
      AssertionError forEver = assertThrows(AssertionError.class, device::await);
      assertEquals("timerfd waits for ever", forEver.getMessage());
    }
    assertTrue(device.choice().isEmpty());
    waits(device, 1);
    device.program(room.now + MILLI);
    assertEquals(room.now + MILLI, devices.get(1).deadline, "one wait counts, so it goes on");
  }

  /** An earlier instant and a cancel from another thread reach the device that waits. */
  @Test
  void programmingBesideAWaitReachesTheDeviceThatWaits() {
    List<RoomDevice> devices = devices(60_000, 70_000, 10_000);
    ChosenDevice device = choosing(devices);
    for (int i = 0; i < 2 * ALL; i++) {
      waits(device, 1);
      device.program(room.now + HOUR);
      long earlier = room.now + MILLI / 2;
      devices.forEach(each -> each.meanwhile = () -> device.program(earlier));
      assertTrue(device.await());
      assertTrue(room.now < earlier + MILLI, "slept over an earlier instant");
      devices.forEach(each -> each.meanwhile = () -> {});
    }
    assertEquals("park", device.choice().orElseThrow().name());
  }

  /** Who waits again without programming does so where it did, whatever others program. */
  @Test
  void aSecondWaitStaysOnItsDevice() {
    List<RoomDevice> devices = devices(60_000, 60_000, 60_000);
    ChosenDevice device = choosing(devices);
    for (int i = 0; i < 2 * ALL; i++) {
      waits(device, 1);
      long later = room.now + MILLI;
      Runnable program = () -> device.program(later);
      devices.forEach(each -> each.meanwhile = program);
      assertTrue(device.await());
      assertTrue(room.now >= later, "not programmed");
      Runnable both = () -> {
        device.program(room.now + MILLI);
        device.kick();
      };
      devices.forEach(each -> each.meanwhile = both);
      assertFalse(device.await());
      devices.forEach(each -> each.meanwhile = () -> {});
      // A whole wait, but not of the device whose turn is next.
      assertTrue(device.await());
    }
    assertEquals(List.of(60_000L, 60_000L, 60_000L), device.choice().orElseThrow().medianNanos());
  }

  /** What is programmed by others before the waiter waits is waited for. */
  @Test
  void programmingBetweenTwoWaitsCounts() {
    ChosenDevice device = choosing(devices(60_000, 70_000, 10_000));
    for (int i = 0; i < 2 * ALL; i++) {
      device.program(room.now + HOUR);
      device.program(room.now + 2 * MILLI);
      device.program(room.now + MILLI);
      long before = room.now;
      assertTrue(device.await());
      assertTrue(room.now - before < 2 * MILLI);
    }
    assertEquals("park", device.choice().orElseThrow().name());
  }

  /** A planted bug: it goes round as well, but kicks whichever device's turn it is. */
  private static final class Hasty implements ClockEventDevice {
    private final List<RoomDevice> devices;
    private int waits;

    Hasty(List<RoomDevice> devices) {
      this.devices = devices;
    }

    private RoomDevice turn() {
      return devices.get(waits < ALL ? waits % devices.size() : 0);
    }

    @Override
    public String name() {
      return "hasty";
    }

    @Override
    public Set<Feature> features() {
      return Set.of();
    }

    @Override
    public long nowNanos() {
      return turn().nowNanos();
    }

    @Override
    public void program(long deadlineNanos) {
      waits++;
      turn().program(deadlineNanos);
    }

    @Override
    public boolean await() {
      return turn().await();
    }

    @Override
    public void kick() {
      turn().kick();
    }

    @Override
    public void close() {}
  }

  /** Kicks at each moment there is; says how many waits of an hour slept on in spite of one. */
  private int kicksLost(Function<List<RoomDevice>, ClockEventDevice> maker) {
    int lost = 0;
    for (int before = 0; before <= ALL + 1; before++) {
      for (int moment = 0; moment < 4; moment++) {
        List<RoomDevice> devices = devices(60_000, 10_000, 60_000);
        ClockEventDevice device = maker.apply(devices);
        waits(device, before);
        AtomicInteger kicks = new AtomicInteger();
        Runnable kick = () -> {
          device.kick();
          kicks.incrementAndGet();
        };
        if (moment == 0) {
          // The wait is over, but its waiter has not said so yet.
          devices.forEach(each -> each.afterwards = kick);
          waitFor(device, MILLI);
        } else if (moment == 1) {
          kick.run();
        }
        devices.forEach(each -> each.afterwards = () -> {});
        device.program(room.now + HOUR);
        if (moment == 2) {
          kick.run();
        } else if (moment == 3) {
          devices.forEach(each -> each.meanwhile = kick);
        }
        long start = room.now;
        boolean due = device.await();
        assertTrue(kicks.get() > 0);
        lost += due || room.now - start >= HOUR ? 1 : 0;
      }
    }
    return lost;
  }

  /** At each moment of the trial, of the choice, and after it. */
  @Test
  void aKickBetweenTwoDevicesIsNotLost() {
    assertEquals(0, kicksLost(ChosenDeviceTest::choosing));
    assertTrue(kicksLost(Hasty::new) > ALL, "the planted bug is not seen");
  }

  /** A kick ends one wait, and at most one more for nothing: not one after the other. */
  @Test
  void aKickDoesNotStay() {
    List<RoomDevice> devices = devices(60_000, 10_000, 60_000);
    ChosenDevice device = choosing(devices);
    for (int i = 0; i < ALL; i++) {
      devices.forEach(each -> each.afterwards = device::kick);
      device.program(room.now + MILLI);
      boolean due = device.await();
      devices.forEach(each -> each.afterwards = () -> {});
      int ended = due ? 0 : 1;
      device.program(room.now + MILLI);
      while (!device.await()) {
        ended++;
      }
      assertTrue(ended <= 3, "ended " + ended + " waits");
    }
    waits(device, ALL);
    assertEquals("futex", device.choice().orElseThrow().name());
  }

  /** A wait that fails is over, too: it goes on choosing. */
  @Test
  void aBrokenWaitIsOver() {
    List<RoomDevice> devices = devices(60_000, 10_000, 60_000);
    ChosenDevice device = choosing(devices);
    IllegalStateException broken = new IllegalStateException("broken");
    devices.getFirst().meanwhile = () -> {
      throw broken;
    };
    device.program(room.now + MILLI);
    assertSame(broken, assertThrows(IllegalStateException.class, device::await));
    waits(device, ALL + 1);
    assertEquals("futex", device.choice().orElseThrow().name());
  }

  /**
   * Under a lead, as the default is: it does not hide from the choice how late a device is, also
   * where it has spent its budget.
   */
  @Test
  void aLeadOverItDoesNotDecide() {
    for (int best = 0; best < 3; best++) {
      long[] late = {80_000, 80_000, 80_000};
      late[best] = 20_000;
      SpinTailDevice device = SpinTailDevice.leading(slow(choosing(devices(late))));
      for (int i = 0; i < 10_000; i++) {
        waitFor(device, ChosenDevice.LEAST_NANOS / 2);
      }
      assertTrue(device.choice().isEmpty());
      waits(device, ALL + 1);
      assertEquals("chosen of 3: " + NAMES.get(best) + "+lead", device.name());
      assertEquals(late[best], device.choice().orElseThrow().medianNanos().get(best), 100);
    }
  }

  /** Time passes for who spins. */
  private ClockEventDevice slow(ChosenDevice inner) {
    return new LateDevice() {
      @Override
      public String name() {
        return inner.name();
      }

      @Override
      public Optional<DeviceChoice> choice() {
        return inner.choice();
      }

      @Override
      public long nowNanos() {
        return room.now += 10;
      }

      @Override
      public void program(long deadlineNanos) {
        inner.program(deadlineNanos);
      }

      @Override
      public boolean await() {
        return inner.await();
      }
    };
  }
}

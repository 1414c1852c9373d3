package org.timehands.clockevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The look tells devices apart that are late by known amounts, and works on the real ones. */
class DeviceProbeTest {
  @Test
  void lateDevicesAreToldApart() {
    for (long late : new long[] {0, 5_000, 60_000, 3_000_000}) {
      LateDevice device = new LateDevice();
      device.lateNanos = late;
      DeviceProbe.Figures figures = DeviceProbe.here(device, 200, 1_000_000);
      // Its clock moves by 10 ns at each look.
      assertEquals(late, figures.medianNanos(), 50);
      assertEquals(late, figures.p99Nanos(), 50);
    }
  }

  /** A device that is late now and then: the median does not see it, the p99 does. */
  @Test
  void theTailIsSeen() {
    LateDevice device =
        new LateDevice() {
          private int waits;

          @Override
          public boolean await() {
            lateNanos = waits++ % 20 == 0 ? 900_000 : 1_000;
            return super.await();
          }
        };
    DeviceProbe.Figures figures = DeviceProbe.here(device, 200, 1_000_000);
    assertEquals(1_000, figures.medianNanos(), 50);
    assertEquals(900_000, figures.p99Nanos(), 50);
  }

  @Test
  void allOfThisMachineCanBeLookedAt() throws IOException, InterruptedException {
    for (String name : ClockEventDevices.names()) {
      assertTrue(ClockEventDevices.why(name).length() > 10);
      try (ClockEventDevice device = ClockEventDevices.open(name)) {
        DeviceProbe.Figures figures = DeviceProbe.measure(device, 5, 200_000);
        assertTrue(figures.p99Nanos() >= figures.medianNanos());
      }
    }
    assertThrows(IllegalArgumentException.class, () -> ClockEventDevices.why("hpet"));
  }

  @Test
  void limitsAreSaid() {
    LateDevice device = new LateDevice();
    assertThrows(IllegalArgumentException.class, () -> DeviceProbe.here(device, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> DeviceProbe.here(device, 1, -1));
    assertThrows(
        IllegalArgumentException.class, () -> DeviceProbe.measure(device, 1, 2_000_000_000));
  }
}

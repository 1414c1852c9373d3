package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.clockevent.DeviceChoice;
import org.timehands.clockevent.ParkDevice;

/** What {@code doctor} says about the default clock event device. */
class DeviceWordsTest {
  private static final List<String> NAMES = List.of("timerfd+lead", "futex+lead", "park+lead");

  @Test
  void theFirstStays() {
    assertEquals(
        "timerfd+lead stays, since no other is less than half as late and 20.0 µs less late (p50"
            + " of its first 32 waits each: timerfd+lead 31.0 µs, futex+lead 29.0 µs, park+lead"
            + " 40.0 µs)",
        DeviceWords.of(new DeviceChoice(NAMES, List.of(31_000L, 29_000L, 40_000L), 0)));
  }

  @Test
  void anotherIsTaken() {
    String words = DeviceWords.of(new DeviceChoice(NAMES, List.of(31_000L, 2_000L, 40_000L), 1));
    assertTrue(words.startsWith("futex+lead in place of timerfd+lead, since it is less"), words);
  }

  @Test
  void thereMayBeNoneToSpeakOf() {
    assertEquals("the only one there is", DeviceWords.of(new ParkDevice()));
    try (ClockEventDevice device = ClockEventDevices.best()) {
      assertTrue(DeviceWords.of(device).startsWith("none is chosen yet"));
    }
  }

  /** The rule is in the words of the finding, and the device's name in its name. */
  @Test
  void doctorFindsTheDefault() throws InterruptedException {
    Doctor doctor = new Doctor();
    doctor.examineTimers();
    Doctor.Finding found = doctor.findings().getFirst();
    assertTrue(found.name().endsWith("+lead (chosen of 3)"), found.name());
    assertTrue(found.words().startsWith("default: "), found.words());
    assertTrue(found.words().contains("less than half as late"), found.words());
    String plain = ClockEventDevices.plain(found.name());
    assertTrue(
        doctor.findings().stream()
            .anyMatch(
                each -> each.name().equals(plain) && each.words().startsWith("in the default: ")));
  }
}

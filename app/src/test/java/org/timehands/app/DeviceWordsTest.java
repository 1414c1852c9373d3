package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.timehands.clockevent.DeviceChoice;

/** What {@code doctor} says about the default clock event device. */
class DeviceWordsTest {
  private static final List<String> NAMES = List.of("timerfd", "futex", "park");

  @Test
  void theFirstStays() {
    assertEquals(
        "timerfd stays, since no other is less than half as late and 20.0 µs less late (p50 of the"
            + " first 32 waits of each: timerfd 31.0 µs, futex 29.0 µs, park 40.0 µs)",
        DeviceWords.of(new DeviceChoice(NAMES, List.of(31_000L, 29_000L, 40_000L), 0)));
  }

  @Test
  void anotherIsTaken() {
    String words = DeviceWords.of(new DeviceChoice(NAMES, List.of(31_000L, 2_000L, 40_000L), 1));
    assertTrue(words.startsWith("futex in place of timerfd, since it is less"), words);
  }

  @Test
  void thereMayBeNoneToSpeakOf() {
    assertTrue(DeviceWords.of(Optional.empty()).endsWith("none was chosen"));
  }

  /** The rule is in the words of the finding, and the device's name in its name. */
  @Test
  void doctorFindsTheDefault() throws InterruptedException {
    Doctor doctor = new Doctor();
    doctor.examineTimers();
    Doctor.Finding found = doctor.findings().getFirst();
    assertTrue(found.name().matches("chosen of 3: [a-z]+\\+lead"), found.name());
    assertTrue(found.words().startsWith("default: "), found.words());
    assertTrue(found.words().contains("less than half as late"), found.words());
    String plain = found.name().replaceAll(".*: |\\+lead", "");
    assertTrue(
        doctor.findings().stream()
            .anyMatch(
                each -> each.name().equals(plain) && each.words().startsWith("in the default: ")));
  }
}

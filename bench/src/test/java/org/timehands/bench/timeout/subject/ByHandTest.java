package org.timehands.bench.timeout.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Wheels stepped by hand run on the time that their user worked, and on the same one. */
class ByHandTest {
  private static final int PLACES = 1000;
  private static final long MILLI = 1_000_000;

  private static List<Subjects.Entry> all() {
    return Subjects.ALL.stream().filter(each -> !each.isShared()).toList();
  }

  private static void work(Subject subject, int millis) {
    for (int i = 0; i < 4 * millis; i++) {
      subject.worked(MILLI / 4);
    }
  }

  @Test
  void eachKeepsItsTimeoutsForHalfASecondAndNotForFive() {
    assertEquals(6, all().size(), "the wheels that are stepped by hand");
    for (Subjects.Entry entry : all()) {
      try (Subject subject = entry.make().get()) {
        subject.prepare(PLACES);
        for (int i = 0; i < PLACES; i++) {
          subject.arm(i, i % Subject.MORE);
        }
        work(subject, 499);
        for (int i = 0; i < PLACES; i += 2) {
          assertTrue(subject.cancel(i), entry.name() + " lost one");
          subject.arm(i, 0);
        }
        work(subject, 499);
        for (int i = 0; i < PLACES; i += 2) {
          assertTrue(subject.cancel(i), entry.name() + " does not count from now");
        }
        work(subject, 4000);
        for (int i = 0; i < PLACES; i++) {
          assertFalse(subject.cancel(i), entry.name() + " stands still");
          subject.armAnew(i, 0);
        }
        for (int i = 0; i < PLACES; i++) {
          assertTrue(subject.cancel(i), entry.name() + " does not arm what has run");
        }
      }
    }
  }

  /** Where more are armed than can be worked on in half a second, the delay is longer. */
  @Test
  void theDelayGrowsWithTheNumber() {
    for (Subjects.Entry entry : all()) {
      try (Subject subject = entry.make().get()) {
        subject.prepare(1_200_000);
        subject.arm(0, 0);
        work(subject, 1499);
        assertTrue(subject.cancel(0), entry.name());
      }
    }
  }
}

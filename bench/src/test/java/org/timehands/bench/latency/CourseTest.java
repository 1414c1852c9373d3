package org.timehands.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What counts as late, as missed, as early. */
class CourseTest {
  @Test
  void instantsStandStillHoweverLateOneIs() throws Exception {
    Course course = new Course(1_000_000, 1_000_000, 5);
    assertEquals(2_000_000, course.nextNanos());
    assertTrue(course.woke(2_000_040));
    assertEquals(3_000_000, course.nextNanos());
    // Late by more than two intervals: two instants are missed, none is caught up.
    assertTrue(course.woke(5_100_000));
    assertEquals(6_000_000, course.nextNanos());
    assertEquals(2, course.missed());
    assertFalse(course.woke(6_000_000));
    course.awaitEnd();
    assertEquals(3, course.late().total());
    assertEquals(2_100_000, course.late().max());
    assertEquals(0, course.late().quantile(0.01));
  }

  /** The planted error: who counts from the wake drifts, and misses nothing. */
  @Test
  void aWaitThatEndsExactlyOnTheNextInstantMissesOne() {
    Course course = new Course(0, 1000, 1);
    assertTrue(course.woke(2000));
    assertEquals(1, course.missed());
    assertEquals(3000, course.nextNanos());
  }

  @Test
  void anEarlyWakeIsSaidAndWaitsOn() {
    Course course = new Course(0, 1000, 1);
    assertTrue(course.woke(999));
    assertEquals(1, course.early());
    assertEquals(1000, course.nextNanos());
    assertEquals(0, course.late().total());
  }
}

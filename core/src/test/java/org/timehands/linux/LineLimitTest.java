package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** What happens often is logged seldom, and each that is left out is counted. */
class LineLimitTest {
  private long now = Long.MIN_VALUE / 2;

  @Test
  void theFirstIsLetThroughAndThenOneInAnInterval() {
    LineLimit limit = new LineLimit(() -> now);
    assertEquals("", limit.admit());
    now += LineLimit.INTERVAL_NANOS - 1;
    assertNull(limit.admit());
    assertNull(limit.admit());
    now++;
    assertEquals("; 2 like it before were not logged", limit.admit());
    now += LineLimit.INTERVAL_NANOS;
    assertEquals("", limit.admit());
  }
}

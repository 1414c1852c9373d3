package org.timehands.timeout;

/**
 * What putting a timeout off touches, laid out first: fields of a superclass come right behind the
 * object's header, so one cache line mostly has them all, where a miss is what the call costs.
 */
abstract sealed class TimeoutHead permits SharedTimeout {
  final CoarseClock clock;

  /** See the ground rules and the table of {@link SharedTimeout}. */
  @SuppressWarnings("UnusedVariable") // by its handle
  long later;

  TimeoutHead(CoarseClock clock) {
    this.clock = clock;
  }
}

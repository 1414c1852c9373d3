package org.timehands.bench.latency;

import java.util.List;

/**
 * What one contestant did in one slice of time.
 *
 * @param late how late its waits ended
 * @param missed instants that had passed before the wait for the one before had ended
 * @param early waits that ended before their instant
 * @param cpuNanos processor time of its process
 * @param bytes what its waiting threads allocated; -1 if unknown
 */
record Slice(LateHistogram late, long missed, long early, long cpuNanos, long bytes) {
  /** The sum of what several waiters did at the same time. */
  static Slice of(List<Course> courses, long cpuNanos, long bytes) {
    LateHistogram late = new LateHistogram();
    long missed = 0;
    long early = 0;
    for (Course course : courses) {
      late.add(course.late());
      missed += course.missed();
      early += course.early();
    }
    return new Slice(late, missed, early, cpuNanos, bytes);
  }
}

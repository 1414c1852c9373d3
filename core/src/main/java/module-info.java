/**
 * Timehands: clocks that are published functions of a counter.
 *
 * <p>Each package is exported when its API is meant for users; packages without an export are
 * ours to change.
 */
module org.timehands.core {
  // Only for who ties recordings to a timeline, or records timers.
  requires static jdk.jfr;
  // Only for who shows timers to management clients.
  requires static java.management;

  exports org.timehands;
  exports org.timehands.clockevent;
  exports org.timehands.clocksource;
  exports org.timehands.discipline;
  exports org.timehands.host;
  exports org.timehands.journal;
  exports org.timehands.page;
  exports org.timehands.posix;
  exports org.timehands.rate;
  exports org.timehands.stability;
  exports org.timehands.tick;
  exports org.timehands.timekeeping;
  exports org.timehands.timeline;
  exports org.timehands.timeout;
  exports org.timehands.timer;
  exports org.timehands.timer.jfr;
  exports org.timehands.timer.jmx;
  exports org.timehands.trace;
  exports org.timehands.trace.cross;
  exports org.timehands.trace.jfr;
}

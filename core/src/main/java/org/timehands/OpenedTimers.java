package org.timehands;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.timehands.timeout.Timeouts;
import org.timehands.timer.Timers;

/** The timers and timeouts that were started on somebody's clocks, to be closed with them. */
/*
 * field           | read         | write        | guard
 * timers, wheels  | synchronized | synchronized | this
 * closed          | synchronized | synchronized | this
 */
final class OpenedTimers {
  private final List<Timers> timers = new ArrayList<>();
  private final List<Timeouts> wheels = new ArrayList<>();
  private boolean closed;

  OpenedTimers() {}

  synchronized Timers timers(Supplier<Timers> start) {
    requireOpen();
    timers.removeIf(Timers::isClosed);
    Timers started = start.get();
    timers.add(started);
    return started;
  }

  synchronized Timeouts timeouts(Supplier<Timeouts> start) {
    requireOpen();
    wheels.removeIf(Timeouts::isClosed);
    Timeouts started = start.get();
    wheels.add(started);
    return started;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "these clocks are closed: no timers can be started on them; open others");
    }
  }

  /** Without the lock: closing waits for threads, whose callbacks may ask for timers. */
  void close() {
    List<Timers> openTimers;
    List<Timeouts> openWheels;
    synchronized (this) {
      closed = true;
      openTimers = List.copyOf(timers);
      openWheels = List.copyOf(wheels);
      timers.clear();
      wheels.clear();
    }
    openTimers.forEach(Timers::close);
    openWheels.forEach(Timeouts::close);
  }
}

package org.timehands.clockevent;

import java.util.Set;

/** An inner device that is always late by the same, on a clock that moves by being looked at. */
class LateDevice implements ClockEventDevice {
  long now = 1_000_000;
  long deadline = NEVER;
  long lateNanos;
  boolean due = true;

  @Override
  public String name() {
    return "late";
  }

  @Override
  public Set<Feature> features() {
    return Set.of();
  }

  @Override
  public long nowNanos() {
    return now += 10;
  }

  @Override
  public void program(long deadlineNanos) {
    deadline = deadlineNanos;
  }

  @Override
  public boolean await() {
    if (due) {
      now = Math.max(now, deadline + lateNanos);
    }
    return due;
  }

  @Override
  public void kick() {}

  @Override
  public void close() {}
}

package org.timehands.timeline;

import org.timehands.clocksource.ClockSource;

/** A counter whose reader loses its processor after each read, while others do something. */
record Sleeper(ClockSource counter, Runnable meanwhile) implements ClockSource {
  @Override
  public long read() {
    long count = counter.read();
    meanwhile.run();
    return count;
  }

  @Override
  public String name() {
    return counter.name();
  }

  @Override
  public long id() {
    return counter.id();
  }

  @Override
  public int widthBits() {
    return counter.widthBits();
  }

  @Override
  public long frequencyHz() {
    return counter.frequencyHz();
  }

  @Override
  public int rating() {
    return counter.rating();
  }

  @Override
  public String ratingReason() {
    return counter.ratingReason();
  }

  @Override
  public long readCostNanos() {
    return counter.readCostNanos();
  }

  @Override
  public long driftBoundPpb() {
    return counter.driftBoundPpb();
  }

  @Override
  public long skewBoundCycles() {
    return counter.skewBoundCycles();
  }

  @Override
  public SuspendBehaviour suspend() {
    return counter.suspend();
  }

  @Override
  public boolean validForHighResolution() {
    return counter.validForHighResolution();
  }
}

package org.timehands.timekeeping;

import org.timehands.clocksource.ClockSource;

/** A counter at each read of which something else happens first. */
final class Delayed implements ClockSource {
  private final ClockSource counter;
  private final Runnable before;

  Delayed(ClockSource counter, Runnable before) {
    this.counter = counter;
    this.before = before;
  }

  @Override
  public long read() {
    before.run();
    return counter.read();
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

package org.timehands.clocksource;

/** A clocksource that is another one but for what a subclass changes. */
abstract class WrappedClockSource implements ClockSource {
  private final ClockSource inner;

  WrappedClockSource(ClockSource inner) {
    this.inner = inner;
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public long id() {
    return inner.id();
  }

  @Override
  public int widthBits() {
    return inner.widthBits();
  }

  @Override
  public long frequencyHz() {
    return inner.frequencyHz();
  }

  @Override
  public int rating() {
    return inner.rating();
  }

  @Override
  public String ratingReason() {
    return inner.ratingReason();
  }

  @Override
  public long read() {
    return inner.read();
  }

  @Override
  public long readCostNanos() {
    return inner.readCostNanos();
  }

  @Override
  public long driftBoundPpb() {
    return inner.driftBoundPpb();
  }

  @Override
  public long skewBoundCycles() {
    return inner.skewBoundCycles();
  }

  @Override
  public SuspendBehaviour suspend() {
    return inner.suspend();
  }

  @Override
  public boolean validForHighResolution() {
    return inner.validForHighResolution();
  }
}

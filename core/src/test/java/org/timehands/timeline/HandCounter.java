package org.timehands.timeline;

import org.timehands.clocksource.ClockSource;

/** A counter that a test turns by hand; one cycle is one nanosecond. */
final class HandCounter implements ClockSource {
  private final long id;
  private long cycles;
  private Runnable beforeRead = () -> {};

  HandCounter(long id, long cycles) {
    this.id = id;
    this.cycles = cycles;
  }

  void set(long cycles) {
    this.cycles = cycles;
  }

  /** What happens at each read from now on, before it. */
  void beforeRead(Runnable action) {
    beforeRead = action;
  }

  @Override
  public long read() {
    beforeRead.run();
    return cycles;
  }

  @Override
  public String name() {
    return "hand";
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int widthBits() {
    return 64;
  }

  @Override
  public long frequencyHz() {
    return 1_000_000_000L;
  }

  @Override
  public int rating() {
    return 1;
  }

  @Override
  public String ratingReason() {
    return "turned by hand";
  }

  @Override
  public long readCostNanos() {
    return 1;
  }

  @Override
  public long driftBoundPpb() {
    return 0;
  }

  @Override
  public long skewBoundCycles() {
    return 0;
  }

  @Override
  public SuspendBehaviour suspend() {
    return SuspendBehaviour.STOPS;
  }

  @Override
  public boolean validForHighResolution() {
    return false;
  }
}

package org.timehands.page;

import java.util.function.LongSupplier;
import org.timehands.clocksource.ClockSource;

/** A counter that counts as a test says. */
record CoarseHostCounter(LongSupplier count) implements ClockSource {
  @Override
  public String name() {
    return "coarse";
  }

  @Override
  public long id() {
    return SIMULATED;
  }

  @Override
  public int widthBits() {
    return 64;
  }

  @Override
  public long frequencyHz() {
    return 1_000_000_000;
  }

  @Override
  public int rating() {
    return 1;
  }

  @Override
  public String ratingReason() {
    return "for a test";
  }

  @Override
  public long read() {
    return count.getAsLong();
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

package org.timehands.clocksource;

/** A counter that counts several cycles at a time, as some TSCs do. */
final class CoarseCounter extends WrappedClockSource {
  private final long stepCycles;

  CoarseCounter(ClockSource inner, long stepCycles) {
    super(inner);
    this.stepCycles = stepCycles;
  }

  @Override
  public long read() {
    long cycles = super.read();
    return cycles - Math.floorMod(cycles, stepCycles);
  }
}

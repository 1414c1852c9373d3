package org.timehands.timekeeping;

import org.timehands.clocksource.ClockSource;
import org.timehands.timeline.Counters;

/**
 * A counter whose cycles have lost their meaning, under a new id: one that began anew while the
 * machine slept, or that is too narrow to say how often it has come round.
 */
final class NewEra implements ClockSource {
  private static final int ERA_SHIFT = 32;

  private final ClockSource counter;
  private final long id;

  private NewEra(ClockSource counter, long era) {
    this.counter = counter instanceof NewEra older ? older.counter : counter;
    this.id = ClockSource.idOf(ClockSource.kindOf(counter.id()), era);
  }

  /** The counter in an era that nobody knows yet, made known. */
  static NewEra of(ClockSource counter, Counters counters) {
    long kind = ClockSource.kindOf(counter.id());
    long era = (counter.id() >>> ERA_SHIFT) + 1;
    while (counters.find(ClockSource.idOf(kind, era)) != null) {
      era++;
    }
    NewEra renewed = new NewEra(counter, era);
    counters.add(renewed);
    return renewed;
  }

  @Override
  public String name() {
    return counter.name();
  }

  @Override
  public long id() {
    return id;
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
  public long read() {
    return counter.read();
  }

  @Override
  public long readRelaxed() {
    return counter.readRelaxed();
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

package org.timehands.clocksource;

import java.util.Objects;

/**
 * A counter in another era: the same counter under another {@link #id}, because its cycles have
 * nothing to do with earlier ones any more. Immutable.
 */
public final class EraClockSource implements ClockSource {
  private final ClockSource counter;
  private final long id;

  private EraClockSource(ClockSource counter, long id) {
    this.counter = counter;
    this.id = id;
  }

  /**
   * The era after a counter's present one.
   *
   * @param counter the counter; may be one of these itself
   */
  public static ClockSource after(ClockSource counter) {
    return in(counter, (counter.id() >>> 32) + 1);
  }

  /**
   * A counter in an era: itself if it is in that one.
   *
   * @param counter the counter; may be one of these itself
   * @param era the era, in [0, 2^31)
   */
  public static ClockSource in(ClockSource counter, long era) {
    Objects.requireNonNull(counter, "counter");
    long id = ClockSource.idOf(ClockSource.kindOf(counter.id()), era);
    ClockSource base = counter instanceof EraClockSource older ? older.counter : counter;
    return base.id() == id ? base : new EraClockSource(base, id);
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

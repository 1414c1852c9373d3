package org.timehands.trace;

import org.timehands.clocksource.ClockSource;

/**
 * A counter that a test turns by hand, a cycle a nanosecond. A relaxed read may be sampled early,
 * as a processor does that runs ahead of a load.
 */
public final class TurnedCounter implements ClockSource {
  private final long id;
  private final int widthBits;
  public long cycles;
  /** How many cycles before the present one a relaxed read is sampled. */
  long earlyCycles;
  /** What others do before the next read. */
  Runnable meanwhile = () -> {};
  /** What happens before each read. */
  public Runnable beforeEach = () -> {};

  /** A counter of 64 bits. */
  public TurnedCounter(long id, long cycles) {
    this(id, cycles, Long.SIZE);
  }

  TurnedCounter(long id, long cycles, int widthBits) {
    this.id = id;
    this.cycles = cycles;
    this.widthBits = widthBits;
  }

  @Override
  public long read() {
    Runnable now = meanwhile;
    meanwhile = () -> {};
    now.run();
    beforeEach.run();
    return cut(cycles);
  }

  @Override
  public long readRelaxed() {
    return cut(read() - earlyCycles);
  }

  private long cut(long all) {
    return widthBits == Long.SIZE ? all : all & ((1L << widthBits) - 1);
  }

  @Override
  public String name() {
    return "turned";
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int widthBits() {
    return widthBits;
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

package org.timehands.stress.jcstress;

import java.util.concurrent.atomic.AtomicLong;
import org.timehands.clocksource.ClockSource;

/**
 * A counter for one state: it stands still, or each read moves it on by a fixed count, for all
 * threads together. It never takes the timeline's fast path.
 */
public final class FakeCounter implements ClockSource {
  private final AtomicLong next;
  private final long cyclesPerRead;

  private FakeCounter(long cycles, long cyclesPerRead) {
    next = new AtomicLong(cycles);
    this.cyclesPerRead = cyclesPerRead;
  }

  /** A counter that stands at a cycle. */
  public static FakeCounter standing(long cycles) {
    return new FakeCounter(cycles, 0);
  }

  /** A counter that moves on by so many cycles at each read. */
  public static FakeCounter stepping(long cycles, long cyclesPerRead) {
    return new FakeCounter(cycles, cyclesPerRead);
  }

  @Override
  public long read() {
    return cyclesPerRead == 0 ? next.get() : next.getAndAdd(cyclesPerRead);
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public long id() {
    return ClockSource.SIMULATED;
  }

  @Override
  public int widthBits() {
    return Long.SIZE;
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
    return "fake";
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
    return SuspendBehaviour.RUNS_ON;
  }

  @Override
  public boolean validForHighResolution() {
    return true;
  }
}

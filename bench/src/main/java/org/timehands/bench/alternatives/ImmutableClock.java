package org.timehands.bench.alternatives;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;

/**
 * The timeline as a reference to an immutable line, swapped at each update: RCU, with the garbage
 * collector as the grace period. Nobody waits, and nothing is torn.
 *
 * <p>Hazards:
 *
 * <ul>
 *   <li>Time goes back, as with {@link LatchClock}: the line is computed at one cycle and published
 *       at a later one.
 *   <li>Each update leaves garbage, and a reader that sleeps holds its line alive.
 *   <li>It is an object of one heap: other processes cannot share it.
 * </ul>
 */
/*
 *   field   | read    | write   | guard
 *   current | acquire | release | one writer
 */
public final class ImmutableClock implements Alternative {
  private static final VarHandle CURRENT;

  static {
    try {
      CURRENT =
          MethodHandles.lookup().findVarHandle(ImmutableClock.class, "current", LineWords.class);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("ImmutableClock.current", impossible);
    }
  }

  private LineWords current;

  /** A clock whose MONOTONIC is 0 at a cycle. */
  public ImmutableClock(long startCycles, Slope slope) {
    current = new LineWords(startCycles, slope);
    VarHandle.releaseFence();
  }

  @Override
  public String title() {
    return "immutable";
  }

  private LineWords line() {
    return (LineWords) CURRENT.getAcquire(this);
  }

  @Override
  public long monotonic() {
    return line().mono(Counter.readOrdered());
  }

  @Override
  public long monotonicRelaxed() {
    return line().mono(Counter.readRelaxed());
  }

  @Override
  public long realtime() {
    return line().real(Counter.readOrdered());
  }

  @Override
  public void sample(AllClocks into) {
    line().fill(into, Counter.readOrdered());
  }

  @Override
  public void update(Slope slope, Runnable midway) {
    LineWords next = new LineWords(line());
    next.advance(Counter.readOrdered(), slope);
    midway.run();
    CURRENT.setRelease(this, next);
  }
}

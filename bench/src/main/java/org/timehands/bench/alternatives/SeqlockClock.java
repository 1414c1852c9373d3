package org.timehands.bench.alternatives;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;

/**
 * The timeline behind a sequence lock: the writer makes a count odd, edits the line in place and
 * makes the count even; a reader copies nothing, but tries again if the count was odd or has moved.
 * It is what Linux's {@code ktime_get} and its vDSO do.
 *
 * <p>Hazards:
 *
 * <ul>
 *   <li>Readers wait for the writer. While it is off its CPU inside the section, every reader
 *       spins, for as long as the host, a debugger or a stop signal pleases; a reader that keeps
 *       the writer from running (same CPU, higher priority, a signal handler) spins for ever.
 *   <li>In shared memory a dead writer leaves the count odd: all processes hang.
 *   <li>There is no history, so that an old stamp cannot be converted.
 *   <li>Computing the line before the section, as the kernel does to keep it short, makes time go
 *       back by the slope's change times the delay (see {@link LatchClock}). Here it is computed
 *       inside, which is right and makes the wait longer.
 * </ul>
 */
/*
 *   field    | read                       | write                          | guard
 *   sequence | acquire; again after       | opaque odd, storeStore; release | one writer
 *            | loadLoad                   | even                           |
 *   line     | plain, between the two     | plain, between the two         | sequence
 */
public final class SeqlockClock implements Alternative {
  private static final VarHandle SEQUENCE;

  static {
    try {
      SEQUENCE =
          MethodHandles.lookup().findVarHandle(SeqlockClock.class, "sequence", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("SeqlockClock.sequence", impossible);
    }
  }

  private final LineWords line;
  private long sequence;

  /** A clock whose MONOTONIC is 0 at a cycle. */
  public SeqlockClock(long startCycles, Slope slope) {
    line = new LineWords(startCycles, slope);
  }

  @Override
  public String title() {
    return "seqlock";
  }

  @Override
  public long monotonic() {
    for (;;) {
      long before = begin();
      long nanos = line.mono(Counter.readOrdered());
      if (isSame(before)) {
        return nanos;
      }
    }
  }

  @Override
  public long monotonicRelaxed() {
    for (;;) {
      long before = begin();
      long nanos = line.mono(Counter.readRelaxed());
      if (isSame(before)) {
        return nanos;
      }
    }
  }

  @Override
  public long realtime() {
    for (;;) {
      long before = begin();
      long nanos = line.real(Counter.readOrdered());
      if (isSame(before)) {
        return nanos;
      }
    }
  }

  @Override
  public void sample(AllClocks into) {
    for (;;) {
      long before = begin();
      line.fill(into, Counter.readOrdered());
      if (isSame(before)) {
        return;
      }
    }
  }

  private long begin() {
    for (;;) {
      long now = (long) SEQUENCE.getAcquire(this);
      if ((now & 1) == 0) {
        return now;
      }
      Thread.onSpinWait();
    }
  }

  private boolean isSame(long before) {
    VarHandle.loadLoadFence();
    return (long) SEQUENCE.getOpaque(this) == before;
  }

  @Override
  public void update(Slope slope, Runnable midway) {
    long before = (long) SEQUENCE.getOpaque(this);
    SEQUENCE.setOpaque(this, before + 1);
    VarHandle.storeStoreFence();
    line.advance(Counter.readOrdered(), slope);
    midway.run();
    SEQUENCE.setRelease(this, before + 2);
  }
}

package org.timehands.bench.alternatives;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;

/**
 * The timeline in two copies, of which a count's low bit names the one to read: the writer edits
 * the other. It is Linux's {@code tk_fast}, behind {@code ktime_get_mono_fast_ns}, which may be
 * read from an NMI: no reader waits.
 *
 * <p>Hazards:
 *
 * <ul>
 *   <li>Time goes back. The new line begins at the cycle that the writer sampled, and is published
 *       later; meanwhile readers go on along the old line. If the new slope is lower, the first
 *       reader of it gets less than the last reader of the old one, by the change of slope times
 *       the delay, and the delay has no limit. Linux says so in {@code timekeeping.c} and asks
 *       callers to live with it.
 *   <li>One cycle has two times, depending on who reads first: stamps cannot be converted.
 *   <li>A reader that sleeps while two updates pass tries again.
 * </ul>
 */
/*
 *   field    | read                       | write                        | guard
 *   sequence | acquire; again after       | release, after each copy     | one writer
 *            | loadLoad                   |                              |
 *   even     | plain, while sequence even | plain, while sequence odd    | sequence
 *   odd      | plain, while sequence odd  | plain, while sequence even   | sequence
 */
public final class LatchClock implements Alternative {
  private static final VarHandle SEQUENCE;

  static {
    try {
      SEQUENCE = MethodHandles.lookup().findVarHandle(LatchClock.class, "sequence", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("LatchClock.sequence", impossible);
    }
  }

  private final LineWords even;
  private final LineWords odd;
  private final LineWords draft;
  private long sequence;

  /** A clock whose MONOTONIC is 0 at a cycle. */
  public LatchClock(long startCycles, Slope slope) {
    even = new LineWords(startCycles, slope);
    odd = new LineWords(even);
    draft = new LineWords(even);
  }

  @Override
  public String title() {
    return "latch";
  }

  @Override
  public long monotonic() {
    for (;;) {
      long before = (long) SEQUENCE.getAcquire(this);
      long nanos = copy(before).mono(Counter.readOrdered());
      if (isSame(before)) {
        return nanos;
      }
    }
  }

  @Override
  public long monotonicRelaxed() {
    for (;;) {
      long before = (long) SEQUENCE.getAcquire(this);
      long nanos = copy(before).mono(Counter.readRelaxed());
      if (isSame(before)) {
        return nanos;
      }
    }
  }

  @Override
  public long realtime() {
    for (;;) {
      long before = (long) SEQUENCE.getAcquire(this);
      long nanos = copy(before).real(Counter.readOrdered());
      if (isSame(before)) {
        return nanos;
      }
    }
  }

  @Override
  public void sample(AllClocks into) {
    for (;;) {
      long before = (long) SEQUENCE.getAcquire(this);
      copy(before).fill(into, Counter.readOrdered());
      if (isSame(before)) {
        return;
      }
    }
  }

  private LineWords copy(long count) {
    return (count & 1) == 0 ? even : odd;
  }

  private boolean isSame(long before) {
    VarHandle.loadLoadFence();
    return (long) SEQUENCE.getOpaque(this) == before;
  }

  @Override
  public void update(Slope slope, Runnable midway) {
    draft.advance(Counter.readOrdered(), slope);
    midway.run();
    long before = (long) SEQUENCE.getOpaque(this);
    SEQUENCE.setRelease(this, before + 1); // Readers take `odd`, which still holds the old line.
    VarHandle.fullFence(); // As raw_write_seqcount_latch: the copy is not edited before that.
    even.copyFrom(draft);
    SEQUENCE.setRelease(this, before + 2); // Readers take the new line.
    VarHandle.fullFence();
    odd.copyFrom(draft);
  }
}

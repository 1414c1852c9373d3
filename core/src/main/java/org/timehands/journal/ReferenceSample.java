package org.timehands.journal;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * What a reference said of REALTIME at one cycle of a counter, and how exactly that is known.
 *
 * <p>The truth, as far as the reference knows it, lies within {@link #halfNanos} of {@link
 * #realNanos}: half the bracket in which the reference was read, or half the delay of the messages
 * that it was asked by. A reusable holder. Not thread-safe.
 */
public final class ReferenceSample {
  /** Flag: the reference's time was set since its last sample. */
  public static final long FLAG_WAS_SET = 1;

  /** Words of a stored sample. */
  static final int WORDS = 8;

  /** The clocksource whose cycle it is. */
  public long clocksourceId;
  /** The cycle. */
  public long cycles;
  /** The reference's REALTIME at that cycle, nanoseconds since 1970. */
  public long realNanos;
  /** The reference's REALTIME minus ours, as ours was read there; 0 if that is not known. */
  public long offsetNanos;
  /** Half the bracket, rounded up; positive. */
  public long halfNanos;
  /** What the reference declares of its own error; MAX when it vouches for nothing. */
  public long declaredNanos = Long.MAX_VALUE;
  /** Flags. */
  public long flags;
  /** Which reference: 0 is the host's clock. */
  public long referenceId;

  /** An empty sample. */
  public ReferenceSample() {}

  /** Makes this a copy of another. */
  public void copyFrom(ReferenceSample other) {
    clocksourceId = other.clocksourceId;
    cycles = other.cycles;
    realNanos = other.realNanos;
    offsetNanos = other.offsetNanos;
    halfNanos = other.halfNanos;
    declaredNanos = other.declaredNanos;
    flags = other.flags;
    referenceId = other.referenceId;
  }

  void store(ByteBuffer into) {
    into.putLong(clocksourceId).putLong(cycles).putLong(realNanos).putLong(offsetNanos);
    into.putLong(halfNanos).putLong(declaredNanos).putLong(flags).putLong(referenceId);
  }

  void load(LongBuffer from, int index) {
    clocksourceId = from.get(index);
    cycles = from.get(index + 1);
    realNanos = from.get(index + 2);
    offsetNanos = from.get(index + 3);
    halfNanos = from.get(index + 4);
    declaredNanos = from.get(index + 5);
    flags = from.get(index + 6);
    referenceId = from.get(index + 7);
  }
}

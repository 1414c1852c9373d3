package org.timehands.host;

/**
 * What the host's clocks said at one cycle of a counter, and how exactly that is known.
 *
 * <p>A reusable holder. Each clock was read between two reads of the counter; its value here is
 * reduced to the cycle in the middle of MONOTONIC's bracket, and the truth lies within its half
 * width. Not thread-safe.
 */
public final class HostSample {
  /** The cycle of this sample. */
  public long cycles;
  /** The host's MONOTONIC. */
  public long monoNanos;
  /** Half the width of MONOTONIC's bracket, rounded up. */
  public long monoHalfNanos;
  /** The host's REALTIME. */
  public long realNanos;
  /** Half the width of REALTIME's bracket, rounded up. */
  public long realHalfNanos;
  /** The host's MONOTONIC_RAW. */
  public long rawNanos;
  /** The host's BOOTTIME. */
  public long bootNanos;
  /** Whether the host says that its clock is synchronised. */
  public boolean isSynchronized;
  /** Whether the host could be asked how good its clock is. */
  public boolean isQualityKnown;
  /** The bound that the host declares for its REALTIME; MAX when it vouches for nothing. */
  public long maxErrorNanos;
  /** TAI minus UTC in seconds; 0 when the host does not know. */
  public int taiOffsetSeconds;
  /** What the host announces for the end of the UTC day: a second more is +1, one less is -1. */
  public int leapSign;
  /** Whether the host's clock was set since the last sample, as far as the kernel told us. */
  public boolean wasSet;

  /** An empty sample. */
  public HostSample() {}

  /** Makes this a copy of another. */
  public void copyFrom(HostSample other) {
    cycles = other.cycles;
    monoNanos = other.monoNanos;
    monoHalfNanos = other.monoHalfNanos;
    realNanos = other.realNanos;
    realHalfNanos = other.realHalfNanos;
    rawNanos = other.rawNanos;
    bootNanos = other.bootNanos;
    isSynchronized = other.isSynchronized;
    isQualityKnown = other.isQualityKnown;
    maxErrorNanos = other.maxErrorNanos;
    taiOffsetSeconds = other.taiOffsetSeconds;
    wasSet = other.wasSet;
  }

  /** REALTIME minus MONOTONIC. */
  public long realOffsetNanos() {
    return realNanos - monoNanos;
  }

  /** BOOTTIME minus MONOTONIC: the time that the machine slept. */
  public long bootOffsetNanos() {
    return bootNanos - monoNanos;
  }

  /** How far {@link #realOffsetNanos} may be off. */
  public long realOffsetHalfNanos() {
    return realHalfNanos + monoHalfNanos;
  }
}

package org.timehands.bench.timeout.subject;

/**
 * Somebody's wheel that is stepped by hand, and whose clock goes on while it is worked on: after so
 * much work its user says what time it is, as the users of all such wheels do.
 *
 * <p>Time counts only while there is work, and each is told of a new tick once. The delay grows
 * with the number of places beyond 400 000, since what is worked on more seldom would expire in
 * between; cancelling before that is the load. A slow wheel that lets some expire is cheaper off
 * for it.
 */
abstract class ByHand extends Subject {
  /** Nanoseconds in a tick. */
  static final long NANOS_PER_TICK = 1_000_000;

  private static final int USUAL_PLACES = 400_000;

  private long scale = 1;
  private long nanos;
  private long tick;

  @Override
  public final void prepare(int places) {
    scale = Math.max(1, places / USUAL_PLACES);
    make(places);
  }

  /** As {@link #prepare}, when it is known how far ahead it arms. */
  abstract void make(int places);

  /** The tick at which a place expires that is armed now. */
  final long expiry(int more) {
    return tick + (DELAY_TICKS + more) * scale;
  }

  /** The most ticks that anything is armed ahead. */
  final long reach() {
    return (DELAY_TICKS + MORE - 1) * scale;
  }

  /** Until all that was armed at first would have expired. */
  @Override
  public final long ageNanos() {
    return reach() * NANOS_PER_TICK;
  }

  @Override
  public final void worked(long forNanos) {
    nanos += forNanos;
    long now = nanos / NANOS_PER_TICK;
    if (now != tick) {
      tick = now;
      advance(now, Integer.MAX_VALUE);
    }
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException("stepped by hand");
  }

  @Override
  public abstract int advance(long toTick, int limit);
}

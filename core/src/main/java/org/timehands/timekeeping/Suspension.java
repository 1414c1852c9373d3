package org.timehands.timekeeping;

/**
 * How long the machine slept by a persistent clock that counts whole seconds only, so that what it
 * rounds off does not add up over many sleeps: the rule of Linux's timekeeping_suspend. Guarded by
 * its owner's lock.
 */
final class Suspension {
  private static final long LARGE_NANOS = 2_000_000_000L;

  private long usualNanos;
  private long beganNanos;

  /**
   * The machine is about to sleep.
   *
   * @param realNanos REALTIME
   * @param persistentNanos what the persistent clock says
   */
  void begin(long realNanos, long persistentNanos) {
    long apart = realNanos - persistentNanos;
    long drifted = apart - usualNanos;
    beganNanos = persistentNanos;
    if (Math.abs(drifted) >= LARGE_NANOS) {
      usualNanos = apart; // The first time, or somebody has set a clock.
    } else {
      beganNanos += drifted;
    }
  }

  /** How long it has slept, if the persistent clock says so much now; 0 if that went back. */
  long sleptNanos(long persistentNanos) {
    return Math.max(0, persistentNanos - beganNanos);
  }
}

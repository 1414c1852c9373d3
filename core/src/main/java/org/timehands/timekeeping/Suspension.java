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
  private boolean isTold;

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
    isTold = true;
    if (Math.abs(drifted) >= LARGE_NANOS) {
      usualNanos = apart; // The first time, or somebody has set a clock.
    } else {
      beganNanos += drifted;
    }
  }

  /** The machine is about to sleep, and nobody says what the persistent clock says. */
  void beginUntold() {
    isTold = false;
  }

  /**
   * How long it has slept, if the persistent clock says so much now; 0 if that went back.
   *
   * @throws IllegalStateException if nobody told what it said before
   */
  long sleptNanos(long persistentNanos) {
    if (!isTold) {
      throw new IllegalStateException(
          "what the persistent clock said before the sleep is not known: suspend with its time, or"
              + " resume with the time slept");
    }
    return Math.max(0, persistentNanos - beganNanos);
  }
}

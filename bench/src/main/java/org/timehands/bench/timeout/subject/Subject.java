package org.timehands.bench.timeout.subject;

/**
 * Somebody's timeouts, numbered by places: a user who keeps as many handles as there are places.
 *
 * <p>A JVM that measures loads one of these, so that calls to it are as direct as a user's own.
 */
public abstract class Subject implements AutoCloseable {
  /** What all that any thread may arm are armed for, and up to 255 ms more; so none runs. */
  protected static final long DELAY_NANOS = 30_000_000_000L;

  /** What those stepped by hand are armed for: ticks of a millisecond, and up to 255 more. */
  protected static final int DELAY_TICKS = 500;

  /** One place more or less: up to 255. */
  static final int MORE = 256;

  private static final long MILLI = 1_000_000;

  /** Made once for each JVM. */
  protected Subject() {}

  /** Makes whatever the user has without any timeout armed: the array, and what is kept. */
  public abstract void prepare(int places);

  /** Arms at a place where nothing is armed. */
  public abstract void arm(int place, int more);

  /** Cancels at a place; whether it was told that this was in time. */
  public abstract boolean cancel(int place);

  /** Cancels at a place and arms there anew. */
  public abstract void cancelAndArm(int place, int more);

  /** Arms at a place that is armed, by the call that answers whether it was. */
  public void armAnew(int place, int more) {
    cancelAndArm(place, more);
  }

  /** Puts off at a place that is armed: the keep-alive of a connection. */
  public void putOff(int place, int more) {
    armAnew(place, more);
  }

  /** Whether {@link #armAnew} is a call of its own. */
  public boolean armsAnew() {
    return false;
  }

  /** Whether {@link #putOff} is a call of its own. */
  public boolean putsOff() {
    return false;
  }

  /** Arms a task once. */
  public abstract void run(long delayNanos, Runnable task);

  /** How long it is worked on before it is measured. */
  public long ageNanos() {
    return 0;
  }

  /**
   * Tells that its user has worked for so long since the last call, or since it was prepared; one
   * that is stepped by hand learns the time from it.
   */
  public void worked(long forNanos) {}

  /**
   * Moves the clock of one that is stepped by hand, and runs what is due.
   *
   * @return how many ran
   */
  public int advance(long toTick, int limit) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " has its own thread");
  }

  @Override
  public void close() {}

  /** The delay of a place in nanoseconds. */
  protected static long delayNanos(int more) {
    return DELAY_NANOS + more * MILLI;
  }
}

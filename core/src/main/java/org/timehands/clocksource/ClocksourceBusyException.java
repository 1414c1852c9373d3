package org.timehands.clocksource;

/**
 * A clocksource that cannot be given up now, because nothing can take its place: EBUSY in Linux.
 * The message says what to do.
 */
public final class ClocksourceBusyException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** With what is in use, and what to do. */
  public ClocksourceBusyException(String message) {
    super(message);
  }
}

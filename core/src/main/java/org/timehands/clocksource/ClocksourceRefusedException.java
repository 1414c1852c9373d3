package org.timehands.clocksource;

/** A clocksource that failed its probe and was not registered; the message says why. */
public final class ClocksourceRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /** With what was found. */
  public ClocksourceRefusedException(String message) {
    super(message);
  }
}

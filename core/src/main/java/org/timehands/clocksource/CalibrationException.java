package org.timehands.clocksource;

/** A refusal to calibrate: the readings admit no slope. The message says which and what to do. */
public final class CalibrationException extends Exception {
  private static final long serialVersionUID = 1;

  /** A refusal with its reason in words. */
  public CalibrationException(String message) {
    super(message);
  }
}

package org.timehands.timekeeping;

import java.util.Objects;

/** A change of a clock that is right in itself came at a time when nothing may be changed. */
public final class TimekeepingStateException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Why not. */
  public enum Why {
    /** The clocks are suspended: resume them first. */
    SUSPENDED,
    /** The write side was closed: begin another one. */
    CLOSED,
    /** Called from inside a step of the writer itself, which would wait for itself. */
    INSIDE_WRITER
  }

  private final Why why;

  TimekeepingStateException(Why why, String message) {
    super(message);
    this.why = Objects.requireNonNull(why, "why");
  }

  /** Why not. */
  public Why why() {
    return why;
  }
}

package org.timehands.timeline;

/** Thrown when a page cannot be used; the message says what is wrong, and what to do. */
public final class PageFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With one line that says the value found, what is allowed, and what to do. */
  public PageFormatException(String message) {
    super(message);
  }
}

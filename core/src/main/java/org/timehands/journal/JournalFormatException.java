package org.timehands.journal;

import java.io.IOException;

/** A file is no journal, or one of another version, or its header is damaged. */
public final class JournalFormatException extends IOException {
  private static final long serialVersionUID = 1;

  /** An exception that says what is wrong and what to do. */
  public JournalFormatException(String message) {
    super(message);
  }
}

package org.timehands.discipline;

import java.io.IOException;

/** A leap table that is refused; the message says where and what is allowed instead. */
public final class LeapTableException extends IOException {
  private static final long serialVersionUID = 1;

  LeapTableException(String message) {
    super(message);
  }
}

package org.timehands.stress.walls;

/** One place that breaks a rule: where, and what to do instead. */
record Violation(String file, long line, String message) {
  @Override
  public String toString() {
    return file + ":" + line + ": " + message;
  }
}

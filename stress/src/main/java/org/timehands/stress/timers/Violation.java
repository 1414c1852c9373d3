package org.timehands.stress.timers;

/** A rule that a schedule broke. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  final String rule;

  Violation(String rule, String detail) {
    super(detail);
    this.rule = rule;
  }
}

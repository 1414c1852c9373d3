package org.timehands.stress.interleave;

/** A broken promise of the library, found by the checker. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The rule that was broken: MONO, PURE, ... */
  final String rule;

  Violation(String rule, String detail) {
    super(detail, null, false, false);
    this.rule = rule;
  }
}

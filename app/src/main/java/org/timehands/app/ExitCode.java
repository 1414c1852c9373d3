package org.timehands.app;

/** What a command's exit code says; the launcher uses the same. */
final class ExitCode {
  /** Done. */
  static final int OK = 0;

  /** Failed for a reason that no other code names. */
  static final int FAILED = 1;

  /** An option, an environment variable or a stamp is wrong. */
  static final int USAGE = 2;

  /** Something that is needed is missing on this machine. */
  static final int PREREQUISITE = 3;

  /** A shared page cannot be used: foreign, damaged, or owned by another process. */
  static final int PAGE_REFUSED = 4;

  private ExitCode() {}
}

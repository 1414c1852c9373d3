package org.timehands.app;

/** The end of a command that cannot do what it was asked for: one line, and the exit code. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  /**
   * A failure.
   *
   * @param exitCode one of {@link ExitCode}
   * @param message the value that is wrong, what is allowed, what to do; one line
   */
  Failure(int exitCode, String message) {
    this(exitCode, message, null);
  }

  Failure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static Failure usage(String message) {
    return new Failure(ExitCode.USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }
}

package org.timehands.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into an orderly end: the command sees {@link #isRequested}, releases
 * what it holds, and says so by {@link #finish}; the process then ends with its code instead of the
 * signal's.
 *
 * <pre>
 * field     | read     | write    | guard
 * requested | volatile | volatile | none: set once
 * exitCode  | volatile | volatile | finished
 * </pre>
 */
final class Shutdown implements AutoCloseable {
  /* An end that takes longer than this will not come. */
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::onSignal, "timehands-shutdown");
  private volatile boolean requested;
  private volatile int exitCode = ExitCode.FAILED;

  Shutdown() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the command should end. */
  boolean isRequested() {
    return requested;
  }

  /** Says that everything is released and written. */
  void finish(int code) {
    exitCode = code;
    finished.countDown();
  }

  private void onSignal() {
    requested = true;
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException interrupted) {
      return;
    }
    // The JVM would end with 128 + the signal's number, and an ordinary exit is no longer possible.
    Runtime.getRuntime().halt(exitCode);
  }

  /** Lets the process end in the ordinary way again, unless it is ending already. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The hook is at work, and ends the process.
    }
  }
}

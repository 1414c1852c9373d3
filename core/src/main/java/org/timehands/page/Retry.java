package org.timehands.page;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.timehands.clockevent.Pause;

/** How often, and how fast, files are looked at again while somebody puts others in their place. */
final class Retry {
  static final int MAX_TRIES = 100;
  private static final long PAUSE_NANOS = 1_000_000;

  private Retry() {}

  static void pause() throws IOException {
    try {
      Pause.upTo(PAUSE_NANOS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a page was being replaced");
    }
  }
}

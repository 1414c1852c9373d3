package org.timehands.timekeeping;

import java.lang.System.Logger.Level;
import java.util.Objects;
import org.timehands.clockevent.Pause;

/**
 * A thread that calls {@link Timekeeping#advance} when a second begins, about: for a timekeeping
 * that runs live. Being late costs little, see there. Thread-safe.
 */
/*
 * field   | read     | write    | guard
 * stopped | volatile | volatile | none: written once
 */
public final class TimekeepingDriver implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TimekeepingDriver.class.getName());

  /** A listener that does not return is waited for no longer. */
  private static final long LAST_CALL_MILLIS = 1_000;

  private final Timekeeping keeping;
  private final Thread thread;
  private volatile boolean stopped;

  /** A driver, not started yet. */
  public TimekeepingDriver(Timekeeping keeping) {
    this.keeping = Objects.requireNonNull(keeping, "keeping");
    this.thread = Thread.ofPlatform().daemon().name("timehands-driver").unstarted(this::run);
  }

  /** Starts it; once. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopped) {
        Timekeeper clocks = keeping.clocks();
        long until = clocks.monotonicNanos() + keeping.untilNextSecondNanos();
        for (long now = clocks.monotonicNanos(); now < until && !stopped; ) {
          Pause.upTo(until - now);
          now = clocks.monotonicNanos();
        }
        advance();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void advance() {
    try {
      if (!stopped) {
        keeping.advance();
      }
    } catch (RuntimeException failed) {
      // Readers go on along the last line; the next second may go better.
      LOG.log(Level.WARNING, "the seconds could not be told to the timekeeping", failed);
    }
  }

  /** Whether it runs. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** Ends it, waiting for a call that is under way; the clocks go on along their last line. */
  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    try {
      if (!Thread.currentThread().equals(thread)) {
        thread.join(LAST_CALL_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

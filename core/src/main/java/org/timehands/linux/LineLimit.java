package org.timehands.linux;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets a line into the log at most once in {@link #INTERVAL_NANOS}, and counts those held back, as
 * the kernel's {@code printk_ratelimit} does: for what happens often once it happens at all.
 *
 * <p>Thread-safe.
 */
/*
 * field               | read       | write      | guard
 * saidNanos, heldBack | under this | under this | this
 */
public final class LineLimit {
  /** Between two lines. */
  public static final long INTERVAL_NANOS = 10_000_000_000L;

  private static final long NEVER = Long.MIN_VALUE;

  private final LongSupplier clock;
  private long saidNanos = NEVER;
  private long heldBack;

  /** By the host's MONOTONIC. */
  public LineLimit() {
    this(() -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC));
  }

  /**
   * By another clock.
   *
   * @param clock nanoseconds, never going back
   */
  public LineLimit(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * Logs a warning, with how many were held back since the last one, unless this one is.
   *
   * @param log where
   * @param line made only if it is logged
   */
  public void warn(System.Logger log, Supplier<String> line) {
    String held = admit();
    if (held != null) {
      log.log(System.Logger.Level.WARNING, line.get() + held);
    }
  }

  /** What to end a line with: empty, or how many were held back; null if this one is. */
  synchronized String admit() {
    long now = clock.getAsLong();
    if (saidNanos != NEVER && now - saidNanos < INTERVAL_NANOS) {
      heldBack++;
      return null;
    }
    saidNanos = now;
    long before = heldBack;
    heldBack = 0;
    return before == 0 ? "" : "; " + before + " like it before were not logged";
  }
}

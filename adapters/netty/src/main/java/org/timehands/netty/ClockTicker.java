package org.timehands.netty;

import io.netty.util.concurrent.Ticker;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.Timeouts;

/** Netty's {@link Ticker} on a clock of ours: for event loops and channels that take one. */
public final class ClockTicker implements Ticker {
  /** So much longer than asked the host's clock has to say before the wheel is given up. */
  private static final long BOUND_NANOS = 1_000_000_000;

  private final LongSupplier nanos;
  private final Timeouts timeouts;
  private final long initialNanos;

  /**
   * A ticker.
   *
   * @param nanos a clock that never goes back, such as {@code clocks::monotonicNanos}
   * @param timeouts wake its sleepers; over the same clock
   */
  public ClockTicker(LongSupplier nanos, Timeouts timeouts) {
    this.nanos = Objects.requireNonNull(nanos, "nanos");
    this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
    this.initialNanos = nanos.getAsLong();
  }

  @Override
  public long initialNanoTime() {
    return initialNanos;
  }

  @Override
  public long nanoTime() {
    return nanos.getAsLong();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the timeouts are shut down, before or meanwhile; in the latter
   *     case when the host's clock says that the sleep is over
   */
  @Override
  public void sleep(long delayUnits, TimeUnit unit) throws InterruptedException {
    long delay = unit.toNanos(delayUnits);
    long until = nanos.getAsLong() + Math.max(0, delay);
    for (long left = delay; left > 0; left = until - nanos.getAsLong()) {
      if (timeouts.isClosed()) {
        throw new IllegalStateException(
            "the timeouts that wake this ticker's sleepers are shut down: make one over others");
      }
      part(Math.min(left, timeouts.maxDelayNanos()));
    }
  }

  /** Nobody would wake who sleeps when the timeouts are shut down, so the wait is bounded. */
  private void part(long delayNanos) throws InterruptedException {
    CountDownLatch woken = new CountDownLatch(1);
    Timeout armed = timeouts.after(delayNanos, timeout -> woken.countDown());
    try {
      boolean _ = woken.await(delayNanos + BOUND_NANOS, TimeUnit.NANOSECONDS);
    } finally {
      armed.cancel();
    }
  }
}

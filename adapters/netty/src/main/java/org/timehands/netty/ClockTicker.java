package org.timehands.netty;

import io.netty.util.concurrent.Ticker;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.timehands.timeout.Timeouts;

/** Netty's {@link Ticker} on a clock of ours: for event loops and channels that take one. */
public final class ClockTicker implements Ticker {
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

  @Override
  public void sleep(long delayUnits, TimeUnit unit) throws InterruptedException {
    long delay = unit.toNanos(delayUnits);
    long until = nanos.getAsLong() + Math.max(0, delay);
    while (nanos.getAsLong() - until < 0) {
      java.util.concurrent.CountDownLatch woken = new java.util.concurrent.CountDownLatch(1);
      long left = Math.min(until - nanos.getAsLong(), timeouts.maxDelayNanos());
      timeouts.after(Math.max(0, left), timeout -> woken.countDown());
      woken.await();
    }
  }
}

package org.timehands.timeout;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * A point in time until which a piece of work has to be done: made once, and passed down, so that
 * each blocking call on the way waits for what is left and not for a timeout of its own.
 *
 * <pre>{@code
 * Deadline deadline = Deadline.after(clocks::monotonicNanos, Duration.ofSeconds(2));
 * connection = connect(deadline);
 * reply = queue.poll(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
 * }</pre>
 *
 * <p>Immutable, for any thread that shares the clock.
 */
public final class Deadline {
  /** The deadline that never comes. */
  public static final Deadline NEVER = new Deadline(() -> 0, Long.MAX_VALUE);

  private final LongSupplier nanos;
  private final long atNanos;

  private Deadline(LongSupplier nanos, long atNanos) {
    this.nanos = nanos;
    this.atNanos = atNanos;
  }

  /**
   * A deadline so long from now.
   *
   * @param nanos a clock that never goes back
   * @param delay how long; what would overflow the clock is {@link #NEVER}
   */
  public static Deadline after(LongSupplier nanos, Duration delay) {
    long now = Objects.requireNonNull(nanos, "nanos").getAsLong();
    long most = Long.MAX_VALUE - Math.max(0, now);
    boolean beyond = delay.compareTo(Duration.ofNanos(most)) >= 0;
    boolean below = delay.compareTo(Duration.ofNanos(Long.MIN_VALUE / 2)) < 0;
    if (beyond) {
      return NEVER;
    }
    return new Deadline(nanos, now + (below ? Long.MIN_VALUE / 2 : delay.toNanos()));
  }

  /** What is left, in nanoseconds; zero once it is past, Long.MAX_VALUE for {@link #NEVER}. */
  public long remainingNanos() {
    return atNanos == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, atNanos - nanos.getAsLong());
  }

  /** What is left; zero once it is past. */
  public Duration remaining() {
    return Duration.ofNanos(remainingNanos());
  }

  /** Whether it is past. */
  public boolean isPast() {
    return remainingNanos() == 0;
  }

  /**
   * Goes on if there is time left.
   *
   * @param work what takes so long, for the message
   * @throws TimeoutException if it is past
   */
  public void check(String work) throws TimeoutException {
    if (isPast()) {
      throw new TimeoutException(work + " is past its deadline by " + -overNanos() + " ns");
    }
  }

  private long overNanos() {
    return atNanos - nanos.getAsLong();
  }

  /** Whichever of two deadlines of one clock comes first. */
  public Deadline min(Deadline other) {
    return atNanos <= other.atNanos ? this : other;
  }

  @Override
  public String toString() {
    return this == NEVER ? "Deadline[never]" : "Deadline[" + overNanos() + " ns left]";
  }
}

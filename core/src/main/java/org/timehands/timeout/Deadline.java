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
 * <p>A call that takes no timeout of its own is guarded: {@link #guard} ends its wait.
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

  /**
   * Calls something that blocks, and interrupts it at this deadline: for what waits without a limit
   * of its own.
   *
   * <pre>{@code
   * Reply reply = deadline.guard(timeouts, () -> replies.take());
   * }</pre>
   *
   * <p>Calls may be guarded within guarded calls: whichever deadline comes first interrupts, and is
   * the one that fails. When this returns or throws, no interrupt is left behind or to come. A
   * thread that somebody else had interrupted by the deadline is interrupted after it, whatever the
   * call made of that; an interrupt by somebody else between the deadline and the end of the call
   * cannot be told from ours.
   *
   * <p>It ends what an interrupt ends: waits, sleeps, channels (which it closes), sockets on
   * virtual threads; not a wait for a monitor, and not {@code java.net.Socket} on a platform thread
   * ({@code setSoTimeout} by {@link #remainingNanos} is for that). Late as any timeout is, never
   * early. Once the timeouts are shut down, what they guarded goes on unguarded. Not to be called
   * on the thread that runs those timeouts, which cannot interrupt itself.
   *
   * @param timeouts run on this deadline's clock
   * @param work what to call, on this thread
   * @return what it returned, however late
   * @throws X what it threw before the deadline
   * @throws TimeoutException if this deadline, or that of a guarded call around this one, is past,
   *     without calling; or if the call threw after it, which is the cause then
   * @throws IllegalStateException if the timeouts are shut down
   */
  public <T, X extends Throwable> T guard(
      Timeouts timeouts, ScopedValue.CallableOp<? extends T, X> work) throws X, TimeoutException {
    return GuardedCall.run(timeouts, this, work);
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

package org.timehands.netty;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A timeout as Netty wants it: it remembers how it ended. What runs on the wheel is this itself, so
 * that a report of what was slow or threw tells the task.
 */
final class NettyTimeout extends AtomicInteger
    implements Timeout, Consumer<org.timehands.timeout.Timeout> {
  /*
   * The integer itself: pending, then one compare-and-set to cancelled or expired.
   */
  private static final long serialVersionUID = 1;
  private static final int PENDING = 0;
  private static final int CANCELLED = 1;
  private static final int EXPIRED = 2;
  private static final ThreadLocal<TimeoutsTimer> RUNNING = new ThreadLocal<>();

  private final transient TimeoutsTimer timer;
  private final transient TimerTask task;
  private final long atNanos;
  private transient org.timehands.timeout.Timeout timeout;

  NettyTimeout(TimeoutsTimer timer, TimerTask task, long atNanos) {
    this.timer = timer;
    this.task = task;
    this.atNanos = atNanos;
  }

  /** Whether this thread runs a task of a timer. */
  static boolean isRunningOn(TimeoutsTimer timer) {
    return RUNNING.get() == timer;
  }

  /** Arms for as much of the delay as the wheel takes; synchronized with those that cancel. */
  synchronized void arm(long delayNanos) {
    if (get() == PENDING) {
      long part = Math.min(delayNanos, timer.timeouts().maxDelayNanos());
      timeout = timer.timeouts().after(part, this, this);
    }
  }

  @Override
  public void accept(org.timehands.timeout.Timeout due) {
    long left = atNanos - timer.now();
    if (left > 0) {
      arm(left);
    } else if (compareAndSet(PENDING, EXPIRED)) {
      timer.left();
      RUNNING.set(timer);
      try {
        task.run(this);
      } catch (RuntimeException | Error thrown) {
        throw thrown; // the wheel reports it
      } catch (Exception thrown) {
        throw new IllegalStateException(thrown);
      } finally {
        RUNNING.remove();
      }
    }
  }

  @Override
  public Timer timer() {
    return timer;
  }

  @Override
  public TimerTask task() {
    return task;
  }

  @Override
  public boolean isExpired() {
    return get() == EXPIRED;
  }

  @Override
  public boolean isCancelled() {
    return get() == CANCELLED;
  }

  @Override
  public boolean cancel() {
    if (!end()) {
      return false;
    }
    try {
      task.cancelled(this);
    } catch (Throwable thrown) { // of any kind: other languages check none
      timer.failed(task, thrown);
    }
    return true;
  }

  /** Cancels, and does not tell the task: the timer is stopped, and hands this back. */
  boolean end() {
    if (!compareAndSet(PENDING, CANCELLED)) {
      return false;
    }
    timer.left();
    synchronized (this) {
      if (timeout != null) {
        timeout.cancel();
      }
    }
    return true;
  }

  @Override
  public String toString() {
    long left = atNanos - timer.now();
    String when = left > 0 ? left + " ns later" : -left + " ns ago";
    return "Timeout[" + when + (isCancelled() ? ", cancelled" : isExpired() ? ", expired" : "")
        + ", task: " + task + "]";
  }
}

package org.timehands.timeout;

import java.util.concurrent.TimeoutException;

/**
 * One call that must not outlast its deadline, and the thread in it: see {@link Deadline#guard}.
 *
 * <p><b>A stranger is never interrupted.</b> The wheel must not decide first and interrupt later:
 *
 * <pre>
 *   thread in the call                 thread of the timeouts
 *                                      the call has not ended
 *   the call ends, guard() returns
 *   queue.take(), of somebody else     interrupt()            the stranger's take is over
 * </pre>
 *
 * <p>So it does both under the lock under which the call ends: either there is no interrupt, or it
 * is there before the end, which takes it back ({@code GuardMutantTest}).
 *
 * <p><b>An outer guard's interrupt is not lost, and no stranger's.</b> There is one flag to a
 * thread. If the deadline of a call around this one comes too, the end of this one would take that
 * interrupt back as well, and whatever the outer call waits for next would never end. And who
 * interrupts second finds the flag set, and must not take it for a stranger's. So all guarded calls
 * of a thread share one lock and one count of those that have interrupted it and not ended yet:
 * only the first asks for strangers, and only the last clears the flag, if there was none.
 */
final class GuardedCall {
  /*
   * field       | read   | write  | guard
   * ended       | locked | locked | outermost
   * interrupted | locked | locked | outermost
   * waiting     | locked | locked | this, where it is the outermost
   * stranger    | locked | locked | this, where it is the outermost
   */
  private static final ScopedValue<GuardedCall> INNERMOST = ScopedValue.newInstance();

  private final Thread thread = Thread.currentThread();
  private final GuardedCall outer = around();
  private final GuardedCall outermost = outer == null ? this : outer.outermost;
  private final Timeouts timeouts;
  private final Deadline deadline;
  private final Timeout timeout;
  private boolean ended;
  private boolean interrupted;
  private int waiting; // calls whose interrupt is not taken back yet
  private boolean stranger; // had interrupted the thread before the first of them

  private GuardedCall(Timeouts timeouts, Deadline deadline) {
    this.timeouts = timeouts;
    this.deadline = deadline;
    this.timeout = timeouts.timeout(_ -> due());
  }

  /** The innermost call of this thread; a scope's threads inherit what is not theirs. */
  private static GuardedCall around() {
    GuardedCall inherited = INNERMOST.isBound() ? INNERMOST.get() : null;
    boolean own = inherited != null && inherited.thread.equals(Thread.currentThread());
    return own ? inherited : null;
  }

  static <T, X extends Throwable> T run(
      Timeouts timeouts, Deadline deadline, ScopedValue.CallableOp<? extends T, X> work)
      throws X, TimeoutException {
    GuardedCall call = new GuardedCall(timeouts, deadline);
    for (GuardedCall each = call; each != null; each = each.outer) {
      each.deadline.check("a guarded call");
    }
    try {
      call.arm();
      return ScopedValue.where(INNERMOST, call).call(work);
    } catch (Error broken) {
      throw broken;
    } catch (Throwable thrown) {
      if (!call.end()) {
        throw thrown;
      }
      TimeoutException late = new TimeoutException("a guarded call was ended by its deadline");
      late.initCause(thrown);
      throw late;
    } finally {
      call.end();
    }
  }

  private void arm() {
    if (timeouts.isClosed()) {
      throw new IllegalStateException(
          "these timeouts are shut down: they cannot guard a call any more");
    }
    timeouts.arm(timeout, Math.min(deadline.remainingNanos(), timeouts.maxDelayNanos()));
  }

  /** On the thread of the timeouts, or their executor. */
  private void due() {
    synchronized (outermost) {
      if (ended || interrupted) {
        return;
      }
      if (!deadline.isPast()) {
        arm(); // beyond the wheel's longest delay
        return;
      }
      if (outermost.waiting++ == 0) {
        outermost.stranger = thread.isInterrupted();
      }
      interrupted = true;
      thread.interrupt();
    }
  }

  /**
   * On the thread of the call.
   *
   * @return whether the deadline came before the end
   */
  private boolean end() {
    boolean late;
    synchronized (outermost) {
      if (interrupted && !ended) {
        takeBack();
      }
      ended = true;
      late = interrupted;
    }
    timeouts.shutdown(timeout); // not before: one that looks again arms it
    return late;
  }

  private void takeBack() {
    // A stranger's is set again: what it has ended is told as a timeout, and nobody would hear.
    if (--outermost.waiting > 0 || outermost.stranger) {
      thread.interrupt();
    } else {
      boolean _ = Thread.interrupted();
    }
  }
}

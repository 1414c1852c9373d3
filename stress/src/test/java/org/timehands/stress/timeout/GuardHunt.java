package org.timehands.stress.timeout;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.timehands.testing.Await;
import org.timehands.timeout.Deadline;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/** Guarded calls at virtual time, and what is wrong with them; null if nothing is. */
public final class GuardHunt implements Supplier<String> {
  private static final long MILLI = 1_000_000;
  private static final long PATIENCE_SECONDS = 120;

  private final Queue<Runnable> handed = new ArrayDeque<>();
  private volatile long nanos = 1_000 * MILLI;
  private volatile Thread ending;
  private volatile boolean mayEnd;
  private Timeouts timeouts = Timeouts.byHand(() -> nanos, TimeoutsOptions.DEFAULT);

  @Override
  public String get() {
    try {
      String found = onThread(this::takenBack);
      found = found != null ? found : onThread(this::race);
      found = found != null ? found : onThread(this::nested);
      found = found != null ? found : onThread(this::begunTooLate);
      found = found != null ? found : onThread(this::stranger);
      found = found != null ? found : onThread(this::strangerEndsIt);
      found = found != null ? found : onThread(this::far);
      found = found != null ? found : onThread(this::endsBesideALook);
      return found != null ? found : onThread(this::handedOver);
    } catch (InterruptedException | ExecutionException thrown) {
      return thrown.toString();
    }
  }

  private static String onThread(Callable<String> scene)
      throws InterruptedException, ExecutionException {
    FutureTask<String> task = new FutureTask<>(scene);
    Thread.ofPlatform().daemon().start(task);
    try {
      return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException never) {
      return "does not end";
    }
  }

  private Deadline in(long millis) {
    return Deadline.after(() -> nanos, Duration.ofMillis(millis));
  }

  /** Whether the deadline ended the call. */
  private boolean isLate(Deadline deadline, ScopedValue.CallableOp<?, Exception> work)
      throws Exception {
    try {
      deadline.guard(timeouts, work);
      return false;
    } catch (TimeoutException late) {
      return true;
    }
  }

  /** Time passes by another thread: one that polls keeps its own interrupts apart. */
  private void pass(long millis) {
    awaitEnd(passing(millis));
  }

  private static void awaitEnd(Thread other) {
    // An interrupt would end a join.
    Await.until(() -> !other.isAlive(), "the other thread has ended");
  }

  private Thread passing(long millis) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              nanos += millis * MILLI;
              while (timeouts.poll() == Long.MIN_VALUE) {
                Thread.onSpinWait();
              }
            });
  }

  private String passAndThrow(long millis) {
    pass(millis / 2);
    pass(millis / 2);
    throw new IllegalStateException("planted");
  }

  private static boolean isInterrupted() {
    return Thread.currentThread().isInterrupted();
  }

  /** A thread whose interrupt comes when its call has ended, or waits for it to be over. */
  private static final class Reluctant extends Thread {
    volatile boolean wanted;
    volatile boolean back;
    volatile boolean done;
    volatile boolean stray;

    Reluctant(Runnable work) {
      super(work, "reluctant");
    }

    @Override
    public void interrupt() {
      wanted = true;
      Await.until(() -> back || getState() == State.BLOCKED, "the call has ended, or waits");
      super.interrupt();
      done = true;
    }
  }

  private String race() throws Exception {
    Deadline deadline = in(20);
    ScopedValue.CallableOp<?, Exception> ends =
        () -> {
          Reluctant self = (Reluctant) Thread.currentThread();
          Await.until(() -> self.wanted, "an interrupt is wanted");
          return null;
        };
    Reluctant guarded =
        new Reluctant(
            () -> {
              Reluctant self = (Reluctant) Thread.currentThread();
              try {
                isLate(deadline, ends);
              } catch (Exception unexpected) {
                throw new IllegalStateException(unexpected);
              }
              self.back = true;
              Await.until(() -> self.done, "the interrupt has come");
              self.stray = isInterrupted();
            });
    guarded.start();
    Await.until(
        () -> {
          timeouts.poll();
          return timeouts.stats().places() > 0;
        },
        "the deadline is armed");
    pass(40);
    guarded.join();
    return guarded.stray ? "an interrupt came after the end of the call" : null;
  }

  private String takenBack() throws Exception {
    if (isLate(in(20), () -> "at once")) {
      return "late though done at once";
    }
    timeouts.poll();
    if (timeouts.stats().places() != 0) {
      return "armed after the end of the call";
    }
    if (!isLate(in(20), () -> passAndThrow(40))) {
      return "not late";
    }
    return isInterrupted() ? "an interrupt was left behind" : null;
  }

  private String nested() throws Exception {
    boolean[] kept = new boolean[1];
    Deadline outer = in(20);
    Deadline inner = in(10); // its interrupt is the first
    isLate(
        outer,
        () -> {
          isLate(inner, () -> passAndThrow(40));
          kept[0] = isInterrupted();
          return null;
        });
    if (isInterrupted()) {
      return "the outer interrupt was left behind";
    }
    return kept[0] ? null : "the outer interrupt was lost";
  }

  private String begunTooLate() throws Exception {
    boolean[] called = new boolean[1];
    isLate(
        in(20),
        () -> {
          pass(40);
          boolean _ = Thread.interrupted();
          return isLate(in(200), () -> called[0] = true);
        });
    return called[0] ? "called past the outer deadline" : null;
  }

  private String stranger() throws Exception {
    isLate(
        in(20),
        () -> {
          Thread.currentThread().interrupt();
          return passAndThrow(40);
        });
    return isInterrupted() ? null : "a stranger's interrupt was taken";
  }

  private String strangerEndsIt() throws Exception {
    isLate(
        in(20),
        () -> {
          Thread.currentThread().interrupt();
          pass(40);
          Thread.sleep(1);
          return null;
        });
    return isInterrupted() ? null : "a stranger's interrupt was lost";
  }

  private String far() throws Exception {
    long limitMillis = 2 * timeouts.maxDelayNanos() / MILLI;
    Deadline deadline = in(limitMillis);
    boolean[] interrupted = new boolean[1];
    boolean[] past = new boolean[1];
    isLate(
        deadline,
        () -> {
          for (int i = 0; i < 64 && !isInterrupted(); i++) {
            pass(limitMillis / 32);
          }
          interrupted[0] = isInterrupted();
          past[0] = deadline.isPast();
          return null;
        });
    return !past[0] ? "interrupted before its deadline"
        : interrupted[0] ? null : "never interrupted";
  }

  /** The clock of a deadline, on which the thread of the timeouts looks while the call ends. */
  private long slowNanos() {
    Thread other = ending;
    if (other != null && !other.equals(Thread.currentThread())) {
      mayEnd = true;
      // Longer than whoever waits for this thread, who tells.
      Await.until(
          () -> other.getState() == Thread.State.BLOCKED,
          "the end of the call waits for this look",
          2 * Await.PATIENCE_SECONDS);
    }
    return nanos;
  }

  private String endsBesideALook() throws Exception {
    long limitNanos = 2 * timeouts.maxDelayNanos();
    Deadline deadline = Deadline.after(this::slowNanos, Duration.ofNanos(limitNanos));
    Thread[] looking = new Thread[1];
    isLate(
        deadline,
        () -> {
          ending = Thread.currentThread();
          looking[0] = passing(limitNanos / MILLI * 3 / 4);
          Await.until(() -> mayEnd, "the clock is looked at");
          return null;
        });
    awaitEnd(looking[0]);
    return timeouts.stats().failed() == 0 ? null : "armed again after its end";
  }

  /** What the executor was given comes after the end. */
  private String handedOver() throws Exception {
    timeouts = Timeouts.byHand(() -> nanos, TimeoutsOptions.DEFAULT.on(handed::add));
    isLate(
        in(20),
        () -> {
          pass(40);
          return null;
        });
    if (handed.isEmpty()) {
      return "never due";
    }
    handed.forEach(Runnable::run);
    return isInterrupted() ? "interrupted after the end of the call" : null;
  }
}

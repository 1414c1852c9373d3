package org.timehands.app.experiment;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.timehands.clockevent.Pause;
import org.timehands.clocksource.ClockSource;
import org.timehands.linux.Cpus;

/**
 * The scenario on this machine: an updater that really sleeps between computing and publishing,
 * and a reader on another CPU that counts what it sees.
 */
/*
 *   field  | read     | write    | guard
 *   ended  | volatile | volatile | none: set once, by the updater
 */
final class StallLive {
  private final ClockSource counter;
  private final long stallNanos;
  private final long lengthNanos;

  /**
   * What a run gave.
   *
   * @param updates how often the rate was lowered
   * @param tally what the reader counted
   * @param retries how often our updater had to compute anew
   * @param cpus the CPUs of updater and reader; empty if they could not be bound
   */
  record Outcome(long updates, Tally tally, long retries, int[] cpus) {}

  /**
   * A run to be made.
   *
   * @param counter a real counter
   * @param stallNanos how long the updater sleeps each time
   * @param lengthNanos how long to go on
   */
  StallLive(ClockSource counter, long stallNanos, long lengthNanos) {
    this.counter = counter;
    this.stallNanos = stallNanos;
    this.lengthNanos = lengthNanos;
  }

  /** A seqcount clock. */
  Outcome seqcount(Change change) {
    long fast = SeqcountClock.multOf(counter.frequencyHz(), change.fastPpt());
    long slow = SeqcountClock.multOf(counter.frequencyHz(), change.slowPpt());
    SeqcountClock clock = new SeqcountClock(counter.read(), fast);
    return run(
        () -> clock.nanos(counter::read),
        toSlow -> {
          SeqcountClock.Update update = clock.compute(counter.read(), toSlow ? slow : fast);
          stall();
          clock.publish(update);
        },
        () -> 0);
  }

  /** The library's timeline. */
  Outcome ours(Change change) {
    try (PrivateTimeline timeline = new PrivateTimeline(counter, counter.read())) {
      timeline.change(change.fastPpt(), () -> {});
      return run(
          timeline::nanos,
          toSlow -> timeline.change(toSlow ? change.slowPpt() : change.fastPpt(), this::stall),
          timeline::retries);
    }
  }

  private interface Updater {
    void change(boolean toSlow);
  }

  private Outcome run(LongSupplier clock, Updater updater, LongSupplier retries) {
    AtomicBoolean ended = new AtomicBoolean();
    Tally tally = new Tally();
    Runnable reading =
        () -> {
          while (!ended.get()) {
            for (int i = 0; i < 1000; i++) {
              tally.read(clock.getAsLong());
            }
          }
        };
    long[] updates = new long[1];
    Runnable updating =
        () -> {
          try {
            long start = counter.read();
            long cycles = Math.round(lengthNanos * 1e-9 * counter.frequencyHz());
            while (counter.read() - start < cycles) {
              updater.change(true);
              updates[0]++;
              updater.change(false);
            }
          } finally {
            ended.set(true);
          }
        };
    int[] cpus = start(reading, updating);
    return new Outcome(updates[0], tally, retries.getAsLong(), cpus);
  }

  /** Runs both to their end, on two CPUs if there are two and they may be chosen. */
  private static int[] start(Runnable reading, Runnable updating) {
    int[] cpus = new int[0];
    Future<?> reader = null;
    try {
      int[] allowed = Cpus.affinity();
      if (allowed.length >= 2) {
        reader = Cpus.runOn(allowed[1], reading);
        Future<?> updater = Cpus.runOn(allowed[0], updating);
        await(updater);
        await(reader);
        return new int[] {allowed[0], allowed[1]};
      }
    } catch (IOException | UnsupportedOperationException unbound) {
      // Unbound threads show the same, only less surely.
    }
    Future<?> freeReader = reader == null ? onThread(reading) : reader;
    await(onThread(updating));
    await(freeReader);
    return cpus;
  }

  private static Future<?> onThread(Runnable task) {
    FutureTask<Void> future = new FutureTask<>(task, null);
    Thread.ofPlatform().daemon().name("timehands-experiment").start(future);
    return future;
  }

  private static void await(Future<?> task) {
    try {
      task.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the experiment ran", interrupted);
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the experiment failed", failed.getCause());
    }
  }

  /** Sleeps, however often the sleep ends early. */
  private void stall() {
    long start = counter.read();
    long cycles = Math.round(stallNanos * 1e-9 * counter.frequencyHz());
    try {
      for (;;) {
        long left = cycles - (counter.read() - start);
        if (left <= 0) {
          return;
        }
        Pause.upTo(Math.max(Pause.SPIN_NANOS, Math.round(left * 1e9 / counter.frequencyHz())));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package org.timehands.bench.bed;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;
import org.timehands.linux.Cpus;

/**
 * A thread that updates a timeline at a fixed rate, by turns a little faster and a little slower
 * than the counter's own slope, on a CPU of its own.
 *
 * <p>It spins between updates, so that its rate does not depend on how fast the system wakes a
 * thread.
 */
public final class Updater implements AutoCloseable {
  /*
   *   field    | read     | write                | guard
   *   stop     | volatile | volatile, by close   | none: goes from false to true once
   *   count    | after the thread has ended, by close       | Future.get
   */
  private static final long CHANGE_PPT = 50_000_000; // 50 ppm

  private final Future<?> thread;
  private volatile boolean stop;
  private long count;

  /**
   * Starts updating.
   *
   * @param cpu where; not where the reader is
   * @param perSecond how many updates a second
   * @param update changes the slope of what is measured
   */
  public Updater(int cpu, int perSecond, Consumer<Slope> update) throws IOException {
    long periodCycles = BenchCounter.cycles(1_000_000_000L / perSecond);
    thread = Cpus.runOn(cpu, () -> run(periodCycles, update));
  }

  private void run(long periodCycles, Consumer<Slope> update) {
    Slope fast = BenchCounter.slope().plusPpt(CHANGE_PPT);
    Slope slow = BenchCounter.slope().plusPpt(-CHANGE_PPT);
    long due = Counter.readRelaxed();
    while (!stop) {
      update.accept((count & 1) == 0 ? fast : slow);
      count++;
      // An update that was late is not made up for: bursts would be another load.
      due = Math.max(due + periodCycles, Counter.readRelaxed());
      while (Counter.readRelaxed() - due < 0 && !stop) {
        Thread.onSpinWait();
      }
    }
  }

  /** Ends the thread; the number of updates it made. */
  public long stop() {
    stop = true;
    try {
      thread.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the updater failed", failed.getCause());
    }
    return count;
  }

  @Override
  public void close() {
    stop();
  }
}

package org.timehands.clocksource;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.timehands.linux.Cpus;
import org.timehands.linux.Memory;

/**
 * The {@link WarpCheck.Exchange} of a real machine: two threads, each bound to its CPU, hand reads
 * back and forth through one cache line.
 *
 * <p>Thread-safe: every run has a line of its own.
 */
/*
 * The words of the line, which the two threads touch in turns:
 *
 *   word  | read by          | written by       | pairs
 *   TURN  | acquire, spins   | release          | orders VALUE; odd: B's turn, even: A's
 *   VALUE | plain            | plain            | under TURN
 *
 * A thread reads its counter between seeing its turn and giving the turn away. Were it read
 * earlier, as a plain rdtsc may be, a warp would be seen where none is: see Counter.readOrdered.
 *
 * A thread whose partner has lost its CPU sleeps for a moment. On a busy machine that is much more
 * than politeness: two threads that only spin use up their time slices one after the other and
 * hardly meet, while two that have just slept are both let in at once.
 */
final class PinnedExchange implements WarpCheck.Exchange {
  /** What one pair may take, in nanoseconds: as long as Linux takes for one. */
  static final long PAIR_NANOS = 20_000_000;

  /** What all pairs may take together, in nanoseconds. */
  static final long TOTAL_NANOS = 1_000_000_000;

  /* A busy machine may need longer for the hand-offs that are needed. */
  private static final int PATIENCE = 20;

  private static final int TURN = 0;
  private static final int VALUE = 8;
  private static final long LINE_BYTES = 64;
  private static final long OVER = -1;

  /* A partner that runs answers in a microsecond; one that takes so much longer does not run. */
  private static final int SPINS = 2_000;

  private static final long SLEEP_NANOS = 20_000;

  private final IntFunction<LongSupplier> readers;
  private final long pairNanos;

  /**
   * An exchange.
   *
   * @param readers gives the counter's ordered read for each CPU
   * @param pairNanos what one pair may take if it goes well; five times that if it does not
   */
  PinnedExchange(IntFunction<LongSupplier> readers, long pairNanos) {
    this.readers = Objects.requireNonNull(readers, "readers");
    this.pairNanos = pairNanos;
  }

  /** The time for one of so many pairs. */
  static long budgetNanos(int pairs) {
    return Math.min(PAIR_NANOS, TOTAL_NANOS / Math.max(1, pairs));
  }

  @Override
  public void run(int a, int b, WarpCheck.Skew skew) throws IOException {
    LongSupplier readA = readers.apply(a);
    LongSupplier readB = readers.apply(b);
    long line = Memory.allocate(LINE_BYTES, LINE_BYTES);
    try {
      Memory.set(line + TURN, 0);
      Future<?> answering = Cpus.runOn(b, () -> answer(line, readB));
      try {
        await(Cpus.runOn(a, () -> ask(line, readA, skew)));
      } finally {
        Memory.setRelease(line + TURN, OVER);
        await(answering);
      }
    } finally {
      Memory.free(line);
    }
  }

  /** CPU A's side. */
  private void ask(long line, LongSupplier counter, WarpCheck.Skew skew) {
    long begin = System.nanoTime();
    long turn = 0;
    while (!isOver(begin, skew.handOffs())) {
      long sent = counter.getAsLong();
      Memory.set(line + VALUE, sent);
      Memory.setRelease(line + TURN, ++turn);
      for (int spins = 0; Memory.getAcquire(line + TURN) == turn; spins++) {
        if (spins >= SPINS && isOver(begin, skew.handOffs())) {
          return;
        }
        idle(spins);
      }
      long back = counter.getAsLong();
      turn++;
      skew.record(sent, Memory.get(line + VALUE), back);
    }
  }

  private boolean isOver(long beginNanos, long handOffs) {
    long spentNanos = System.nanoTime() - beginNanos;
    return handOffs < WarpCheck.MIN_HANDOFFS
        ? spentNanos > PATIENCE * pairNanos
        : spentNanos > pairNanos;
  }

  /** CPU B's side: answers until A says that it is over. */
  private static void answer(long line, LongSupplier counter) {
    long turn = 0;
    int spins = 0;
    while (true) {
      long seen = Memory.getAcquire(line + TURN);
      if (seen == turn) {
        idle(spins++);
        continue;
      }
      if (seen == OVER) {
        return;
      }
      Memory.set(line + VALUE, counter.getAsLong());
      turn = seen + 1;
      spins = 0;
      if (!Memory.compareAndSet(line + TURN, seen, turn)) {
        return;
      }
    }
  }

  private static void idle(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(SLEEP_NANOS);
    }
  }

  private static void await(Future<?> task) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return;
        } catch (InterruptedException noted) {
          interrupted = true;
        } catch (ExecutionException failed) {
          throw new IOException("reading a counter failed: " + failed.getCause(), failed);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

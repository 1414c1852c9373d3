package org.timehands.app.experiment;

import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** A load on one wheel, at simulated time; a stopwatch measures what the wheel takes for it. */
final class WheelLoad {
  private final LongSupplier nanos;
  private final long[] dueAt;
  private final SplittableRandom random;
  private final Carousel wheel;
  private long now;
  private long again;
  private long armed;
  private long cancelled;
  private long ran;
  private long least = Long.MAX_VALUE;
  private long most = Long.MIN_VALUE;
  private long pairNanos;
  private long pairs;
  private long worstTick;
  private long allTicks;

  /**
   * A load.
   *
   * @param count how many timeouts
   * @param seed of what is random
   * @param nanos the stopwatch
   * @param make the wheel: takes who is told of what runs
   */
  WheelLoad(int count, long seed, LongSupplier nanos, Function<IntConsumer, Carousel> make) {
    this.nanos = nanos;
    this.dueAt = new long[count];
    this.random = new SplittableRandom(seed);
    this.wheel = make.apply(this::ran);
  }

  private void ran(int number) {
    ran++;
    long late = now - dueAt[number];
    least = Math.min(least, late);
    most = Math.max(most, late);
    if (again > 0) {
      arm(number, again);
    }
  }

  private void arm(int number, long delayMillis) {
    armed++;
    dueAt[number] = now + delayMillis;
    wheel.arm(number, delayMillis);
  }

  private void tick() {
    now++;
    long before = nanos.getAsLong();
    wheel.advance(now);
    long took = nanos.getAsLong() - before;
    worstTick = Math.max(worstTick, took);
    allTicks += took;
  }

  /** All armed once, for anything up to so long; time goes on until each has run. */
  WheelRun once(long spanMillis) {
    long before = nanos.getAsLong();
    for (int i = 0; i < dueAt.length; i++) {
      arm(i, random.nextLong(1, spanMillis + 1));
    }
    pairNanos = nanos.getAsLong() - before;
    pairs = dueAt.length;
    while (ran < dueAt.length && now < 2 * spanMillis) {
      tick();
    }
    return result();
  }

  /**
   * All are armed for the same delay, all the time: what runs is armed again, and of those that are
   * armed a few, drawn, are cancelled and armed again in each millisecond.
   *
   * @param delayMillis the delay
   * @param cancelledPerMilli how many
   * @param millis how long
   */
  WheelRun server(long delayMillis, int cancelledPerMilli, long millis) {
    again = delayMillis;
    for (int i = 0; i < dueAt.length; i++) {
      arm(i, delayMillis + i % delayMillis); // so that they do not all begin at once
    }
    int[] drawn = new int[cancelledPerMilli];
    while (now < millis) {
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = random.nextInt(dueAt.length);
      }
      long before = nanos.getAsLong();
      for (int number : drawn) {
        wheel.cancel(number);
        arm(number, delayMillis);
      }
      pairNanos += nanos.getAsLong() - before;
      pairs += drawn.length;
      cancelled += drawn.length;
      tick();
    }
    return result();
  }

  private WheelRun result() {
    return new WheelRun(
        wheel.name(), armed, cancelled, ran, wheel.moves(), wheel.worstMoves(), least, most,
        (double) pairNanos / Math.max(1, pairs), worstTick, allTicks);
  }
}

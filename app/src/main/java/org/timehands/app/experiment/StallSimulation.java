package org.timehands.app.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.SimulatedClockSource;

/**
 * The scenario in simulated time: an updater that is stalled between computing and publishing,
 * beside a reader that never rests. The same seed gives the same numbers on every machine.
 */
final class StallSimulation {
  /** How long the updater is stalled. */
  static final List<Long> STALLS_NANOS =
      List.of(1_000_000L, 10_000_000L, 100_000_000L, 1_000_000_000L);

  /** The counter of the table: a TSC of 2.3 GHz. */
  static final long FREQUENCY_HZ = 2_300_000_000L;

  private static final int ROUNDS = 16;
  private static final int READS_IN_STALL = 200;
  private static final int READS_BETWEEN = 50;

  /** One nanosecond: two CPUs may read that close to each other. */
  private static final long NEXT_READ_NANOS = 1;

  /**
   * What one combination gave.
   *
   * @param change the change of rate
   * @param stallNanos the stall
   * @param updates how often the rate was lowered
   * @param seqcount the reader of the seqcount clock
   * @param ours the reader of the timeline
   * @param retries how often our updater had to compute anew
   */
  record Cell(
      Change change, long stallNanos, int updates, Tally seqcount, Tally ours, long retries) {}

  private final long seed;

  StallSimulation(long seed) {
    this.seed = seed;
  }

  /** All combinations, changes first; calls back after each. */
  List<Cell> run(Runnable afterEach) {
    List<Cell> cells = new ArrayList<>();
    for (Change change : Change.ALL) {
      for (long stallNanos : STALLS_NANOS) {
        cells.add(cell(change, stallNanos));
        afterEach.run();
      }
    }
    return cells;
  }

  private Cell cell(Change change, long stallNanos) {
    Tally seqcount = new Tally();
    Bench bench = new Bench(seqcount);
    Seqcount clock = new Seqcount(bench.counter, change);
    bench.reader = clock;
    rounds(bench, stallNanos, clock::change);

    Tally ours = new Tally();
    Bench other = new Bench(ours);
    try (PrivateTimeline timeline = new PrivateTimeline(other.counter, 0)) {
      other.reader = timeline::nanos;
      timeline.change(change.fastPpt(), () -> {});
      rounds(
          other,
          stallNanos,
          (slow, stall) -> timeline.change(slow ? change.slowPpt() : change.fastPpt(), stall));
      return new Cell(change, stallNanos, ROUNDS, seqcount, ours, timeline.retries());
    }
  }

  /** Changes the rate: slow or fast, stalled meanwhile. */
  private interface Updater {
    void change(boolean slow, Runnable stall);
  }

  private void rounds(Bench bench, long stallNanos, Updater updater) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 2 * ROUNDS; round++) {
      bench.readFor(random, 3_000_000, READS_BETWEEN);
      updater.change(round % 2 == 0, () -> bench.readFor(random, stallNanos, READS_IN_STALL));
      bench.readAfter(NEXT_READ_NANOS);
    }
    bench.readFor(random, 3_000_000, READS_BETWEEN);
  }

  /** Simulated time, its counter, and the reader. */
  private static final class Bench {
    private final Tally tally;
    private long nowNanos;
    private final ClockSource counter =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(FREQUENCY_HZ), () -> nowNanos);
    private LongSupplier reader;

    Bench(Tally tally) {
      this.tally = tally;
    }

    /** Spends exactly so long, reading at random moments and at the very end. */
    void readFor(SplittableRandom random, long nanos, int reads) {
      long end = nowNanos + nanos;
      for (int i = 0; i < reads; i++) {
        long step = random.nextLong(1, Math.max(2, 2 * nanos / reads));
        if (nowNanos + step < end) {
          readAfter(step);
        }
      }
      readAfter(end - nowNanos);
    }

    void readAfter(long nanos) {
      nowNanos += nanos;
      tally.read(reader.getAsLong());
    }
  }

  /** The seqcount clock on a bench. */
  private static final class Seqcount implements LongSupplier {
    private final ClockSource counter;
    private final long fast;
    private final long slow;
    private final SeqcountClock clock;

    Seqcount(ClockSource counter, Change change) {
      this.counter = counter;
      fast = SeqcountClock.multOf(counter.frequencyHz(), change.fastPpt());
      slow = SeqcountClock.multOf(counter.frequencyHz(), change.slowPpt());
      clock = new SeqcountClock(counter.read(), fast);
    }

    void change(boolean toSlow, Runnable stall) {
      SeqcountClock.Update update = clock.compute(counter.read(), toSlow ? slow : fast);
      stall.run();
      clock.publish(update);
    }

    @Override
    public long getAsLong() {
      return clock.nanos(counter::read);
    }
  }

  /**
   * One lowering of the rate, drawn: how far each clock is off the old line, before, during and
   * after a stall.
   *
   * @param change the change
   * @param stallNanos the stall
   * @param points how many points to take over three stalls, of which the middle one is the stall
   * @return two curves in nanoseconds: seqcount, ours
   */
  static long[][] trace(Change change, long stallNanos, int points) {
    long[][] curves = new long[2][points];
    Bench bench = new Bench(new Tally());
    Seqcount clock = new Seqcount(bench.counter, change);
    follow(bench, clock, stallNanos, curves[0], stall -> clock.change(true, stall));
    Bench other = new Bench(new Tally());
    try (PrivateTimeline timeline = new PrivateTimeline(other.counter, 0)) {
      follow(
          other,
          timeline::nanos,
          stallNanos,
          curves[1],
          stall -> timeline.change(change.slowPpt(), stall));
    }
    return curves;
  }

  private static void follow(
      Bench bench,
      LongSupplier reader,
      long stallNanos,
      long[] curve,
      java.util.function.Consumer<Runnable> change) {
    bench.reader = reader;
    int third = curve.length / 3;
    long step = stallNanos / third;
    int[] at = new int[1];
    Runnable take =
        () -> {
          bench.nowNanos += step;
          curve[at[0]++] = reader.getAsLong() - bench.nowNanos;
        };
    for (int i = 0; i < third; i++) {
      take.run();
    }
    change.accept(
        () -> {
          for (int i = 0; i < third; i++) {
            take.run();
          }
        });
    while (at[0] < curve.length) {
      take.run();
    }
  }
}

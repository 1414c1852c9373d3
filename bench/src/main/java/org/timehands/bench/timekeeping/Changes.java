package org.timehands.bench.timekeeping;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.timehands.bench.bed.Pins;
import org.timehands.clocksource.Candidate;
import org.timehands.timekeeping.TimekeepingOptions;

/** How long a change of the clocksource takes beside readers, and what readers notice of it. */
final class Changes {
  private static final double CHANGE_LIMIT_MICROS = 1000;
  private static final long SHORT_STEP_NANOS = 20_000;
  private static final long PERIOD_NANOS = 100_000;
  private static final int MAX_READS = 1 << 24;

  private final Size size;
  private final List<Figure> figures = new ArrayList<>();

  Changes(Size size) {
    this.size = size;
  }

  List<Figure> measure() throws InterruptedException {
    if (Workplace.COUNTERS.size() < 2) {
      return figures;
    }
    latency(TimekeepingOptions.defaults().stepNanos());
    latency(100_000);
    beside();
    return figures;
  }

  private static void change(Workplace place, int i) {
    Candidate to = Workplace.COUNTERS.get((i + 1) % 2);
    place.keeper.changeClocksource(to.source(), to.rate(), to.slopeErrorPpb());
  }

  /**
   * Two readers that never pause, and the changer on a CPU of its own: where there are only two,
   * the readers share the other, because what is measured is not the scheduler.
   */
  private void latency(long stepNanos) throws InterruptedException {
    try (Workplace place = new Workplace(stepNanos)) {
      AtomicBoolean done = new AtomicBoolean();
      List<Workplace.Worker> readers = new ArrayList<>();
      boolean roomy = Pins.usable().length > 2;
      for (int cpu : new int[] {0, roomy ? 2 : 0}) {
        readers.add(Workplace.start(cpu, () -> read(place, done)));
      }
      long[] took = new long[size.changes()];
      Workplace.Worker changer =
          Workplace.start(
              1,
              () -> {
                for (int i = 0; i < took.length; i++) {
                  long before = System.nanoTime();
                  change(place, i);
                  took[i] = System.nanoTime() - before;
                }
              });
      changer.join();
      done.set(true);
      for (Workplace.Worker each : readers) {
        each.join();
      }
      String group =
          "clocksource change beside 2 readers" + (roomy ? "" : " on one CPU")
              + ", horizon step " + stepNanos / 1000 + " us";
      figures.add(Figure.of(group, "p50", Figure.quantile(took, 0.5) / 1e3, "us"));
      figures.add(
          new Figure(
              group, "p99", Figure.quantile(took, 0.99) / 1e3, "us", CHANGE_LIMIT_MICROS));
      figures.add(Figure.of(group, "longest", Figure.quantile(took, 1) / 1e3, "us"));
    }
  }

  private static void read(Workplace place, AtomicBoolean done) {
    long last = 0;
    while (!done.get()) {
      long now = place.clocks.monotonicNanos();
      if (now < last) {
        throw new IllegalStateException("MONOTONIC went from " + last + " back to " + now);
      }
      last = now;
    }
  }

  /** A reader's single reads with a change each 100 us, beside the same without changes. */
  private void beside() throws InterruptedException {
    for (boolean changing : new boolean[] {false, true}) {
      try (Workplace place = new Workplace(SHORT_STEP_NANOS)) {
        AtomicBoolean done = new AtomicBoolean();
        int[] changes = new int[1];
        Workplace.Worker changer =
            Workplace.start(1, () -> changes[0] = changing ? pace(place, done) : 0);
        long[] took = new long[MAX_READS];
        int[] count = new int[1];
        long lasts = size.rounds() * size.sliceMillis() * 1_000_000L / 2;
        Workplace.Worker reader =
            Workplace.start(0, () -> count[0] = readSingly(place, took, lasts));
        reader.join();
        done.set(true);
        changer.join();
        long[] reads = Arrays.copyOf(took, count[0]);
        // One read after the other: together they are how long it took.
        report(changing, changes[0] * 1e9 / Math.max(1, Arrays.stream(reads).sum()), reads);
      }
    }
  }

  private void report(boolean changing, double changesPerSecond, long[] reads) {
    String group = changing ? "single reads beside changes" : "single reads without changes";
    if (changing) {
      figures.add(Figure.of(group, "changes", changesPerSecond, "/s"));
    }
    figures.add(Figure.of(group, "p50", Figure.quantile(reads, 0.5), "ns"));
    figures.add(Figure.of(group, "p99.99", Figure.quantile(reads, 0.9999), "ns"));
    figures.add(Figure.of(group, "longest", Figure.quantile(reads, 1) / 1e3, "us"));
  }

  private static int pace(Workplace place, AtomicBoolean done) {
    long next = System.nanoTime();
    int changes = 0;
    while (!done.get()) {
      change(place, changes++);
      next += PERIOD_NANOS;
      while (System.nanoTime() < next) {
        Thread.onSpinWait();
      }
    }
    return changes;
  }

  private static int readSingly(Workplace place, long[] took, long lastsNanos) {
    long before = System.nanoTime();
    long end = before + lastsNanos;
    int count = 0;
    long last = 0;
    while (count < took.length && before < end) {
      long now = place.clocks.monotonicNanos();
      long after = System.nanoTime();
      took[count++] = after - before;
      before = after;
      if (now < last) {
        throw new IllegalStateException("MONOTONIC went from " + last + " back to " + now);
      }
      last = now;
    }
    return count;
  }
}

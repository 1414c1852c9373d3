package org.timehands.bench.timekeeping;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.timehands.discipline.Timex;
import org.timehands.timekeeping.TimekeepingOptions;

/**
 * What reads cost while another thread calls adjtimex as fast as it can, beside the same reads
 * while it does so to another timeline: two CPUs may be two threads of one core, where whatever the
 * other one does slows this one down, and an idle one draws other work.
 */
final class Storm {
  private static final double RATIO_ALLOWED = 1.1;
  private static final int BATCH = 1000;
  private static final long STEP_NANOS = TimekeepingOptions.defaults().stepNanos();

  private final Size size;

  Storm(Size size) {
    this.size = size;
  }

  List<Figure> measure() throws InterruptedException {
    try (Workplace place = new Workplace(STEP_NANOS);
        Workplace other = new Workplace(STEP_NANOS)) {
      double[] quiet = new double[size.rounds()];
      double[] stormy = new double[size.rounds()];
      double[] ratios = new double[size.rounds()];
      AtomicBoolean blowing = new AtomicBoolean();
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger calls = new AtomicInteger();
      Workplace.Worker storm = Workplace.start(1, () -> blow(place, other, blowing, done, calls));
      Workplace.Worker reader =
          Workplace.start(
              0,
              () -> {
                slice(place);
                for (int i = 0; i < quiet.length; i++) {
                  // The order changes from round to round, so that drift falls on both.
                  boolean stormFirst = (i & 1) == 1;
                  blowing.set(stormFirst);
                  double first = slice(place);
                  blowing.set(!stormFirst);
                  double second = slice(place);
                  stormy[i] = stormFirst ? first : second;
                  quiet[i] = stormFirst ? second : first;
                  ratios[i] = stormy[i] / quiet[i];
                }
              });
      reader.join();
      done.set(true);
      storm.join();
      double seconds = size.rounds() * size.sliceMillis() / 1e3;
      String group = "reads beside an adjtimex storm, horizon step " + STEP_NANOS / 1000 + " us";
      return List.of(
          Figure.of(group, "adjtimex calls", calls.get() / seconds, "/s"),
          Figure.of(group, "read, storm elsewhere", median(quiet), "ns"),
          Figure.of(group, "read, storm here", median(stormy), "ns"),
          new Figure(group, "ratio", median(ratios), "x", RATIO_ALLOWED));
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void blow(
      Workplace place,
      Workplace other,
      AtomicBoolean blowing,
      AtomicBoolean done,
      AtomicInteger calls) {
    Timex timex = new Timex();
    for (int i = 0; !done.get(); i++) {
      timex.modes = Timex.ADJ_FREQUENCY;
      timex.freq = ((i & 1) == 0 ? 500L : -500L) << 16;
      if (blowing.get()) {
        place.keeper.adjtimex(timex, true);
        calls.incrementAndGet();
      } else {
        other.keeper.adjtimex(timex, true);
      }
    }
  }

  /** Nanoseconds a read. */
  private double slice(Workplace place) {
    long begin = System.nanoTime();
    long end = begin + size.sliceMillis() * 1_000_000;
    long reads = 0;
    long sum = 0;
    long now = begin;
    while (now < end) {
      for (int i = 0; i < BATCH; i++) {
        sum += place.clocks.monotonicNanos();
      }
      reads += BATCH;
      now = System.nanoTime();
    }
    if (sum == 1) {
      throw new IllegalStateException("time stands still");
    }
    return (double) (now - begin) / reads;
  }
}

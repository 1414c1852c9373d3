package org.timehands.bench.timekeeping;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.timehands.discipline.Timex;
import org.timehands.timekeeping.TimekeepingOptions;

/** How long a setter takes until what it set is in force: seal and commit wait. */
final class Setters {
  private static final double STEPS_ALLOWED = 2;
  private static final int FAST_PPM = 100;

  private final Size size;
  private final List<Figure> figures = new ArrayList<>();

  Setters(Size size) {
    this.size = size;
  }

  List<Figure> measure() throws InterruptedException {
    for (long stepNanos : new long[] {TimekeepingOptions.defaults().stepNanos(), 100_000}) {
      try (Workplace place = new Workplace(stepNanos)) {
        Timex timex = new Timex();
        setter(place, "setRealtime", i -> place.keeper.setRealtime(start(i)));
        setter(place, "injectOffset", i -> place.keeper.injectOffset((i & 1) == 0 ? 1000 : -1000));
        setter(place, "adjtimex", i -> adjust(place, timex, i));
      }
    }
    return figures;
  }

  private static long start(int i) {
    return (1_800_000_000L + i) * 1_000_000_000L;
  }

  private static void adjust(Workplace place, Timex timex, int i) {
    timex.modes = Timex.ADJ_FREQUENCY;
    timex.freq = ((i & 1) == 0 ? FAST_PPM : -FAST_PPM) << 16;
    place.keeper.adjtimex(timex, true);
  }

  private void setter(Workplace place, String name, IntConsumer set) throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    Workplace.Worker reader =
        Workplace.start(
            0,
            () -> {
              long sum = 0;
              while (!done.get()) {
                sum += place.clocks.monotonicNanos();
              }
              if (sum == 1) {
                throw new IllegalStateException("time stands still");
              }
            });
    long[] took = new long[size.setters()];
    Workplace.Worker writer =
        Workplace.start(
            1,
            () -> {
              for (int i = 0; i < took.length; i++) {
                long before = System.nanoTime();
                set.accept(i);
                took[i] = System.nanoTime() - before;
              }
            });
    writer.join();
    done.set(true);
    reader.join();
    String group = "setter beside a reader, horizon step " + place.stepNanos / 1000 + " us";
    figures.add(Figure.of(group, name + " p50", Figure.quantile(took, 0.5) / 1e3, "us"));
    figures.add(
        new Figure(
            group, name + " p99", Figure.quantile(took, 0.99) / 1e3, "us",
            STEPS_ALLOWED * place.stepNanos / 1e3));
    figures.add(Figure.of(group, name + " longest", Figure.quantile(took, 1) / 1e3, "us"));
  }
}

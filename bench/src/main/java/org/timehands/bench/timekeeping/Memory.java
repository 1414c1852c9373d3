package org.timehands.bench.timekeeping;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntConsumer;
import org.timehands.discipline.Timex;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Reading;

/** Bytes that a thread allocates in a read and in an update. */
final class Memory {
  private static final int WARMUP = 20_000;
  private static final int CALLS = 2_000;
  private static final long STEP_NANOS = 1_000;

  private Memory() {}

  static List<Figure> measure() {
    try (Workplace place = new Workplace(STEP_NANOS)) {
      Reading reading = new Reading();
      Timex timex = new Timex();
      long[] rates = new long[1];
      return List.of(
          bytes("read of nanoseconds", i -> place.clocks.monotonicNanos()),
          bytes("read with its bound", i -> place.clocks.read(ClockId.REALTIME, reading)),
          bytes("advance", i -> place.keeper.advance()),
          bytes("setRealtime", i -> place.keeper.setRealtime(1_800_000_000_000_000_000L + i)),
          bytes("injectOffset", i -> place.keeper.injectOffset((i & 1) == 0 ? 1000 : -1000)),
          bytes(
              "adjtimex, a new rate each",
              i -> {
                timex.modes = Timex.ADJ_FREQUENCY;
                timex.freq = 13 * rates[0]++ - (500 << 16);
                place.keeper.adjtimex(timex, true);
              }));
    }
  }

  private static Figure bytes(String name, IntConsumer call) {
    if (!(ManagementFactory.getThreadMXBean()
        instanceof com.sun.management.ThreadMXBean threads)) {
      return Figure.of("bytes allocated", name, Double.NaN, "B");
    }
    for (int i = 0; i < WARMUP; i++) {
      call.accept(i);
    }
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        call.accept(i);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return new Figure("bytes allocated", name, (double) (least / CALLS), "B", 0);
  }
}

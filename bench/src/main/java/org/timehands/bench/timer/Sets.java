package org.timehands.bench.timer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.timehands.Timehands;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/** What a set of REALTIME costs with few and with many absolute timers armed on it (3-30). */
final class Sets {
  static final String GROUP = "a set of REALTIME, absolute timers armed on it";
  static final String SHARE = "timers' share us";
  static final int FEW = 10;
  static final int MANY = 100_000;

  private static final long STEP_NANOS = 1_000;
  private static final long GAP_NANOS = 1L << 60;
  private static final int CALLS = 200;

  /** A timekeeper of its own with timers. */
  private static final class Set implements AutoCloseable {
    private final Timehands timehands =
        Timehands.standalone(TimekeepingOptions.defaults().withHorizon(STEP_NANOS, GAP_NANOS));
    private final Timekeeping keeping = timehands.clocks().timekeeping().orElseThrow();
    private final Timers timers;
    private final String name;

    Set(int shards, int armed) {
      timers = Timers.start(timehands.clocks(), TimerOptions.defaults().withShards(shards));
      name = name(shards, armed);
      Delays delays = new Delays(armed);
      long now = timers.nanos(ClockId.REALTIME);
      for (int i = 0; i < armed; i++) {
        ClockTimer timer = timers.timer(i % shards, (expired, nowNanos) -> Next.DONE, false);
        timer.arm(ClockId.REALTIME, now + delays.next());
      }
    }

    @Override
    public void close() {
      timers.close();
      timehands.close();
    }
  }

  private final Size size;
  private final Random random;
  private final Wire wire;

  Sets(Size size, Random random, Wire wire) {
    this.size = size;
    this.random = random;
    this.wire = wire;
  }

  static String name(int shards, int armed) {
    return String.format(
        Locale.ROOT, "%d shard%s, %,d armed", shards, shards == 1 ? "" : "s", armed);
  }

  void measure() {
    List<Set> sets = new ArrayList<>();
    for (int shards : new int[] {1, 4}) {
      sets.add(new Set(shards, FEW));
      sets.add(new Set(shards, MANY));
    }
    for (int round = -2; round < size.rounds(); round++) {
      wire.progress("sets of REALTIME: round " + Math.max(0, round + 1) + " of " + size.rounds());
      Collections.shuffle(sets, random);
      for (Set each : sets) {
        double whole = micros(() -> each.keeping.injectOffset(1_000));
        double share = micros(each.timers::clockWasSet);
        if (round >= 0) {
          wire.value(new Place(GROUP, each.name, SHARE), round, share);
          wire.value(new Place(GROUP, each.name, "whole set"), round, whole);
        }
      }
    }
    sets.forEach(Set::close);
  }

  /** The median of some calls. */
  private static double micros(Runnable call) {
    long[] took = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long before = System.nanoTime();
      call.run();
      took[i] = System.nanoTime() - before;
    }
    Arrays.sort(took);
    return took[CALLS / 2] / 1e3;
  }
}

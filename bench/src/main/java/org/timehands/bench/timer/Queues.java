package org.timehands.bench.timer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.timehands.bench.alternatives.queues.ArrayHeapQueue;
import org.timehands.bench.alternatives.queues.PairingHeapQueue;
import org.timehands.bench.alternatives.queues.RedBlackQueue;
import org.timehands.bench.alternatives.queues.TimerQueue;
import org.timehands.bench.alternatives.queues.WheelHeapQueue;
import org.timehands.bench.bed.NoiseMeter;
import org.timehands.bench.bed.PinnedExecutor;
import org.timehands.timer.BuiltQueue;

/** The queues that could stand behind timers, beside one another: one thread, no lock. */
final class Queues {
  static final String COST = "cancel+arm ns";

  private static final List<IntFunction<TimerQueue>> MAKERS =
      List.of(
          BuiltQueue::new,
          ArrayHeapQueue::new,
          PairingHeapQueue::new,
          RedBlackQueue::new,
          WheelHeapQueue::new);

  private static final int WARM_ROUNDS = 2;
  private static final int BATCH = 64;

  private final Size size;
  private final Random random;
  private final Wire wire;
  private long sum;

  Queues(Size size, Random random, Wire wire) {
    this.size = size;
    this.random = random;
    this.wire = wire;
  }

  static String group(int queued) {
    return String.format(Locale.ROOT, "queues, %,d armed", queued);
  }

  void measure() throws Exception {
    try (PinnedExecutor pool = new PinnedExecutor(1, "bench-queues-")) {
      NoiseMeter meter = new NoiseMeter(() -> 0);
      for (int queued : size.queued()) {
        pool.submit(
                () -> {
                  compare(queued, meter);
                  return sum;
                })
            .get();
      }
    }
    if (sum == 1) {
      throw new IllegalStateException("the queues stand still");
    }
  }

  private void compare(int queued, NoiseMeter meter) {
    Map<TimerQueue, Long> bytes = new LinkedHashMap<>();
    // Once before it counts: classes are loaded.
    fill(MAKERS.getFirst().apply(16), 16);
    for (IntFunction<TimerQueue> maker : MAKERS) {
      long before = Costs.liveBytes();
      TimerQueue queue = maker.apply(queued);
      fill(queue, queued);
      bytes.put(queue, Costs.liveBytes() - before);
    }
    int[] order = order(queued);
    List<TimerQueue> queues = new ArrayList<>(bytes.keySet());
    int[] at = new int[1];
    for (int round = -WARM_ROUNDS; round < size.rounds(); round++) {
      wire.progress(
          group(queued) + ": round " + Math.max(0, round + 1) + " of " + size.rounds());
      Collections.shuffle(queues, random);
      meter.lap();
      for (TimerQueue queue : queues) {
        double nanos = slice(queue, order, at);
        if (round >= 0) {
          wire.value(new Place(group(queued), queue.title(), COST), round, nanos);
        }
      }
      if (round >= 0) {
        wire.noise(meter.lap());
      }
    }
    bytes.forEach(
        (queue, grown) ->
            wire.value(
                new Place(group(queued), queue.title(), "B per timer"),
                0,
                (double) grown / queued));
  }

  private static void fill(TimerQueue queue, int count) {
    Delays delays = new Delays(count);
    for (int i = 0; i < count; i++) {
      queue.add(i, delays.next() + i);
    }
  }

  private int[] order(int count) {
    SplittableRandom seeded = new SplittableRandom(random.nextLong());
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int other = seeded.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  /** Takes timers out in no order, queues each anew and looks what is first, as a shard does. */
  private double slice(TimerQueue queue, int[] order, int[] at) {
    Delays delays = new Delays(order.length + 1L);
    long begin = System.nanoTime();
    long end = begin + size.sliceMillis() * 1_000_000;
    long now = begin;
    long operations = 0;
    while (now < end) {
      for (int i = 0; i < BATCH; i++) {
        int timer = order[at[0]];
        at[0] = at[0] + 1 == order.length ? 0 : at[0] + 1;
        queue.remove(timer);
        queue.add(timer, delays.next() + operations + i);
        sum += queue.firstKey();
      }
      operations += BATCH;
      now = System.nanoTime();
    }
    return (double) (now - begin) / operations;
  }
}

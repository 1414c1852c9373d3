package org.timehands.bench.timer;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many that expire within a second: what it costs, and how late they are. */
final class Expiry {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long ARMING_NANOS = 3_000;
  private static final int WARM = 50_000;
  private static final int ROUNDS = 3;

  private final Size size;
  private final Wire wire;

  Expiry(Size size, Wire wire) {
    this.size = size;
    this.wire = wire;
  }

  static String group(int count) {
    return String.format(Locale.ROOT, "%,d expire within a second", count);
  }

  void measure() throws InterruptedException {
    for (Peer peer : Peers.start()) {
      try (peer) {
        for (int i = 0; i < ROUNDS; i++) {
          run(peer, WARM, -1);
        }
      }
    }
    for (int count : size.expiring()) {
      for (int round = 0; round < ROUNDS; round++) {
        for (String name :
            new String[] {Peers.TIMERS, Peers.EXECUTOR, Peers.THREAD_POOL, Peers.FORK_JOIN}) {
          wire.progress(group(count) + ": round " + (round + 1) + " of " + ROUNDS + ", " + name);
          try (Peer peer = Peers.start(name)) {
            run(peer, count, round);
          }
        }
      }
    }
  }

  private void run(Peer peer, int count, int round) throws InterruptedException {
    long[] due = new long[count];
    long[] late = new long[count];
    AtomicInteger left = new AtomicInteger(count);
    CountDownLatch done = new CountDownLatch(1);
    peer.prepare(
        count,
        index -> {
          late[index] = System.nanoTime() - due[index];
          if (left.decrementAndGet() == 0) {
            done.countDown();
          }
        });
    System.gc();
    // All are armed before the first is due, at 3 us each.
    long first = System.nanoTime() + 100_000_000 + count * ARMING_NANOS;
    for (int i = 0; i < count; i++) {
      // In no order, as they come: a step that shares no divisor with the count reaches all.
      int index = (int) (i * 7_368_787L % count);
      due[index] = first + index * SECOND_NANOS / count;
      peer.armOnce(index, due[index] - System.nanoTime());
    }
    while (System.nanoTime() < first) {
      Thread.sleep(1);
    }
    long cpu = Costs.cpuNanos();
    if (!done.await(5, TimeUnit.MINUTES)) {
      throw new IllegalStateException(left + " of " + peer.name() + " have not run in 5 minutes");
    }
    double seconds = (Costs.cpuNanos() - cpu) / 1e9;
    if (round < 0) {
      return;
    }
    Arrays.sort(late);
    if (late[0] < 0) {
      wire.note(peer.name() + " was early by " + -late[0] + " ns by System.nanoTime");
    }
    report(new Place(group(count), peer.name(), "CPU s"), round, seconds);
    String[] names = {"late p50 us", "p99", "p99.9", "longest"};
    double[] parts = {0.5, 0.99, 0.999, 1};
    for (int i = 0; i < names.length; i++) {
      int at = Math.clamp((long) Math.ceil(parts[i] * count) - 1, 0, count - 1);
      report(new Place(group(count), peer.name(), names[i]), round, late[at] / 1e3);
    }
  }

  private void report(Place place, int round, double value) {
    wire.value(place, round, value);
  }
}

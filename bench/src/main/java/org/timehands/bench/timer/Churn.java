package org.timehands.bench.timer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.timehands.bench.bed.NoiseMeter;

/** Arming, cancelling and re-arming with many armed, and a burst that expires beside them. */
final class Churn {
  static final String BOTH = "cancel+arm ns";

  private static final int BYTES_AT = 100_000;
  private static final int IN_SEQUENCE_AT = 100_000;
  private static final int BURST = 10_000;
  private static final long BURST_AHEAD_NANOS = 60_000_000;
  private static final int WARM_ROUNDS = 3;
  private static final long FILL_SEED = 1;

  private record Row(Peer peer, int threads) {}

  private final Size size;
  private final Random random;
  private final Wire wire;

  Churn(Size size, Random random, Wire wire) {
    this.size = size;
    this.random = random;
    this.wire = wire;
  }

  static String group(int armed, int threads) {
    return String.format(
        Locale.ROOT, "%,d armed, %d thread%s", armed, threads, threads == 1 ? "" : "s");
  }

  void measure() throws Exception {
    NoiseMeter meter = new NoiseMeter(() -> 0);
    for (int armed : size.armed()) {
      List<Peer> peers = Peers.start();
      Map<Peer, Long> bytes = new HashMap<>();
      for (Peer peer : peers) {
        // By this thread, which is not bound: the threads that peers start inherit the binding.
        long before = armed == BYTES_AT ? Costs.liveBytes() : 0;
        peer.fill(armed, new Delays(FILL_SEED));
        if (armed == BYTES_AT) {
          bytes.put(peer, Costs.liveBytes() - before);
        }
      }
      rounds(armed, rows(peers), meter);
      if (armed == IN_SEQUENCE_AT) {
        inSequence(armed, peers);
        requests(armed, peers);
      }
      bytes.forEach(
          (peer, grown) ->
              wire.value(
                  new Place("memory, 100,000 armed", peer.name(), "B per timer"),
                  0,
                  (double) grown / armed));
      bursts(armed, peers);
      peers.forEach(Peer::close);
    }
  }

  private static List<Row> rows(List<Peer> peers) {
    List<Row> rows = new ArrayList<>();
    for (Peer peer : peers) {
      if (!peer.name().equals(Peers.SHARDED)) {
        rows.add(new Row(peer, 1));
      }
      rows.add(new Row(peer, 2));
    }
    return rows;
  }

  private void rounds(int armed, List<Row> rows, NoiseMeter meter) throws Exception {
    try (Slices one = new Slices(1, armed, random.nextLong(), Slices.Taken.SHUFFLED);
        Slices two = new Slices(2, armed, random.nextLong(), Slices.Taken.SHUFFLED)) {
      for (int round = -WARM_ROUNDS; round < size.rounds(); round++) {
        wire.progress(
            String.format(
                Locale.ROOT, "%,d armed: round %d of %d", armed, Math.max(0, round + 1),
                size.rounds()));
        Collections.shuffle(rows, random);
        if (round == 0) {
          // Tables stand in the order in which they come first.
          rows.sort(Comparator.comparingInt(Row::threads));
        }
        meter.lap();
        for (Row row : rows) {
          Slices slices = row.threads == 1 ? one : two;
          if (row.threads > slices.processors()) {
            continue;
          }
          Slices.Cost churn = slices.churn(row.peer, size.sliceMillis());
          Slices.Cost rearm = slices.rearm(row.peer, size.sliceMillis() / 2);
          if (round >= 0) {
            report(group(armed, row.threads), row.peer.name(), round, churn, rearm);
          }
        }
        if (round >= 0) {
          wire.noise(meter.lap());
        }
      }
    }
  }

  /** Where memory is read ahead: what allocating for each arming gains, and keeping timers. */
  private void inSequence(int armed, List<Peer> peers) throws Exception {
    String group = group(armed, 1) + ", first armed, first cancelled";
    inSequence(
        armed,
        peers,
        (slices, peer, round) -> {
          Slices.Cost churn = slices.churn(peer, size.sliceMillis());
          Slices.Cost rearm = slices.rearm(peer, size.sliceMillis() / 2);
          if (round >= 0) {
            report(group, peer.name(), round, churn, rearm);
          }
        });
  }

  /** What a request's timeout does: armed last, cancelled first, so that nothing is fetched. */
  private void requests(int armed, List<Peer> peers) throws Exception {
    String group = group(armed, 1) + ", armed last, cancelled first";
    inSequence(
        armed,
        peers,
        (slices, peer, round) -> {
          Slices.Cost cost = slices.requests(peer, size.sliceMillis());
          if (round >= 0) {
            wire.value(new Place(group, peer.name(), BOTH), round, cost.armNanos());
            wire.value(new Place(group, peer.name(), "CPU ns"), round, cost.cpuNanos());
            wire.value(new Place(group, peer.name(), "B/op"), round, cost.bytes());
          }
        });
  }

  /** What a round measures of a peer; rounds before 0 warm it up and report nothing. */
  @FunctionalInterface
  private interface Turn {
    void measure(Slices slices, Peer peer, int round) throws Exception;
  }

  /** Rounds on one thread, the peers in another order each time. */
  private void inSequence(int armed, List<Peer> peers, Turn turn) throws Exception {
    try (Slices slices = new Slices(1, armed, random.nextLong(), Slices.Taken.IN_SEQUENCE)) {
      List<Peer> order = new ArrayList<>(peers);
      order.removeIf(peer -> peer.name().equals(Peers.SHARDED));
      for (int round = -WARM_ROUNDS; round < size.rounds(); round++) {
        for (Peer peer : order) {
          turn.measure(slices, peer, round);
        }
        Collections.shuffle(order, random);
      }
    }
  }

  private void report(
      String group, String row, int round, Slices.Cost churn, Slices.Cost rearm) {
    wire.value(new Place(group, row, BOTH), round, churn.cancelNanos() + churn.armNanos());
    wire.value(new Place(group, row, "cancel"), round, churn.cancelNanos());
    wire.value(new Place(group, row, "arm"), round, churn.armNanos());
    wire.value(new Place(group, row, "re-arm"), round, rearm.armNanos());
    wire.value(new Place(group, row, "CPU ns"), round, churn.cpuNanos());
    wire.value(new Place(group, row, "B/op"), round, churn.bytes());
  }

  private void bursts(int armed, List<Peer> peers) throws InterruptedException {
    String group =
        String.format(Locale.ROOT, "a burst of %,d that expires beside %,d armed", BURST, armed);
    for (int round = -1; round < size.rounds(); round++) {
      Collections.shuffle(peers, random);
      for (Peer peer : peers) {
        double nanos = burst(peer);
        if (round >= 0) {
          wire.value(new Place(group, peer.name(), "ns each"), round, nanos);
        }
      }
    }
  }

  /** From the instant for which all are armed until the last has run, for each. */
  private static double burst(Peer peer) throws InterruptedException {
    AtomicInteger left = new AtomicInteger(BURST);
    CountDownLatch done = new CountDownLatch(1);
    long[] ended = new long[1];
    peer.prepare(
        BURST,
        index -> {
          if (left.decrementAndGet() == 0) {
            ended[0] = System.nanoTime();
            done.countDown();
          }
        });
    long due = System.nanoTime() + BURST_AHEAD_NANOS;
    for (int i = 0; i < BURST; i++) {
      peer.armOnce(i, due - System.nanoTime());
    }
    if (!done.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException(left + " of " + peer.name() + " have not run in a minute");
    }
    return (double) (ended[0] - due) / BURST;
  }
}

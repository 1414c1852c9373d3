package org.timehands.bench.latency;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.timehands.bench.ProgressLine;
import org.timehands.bench.bed.NoiseMeter;

/** Runs all contestants in rounds, one after the other, in another order each round. */
final class Comparison {
  private static final long SEED = 20261129;
  private static final long WARM_INTERVAL_NANOS = 50_000;
  private static final long WARM_MILLIS = 1_500;
  private static final long SETTLE_MILLIS = 500;

  private final List<Contestant> contestants;
  private final Setting setting;
  private final long sliceMillis;
  private final int rounds;

  /**
   * A comparison.
   *
   * @param contestants who takes part
   * @param setting what they have in common
   * @param sliceMillis how long each runs in each round
   * @param rounds how many
   */
  Comparison(List<Contestant> contestants, Setting setting, long sliceMillis, int rounds) {
    this.contestants = contestants;
    this.setting = setting;
    this.sliceMillis = sliceMillis;
    this.rounds = rounds;
  }

  Rounds run() throws IOException, InterruptedException {
    warmUp();
    Rounds result = new Rounds();
    Random random = new Random(SEED);
    NoiseMeter meter =
        new NoiseMeter(() -> contestants.stream().mapToLong(Contestant::ownCpuNanos).sum());
    for (int round = 0; round < rounds; round++) {
      List<Contestant> order = new ArrayList<>(contestants);
      Collections.shuffle(order, random);
      List<Slice> slices = new ArrayList<>(Collections.nCopies(order.size(), null));
      for (Contestant each : order) {
        ProgressLine.show(
            String.format(
                Locale.ROOT, "round %d of %d: %s%s", round + 1, rounds, each.name(),
                soFar(result, each)));
        slices.set(contestants.indexOf(each), each.run(setting.intervalNanos(), sliceMillis));
      }
      for (int i = 0; i < contestants.size(); i++) {
        result.add(contestants.get(i).name(), slices.get(i));
      }
      result.endRound(meter.lap());
    }
    ProgressLine.show("");
    return result;
  }

  private static String soFar(Rounds result, Contestant each) {
    if (result.count() == 0) {
      return "";
    }
    Summary all = result.summary(each.name());
    return String.format(
        Locale.ROOT, ", so far p50 %.1f us, p99 %.1f us, max %.1f us", all.p50Micros(),
        all.p99Micros(), all.maxMicros());
  }

  /** First fast, so that everything is compiled, then as it will be, for what learns. */
  private void warmUp() throws IOException, InterruptedException {
    for (Contestant each : contestants) {
      if (each.isJava()) {
        ProgressLine.show("warming up: " + each.name());
        each.run(WARM_INTERVAL_NANOS, WARM_MILLIS);
        each.run(setting.intervalNanos(), SETTLE_MILLIS);
      }
    }
  }
}

package org.timehands.bench.latency;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.timehands.bench.bed.Noise;

/** What all rows did in all rounds, and how busy the machine was with others. Not thread-safe. */
final class Rounds {
  /** Fewest quiet rounds that may stand for the run. */
  static final int QUIET_WANTED = 3;

  private final Map<String, List<Slice>> slices = new LinkedHashMap<>();
  private final List<Noise> noise = new ArrayList<>();

  /** Adds a row's slice of the round that goes on. */
  void add(String row, Slice slice) {
    List<Slice> mine = slices.computeIfAbsent(row, none -> new ArrayList<>());
    if (mine.size() != noise.size()) {
      throw new IllegalStateException(row + " has a slice in this round already, or missed one");
    }
    mine.add(slice);
  }

  /** Ends a round. */
  void endRound(Noise measured) {
    noise.add(measured);
  }

  List<String> rows() {
    return List.copyOf(slices.keySet());
  }

  boolean has(String row) {
    return slices.containsKey(row);
  }

  int count() {
    return noise.size();
  }

  int quiet() {
    return (int) noise.stream().filter(Noise::isQuiet).count();
  }

  boolean usesQuietOnly() {
    return quiet() >= QUIET_WANTED;
  }

  /** How busy others were on average. */
  Noise meanNoise() {
    return new Noise(
        noise.stream().mapToDouble(Noise::others).average().orElse(0),
        noise.stream().mapToDouble(Noise::steal).average().orElse(0));
  }

  /** A row's slices of the rounds that count. */
  List<Slice> counted(String row) {
    List<Slice> counted = new ArrayList<>();
    for (int i = 0; i < noise.size(); i++) {
      if (!usesQuietOnly() || noise.get(i).isQuiet()) {
        counted.add(slices.get(row).get(i));
      }
    }
    return counted;
  }

  /** A row over the rounds that count. */
  Summary summary(String row) {
    return Summary.of(counted(row));
  }

  /** The ratio of two rows' quantiles, with the least and the most of the rounds that count. */
  Ratio ratio(String row, String base, double part) {
    List<Slice> ours = counted(row);
    List<Slice> theirs = counted(base);
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (int i = 0; i < ours.size(); i++) {
      double one = ratio(ours.get(i).late(), theirs.get(i).late(), part);
      least = Math.min(least, one);
      most = Math.max(most, one);
    }
    return new Ratio(ratio(summary(row).late(), summary(base).late(), part), least, most);
  }

  private static double ratio(LateHistogram ours, LateHistogram theirs, double part) {
    return (double) ours.quantile(part) / Math.max(1, theirs.quantile(part));
  }

  /**
   * A ratio.
   *
   * @param all of all waits of the rounds that count
   * @param least of those within one round
   * @param most of those within one round
   */
  record Ratio(double all, double least, double most) {}
}

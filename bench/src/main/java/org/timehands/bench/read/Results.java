package org.timehands.bench.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Summary;

/**
 * What was measured: nanoseconds per row and round, and how busy the machine was with other things
 * in each round. Not thread-safe.
 */
final class Results {
  /** Fewest quiet rounds that may stand for the run. */
  private static final int QUIET_ROUNDS_WANTED = 5;

  private final Map<String, Map<Integer, Double>> nanos = new HashMap<>();
  private final Map<String, Double> bytes = new HashMap<>();
  private final Map<Integer, Noise> noise = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  void add(int round, String row, double nanosPerRead) {
    nanos.computeIfAbsent(row, none -> new HashMap<>()).put(round, nanosPerRead);
  }

  void addAllocation(String row, double bytesPerRead) {
    bytes.merge(row, bytesPerRead, Math::min);
  }

  void addNoise(int round, Noise measured) {
    noise.put(round, measured);
  }

  void note(String text) {
    notes.add(text);
  }

  List<String> notes() {
    return notes;
  }

  /** How many rounds were begun and ended. */
  int rounds() {
    return noise.size();
  }

  /** How many of them were quiet. */
  int quietRounds() {
    return (int) noise.values().stream().filter(Noise::isQuiet).count();
  }

  /** Whether the summaries leave the noisy rounds out. */
  boolean usesQuietRoundsOnly() {
    return quietRounds() >= QUIET_ROUNDS_WANTED;
  }

  /** How busy the machine was in the whole run. */
  Noise meanNoise() {
    return new Noise(
        noise.values().stream().mapToDouble(Noise::others).average().orElse(0),
        noise.values().stream().mapToDouble(Noise::steal).average().orElse(0));
  }

  boolean has(String row) {
    return nanos.containsKey(row);
  }

  /** The cost of a row over the rounds that count. */
  Summary of(String row) {
    Map<Integer, Double> mine = nanos.get(row);
    return Summary.of(rounds(mine).stream().mapToDouble(mine::get).toArray());
  }

  /** The ratio of two rows: that of their medians, with the spread of the ratios within rounds. */
  Summary ratio(String row, String base) {
    Map<Integer, Double> mine = nanos.get(row);
    Map<Integer, Double> theirs = nanos.get(base);
    Set<Integer> both = rounds(mine);
    both.retainAll(rounds(theirs));
    Summary spread =
        Summary.of(both.stream().mapToDouble(r -> mine.get(r) / theirs.get(r)).toArray());
    double ratio = of(row).median() / of(base).median();
    return new Summary(ratio, spread.low(), spread.high(), spread.count());
  }

  /** Bytes that a read allocates, or NaN if that was not measured. */
  double allocation(String row) {
    return bytes.getOrDefault(row, Double.NaN);
  }

  private Set<Integer> rounds(Map<Integer, Double> row) {
    Set<Integer> counted = new TreeSet<>(row.keySet());
    if (usesQuietRoundsOnly()) {
      Set<Integer> quiet = new TreeSet<>(counted);
      quiet.removeIf(round -> noise.containsKey(round) && !noise.get(round).isQuiet());
      return quiet.isEmpty() ? counted : quiet;
    }
    return counted;
  }
}

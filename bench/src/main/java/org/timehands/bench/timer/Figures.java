package org.timehands.bench.timer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Summary;

/** What was measured, by table, row and column. Not thread-safe. */
final class Figures {
  private final Map<Place, Map<Integer, Double>> values = new LinkedHashMap<>();
  private final List<Noise> noise = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  Figures() {}

  void add(Place place, int round, double value) {
    values.computeIfAbsent(place, none -> new TreeMap<>()).put(round, value);
  }

  void addNoise(Noise measured) {
    noise.add(measured);
  }

  void note(String words) {
    notes.add(words);
  }

  List<String> notes() {
    return notes;
  }

  List<String> groups() {
    return values.keySet().stream().map(Place::group).distinct().toList();
  }

  List<String> rows(String group) {
    return values.keySet().stream()
        .filter(place -> place.group().equals(group))
        .map(Place::row)
        .distinct()
        .sorted(Comparator.comparingInt(Figures::rank).thenComparing(row -> row))
        .toList();
  }

  /** Peers stand in one order in all tables; other rows by their names. */
  private static int rank(String row) {
    return List.of(
            Peers.TIMERS, Peers.SHARDED, Peers.EXECUTOR, Peers.THREAD_POOL, Peers.FORK_JOIN)
        .indexOf(row);
  }

  List<String> columns(String group) {
    return values.keySet().stream()
        .filter(place -> place.group().equals(group))
        .map(Place::column)
        .distinct()
        .toList();
  }

  boolean has(Place place) {
    return values.containsKey(place);
  }

  Summary of(Place place) {
    return Summary.of(values.get(place).values().stream().mapToDouble(v -> v).toArray());
  }

  /** The ratio of two rows: that of their medians, with the spread of those within rounds. */
  Summary ratio(Place row, Place base) {
    Map<Integer, Double> mine = values.get(row);
    Map<Integer, Double> theirs = values.get(base);
    Summary spread =
        Summary.of(
            mine.keySet().stream()
                .filter(theirs::containsKey)
                .mapToDouble(round -> mine.get(round) / theirs.get(round))
                .toArray());
    double ratio = of(row).median() / of(base).median();
    return new Summary(ratio, spread.low(), spread.high(), spread.count());
  }

  int rounds() {
    return noise.size();
  }

  int quietRounds() {
    return (int) noise.stream().filter(Noise::isQuiet).count();
  }

  Noise meanNoise() {
    return new Noise(
        noise.stream().mapToDouble(Noise::others).average().orElse(0),
        noise.stream().mapToDouble(Noise::steal).average().orElse(0));
  }
}

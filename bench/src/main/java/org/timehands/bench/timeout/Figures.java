package org.timehands.bench.timeout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.Summary;

/** What was measured, as the measuring JVMs reported it. Not thread-safe. */
final class Figures {
  /**
   * A row of a table.
   *
   * @param subject whose
   * @param armed how many were armed
   * @param operation what was done
   * @param threads by how many threads
   */
  record Cell(String subject, int armed, Operation operation, int threads) {}

  /**
   * The slowest of many operations.
   *
   * @param p999Nanos one in a thousand took longer
   * @param mostNanos none did
   */
  record Tail(double p999Nanos, double mostNanos) {}

  /**
   * Heap for each armed timeout.
   *
   * @param beyond what arming takes
   * @param all with what the user keeps: its handle and its objects
   */
  record Bytes(double beyond, double all) {}

  /** A million that expired in a second. */
  record Expiry(
      double cpuSeconds, double p50Millis, double p99Millis, double mostMillis, long early,
      long lost, long leadMillis) {}

  /**
   * Many that expired at one instant: from that and from the first run until the last, what others
   * waited, what was lost.
   */
  record Burst(double wholeMillis, double runsMillis, double othersMillis, long lost) {}

  /** Many in one bucket, by hand: the longest call for 256, all calls, what was lost. */
  record Pause(double worstMillis, double wholeMillis, long lost) {}

  private final Map<Cell, List<Double>> nanos = new LinkedHashMap<>();
  private final Map<Cell, List<Double>> bytes = new LinkedHashMap<>();
  private final Map<Cell, List<Tail>> tails = new LinkedHashMap<>();
  private final Map<String, Bytes> memory = new LinkedHashMap<>();
  private final List<Noise> noises = new ArrayList<>();
  final Map<String, Expiry> expiries = new LinkedHashMap<>();
  final Map<String, Burst> bursts = new LinkedHashMap<>();
  final Map<String, Pause> pauses = new LinkedHashMap<>();
  /** Wake-ups in a minute, by subject and state. */
  final Map<String, Map<String, Double>> idle = new LinkedHashMap<>();

  /** Takes one report of a subject. */
  void take(String subject, List<String> report) {
    switch (report.getFirst()) {
      case "cost" -> {
        Cell cell =
            new Cell(
                subject, whole(report, 1), Operation.valueOf(report.get(2)), whole(report, 3));
        nanos.computeIfAbsent(cell, none -> new ArrayList<>()).add(number(report, 4));
        bytes.computeIfAbsent(cell, none -> new ArrayList<>()).add(number(report, 5));
      }
      case "tail" ->
          tails
              .computeIfAbsent(
                  new Cell(subject, whole(report, 1), Operation.valueOf(report.get(2)), 1),
                  none -> new ArrayList<>())
              .add(new Tail(number(report, 3), number(report, 4)));
      case "memory" ->
          memory.put(
              subject + " " + whole(report, 1), new Bytes(number(report, 2), number(report, 3)));
      case "noise" -> noises.add(new Noise(number(report, 1), number(report, 2)));
      case "expiry" ->
          expiries.put(
              subject,
              new Expiry(
                  number(report, 1), number(report, 2), number(report, 3), number(report, 4),
                  whole(report, 5), whole(report, 6), whole(report, 7)));
      case "burst" ->
          bursts.put(
              subject,
              new Burst(
                  number(report, 1), number(report, 2), number(report, 3), whole(report, 4)));
      case "pause" ->
          pauses.put(
              subject, new Pause(number(report, 1), number(report, 2), whole(report, 3)));
      case "idle" ->
          idle.computeIfAbsent(report.get(1), none -> new LinkedHashMap<>())
              .put(report.get(2), number(report, 3));
      default -> {
        // "size": a size is done; the process says by its exit code that all are.
      }
    }
  }

  private static double number(List<String> report, int index) {
    return Double.parseDouble(report.get(index));
  }

  private static int whole(List<String> report, int index) {
    return Integer.parseInt(report.get(index));
  }

  boolean has(Cell cell) {
    return nanos.containsKey(cell);
  }

  /** Nanoseconds of an operation over all slices. */
  Summary cost(Cell cell) {
    return Summary.of(doubles(nanos.get(cell)));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Bytes that an operation allocates: the median, since a JVM allocates for itself at times. */
  double allocated(Cell cell) {
    return Summary.of(doubles(bytes.get(cell))).median();
  }

  /** The median of the runs' tails; null if there are none. */
  Tail tail(Cell cell) {
    List<Tail> all = tails.get(cell);
    if (all == null) {
      return null;
    }
    return new Tail(
        Summary.of(all.stream().mapToDouble(Tail::p999Nanos).toArray()).median(),
        Summary.of(all.stream().mapToDouble(Tail::mostNanos).toArray()).median());
  }

  Bytes memory(String subject, int armed) {
    return memory.get(subject + " " + armed);
  }

  /** The ratio of two cells' medians, with the spread of the ratios of their slices. */
  Summary ratio(Cell cell, Cell base) {
    List<Double> ours = nanos.get(cell);
    List<Double> theirs = nanos.get(base);
    int count = Math.min(ours.size(), theirs.size());
    double[] ratios = new double[count];
    for (int i = 0; i < count; i++) {
      ratios[i] = ours.get(i) / theirs.get(i);
    }
    Summary spread = Summary.of(ratios);
    return new Summary(
        cost(cell).median() / cost(base).median(), spread.low(), spread.high(), count);
  }

  List<Cell> cells() {
    return List.copyOf(nanos.keySet());
  }

  TreeSet<Integer> sizes() {
    TreeSet<Integer> sizes = new TreeSet<>();
    nanos.keySet().forEach(cell -> sizes.add(cell.armed()));
    return sizes;
  }

  /** How busy the machine was with other things, in the mean of the JVMs that timed operations. */
  Noise noise() {
    return new Noise(
        noises.stream().mapToDouble(Noise::others).average().orElse(0),
        noises.stream().mapToDouble(Noise::steal).average().orElse(0));
  }
}

package org.timehands.bench.read;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.timehands.linux.Counter;

/** The rows, in the order of the table. */
final class Rows {
  static final String ORDERED = Counter.orderedInstructions();
  static final String RELAXED = relaxedInstruction();

  static final String NANO_TIME = "System.nanoTime";
  static final String INSTANT_NOW = "Instant.now";
  static final String FIVE_CLOCKS = "five clock_gettime";
  static final String MONOTONIC = "monotonic";
  static final String MONOTONIC_RELAXED = "monotonic relaxed";
  static final String SNAPSHOT = "snapshot";
  static final String SNAPSHOT_USED = "snapshot, all used";
  static final String INSTANT = "instant";
  static final String FILES = " (files)";
  static final String UPDATED = " +10 kHz";

  private static final String UPDATES_PER_SECOND = "10000";

  private static final String FLOOR = "floor: the bare downcall";
  private static final String IN_C = "in C";
  private static final String JDK = "the JDK";
  private static final String HOST = "the host's clocks, without JNI";
  private static final String AGRONA = "Agrona";
  private static final String CHRONICLE = "Chronicle-Core";
  private static final String OURS = "Timehands";
  private static final String OURS_IN_FILES = "Timehands, page in mapped files";
  private static final String ALTERNATIVES = "the same timeline, published otherwise";
  private static final String UPDATING = "beside a thread that updates at 10 kHz";
  private static final String TWO = "two threads, each";

  private Rows() {}

  private static String relaxedInstruction() {
    return ORDERED.contains("cntvct") ? "mrs cntvct_el0" : "rdtsc";
  }

  static List<Row> all() {
    List<Row> rows = new ArrayList<>(peers());
    rows.addAll(ours());
    rows.addAll(alternatives());
    return List.copyOf(rows);
  }

  /** The rows whose name the pattern is found in; all of them, if there is none. */
  static List<Row> matching(Pattern pattern) {
    return all().stream()
        .filter(row -> pattern == null || pattern.matcher(row.name()).find())
        .toList();
  }

  private static List<Row> peers() {
    return List.of(
        Row.of(FLOOR, ORDERED, "FloorBench.counterOrdered"),
        Row.of(FLOOR, RELAXED, "FloorBench.counterRelaxed"),
        Row.of(FLOOR, "fence before " + RELAXED, "FloorBench.counterFenced"),
        Row.of(FLOOR, "empty downcall", "FloorBench.emptyDowncall"),
        Row.of(IN_C, "C " + ORDERED, "C.counterOrdered"),
        Row.of(IN_C, "C " + RELAXED, "C.counterRelaxed"),
        Row.of(IN_C, "C clock_gettime MONOTONIC", "C.monotonic"),
        Row.of(IN_C, "C clock_gettime REALTIME", "C.realtime"),
        Row.of(JDK, NANO_TIME, "JdkBench.nanoTime"),
        Row.of(JDK, "System.currentTimeMillis", "JdkBench.currentTimeMillis"),
        Row.of(JDK, INSTANT_NOW, "JdkBench.instantNow"),
        Row.of(JDK, "Clock.systemUTC().instant", "JdkBench.clockInstant"),
        Row.of(HOST, "clock_gettime MONOTONIC", "HostBench.monotonic"),
        Row.of(HOST, "clock_gettime REALTIME", "HostBench.realtime"),
        Row.of(HOST, FIVE_CLOCKS, "HostBench.fiveClocks"),
        Row.of(AGRONA, "SystemNanoClock", "AgronaBench.systemNano"),
        Row.of(AGRONA, "SystemEpochClock", "AgronaBench.systemEpoch"),
        Row.of(AGRONA, "SystemEpochMicroClock", "AgronaBench.systemEpochMicro"),
        Row.of(AGRONA, "SystemEpochNanoClock", "AgronaBench.systemEpochNano"),
        Row.of(AGRONA, "OffsetEpochNanoClock", "AgronaBench.offsetEpochNano"),
        Row.of(AGRONA, "HighResolutionClock", "AgronaBench.highResolution"),
        Row.of(AGRONA, "CachedEpochClock (a field)", "AgronaBench.cachedEpoch"),
        Row.of(AGRONA, "CachedNanoClock (a field)", "AgronaBench.cachedNano"),
        Row.of(CHRONICLE, "SystemTimeProvider nanos", "ChronicleBench.systemNanos"),
        Row.of(CHRONICLE, "SystemTimeProvider millis", "ChronicleBench.systemMillis"),
        Row.of(CHRONICLE, "UniqueMicroTimeProvider", "ChronicleBench.uniqueMicros"));
  }

  private static List<Row> ours() {
    Row monotonic = Row.of(OURS, MONOTONIC, "TimelineBench.monotonic");
    Row relaxed = Row.of(OURS, MONOTONIC_RELAXED, "TimelineBench.monotonicRelaxed");
    Row snapshot = Row.of(OURS, SNAPSHOT, "TimelineBench.snapshot");
    List<Row> rows =
        new ArrayList<>(
            List.of(
                monotonic,
                relaxed,
                Row.of(OURS, "realtime", "TimelineBench.realtime"),
                Row.of(OURS, "realtime relaxed", "TimelineBench.realtimeRelaxed"),
                Row.of(OURS, "raw", "TimelineBench.raw"),
                Row.of(OURS, "reading with bound", "TimelineBench.reading"),
                snapshot,
                Row.of(OURS, SNAPSHOT_USED, "TimelineBench.snapshotUsed"),
                Row.of(OURS, INSTANT, "TimelineBench.instant"),
                Row.of(OURS, "instant source millis", "TimelineBench.millis")));
    for (Row row : List.of(monotonic, relaxed, snapshot)) {
      rows.add(row.with(FILES, OURS_IN_FILES, "memory", "files"));
    }
    for (Row row : List.of(monotonic, relaxed, snapshot)) {
      rows.add(row.with(UPDATED, UPDATING, "updatesPerSecond", UPDATES_PER_SECOND));
    }
    rows.add(monotonic.byTwo(TWO));
    rows.add(relaxed.byTwo(TWO));
    rows.add(snapshot.byTwo(TWO));
    rows.add(Row.of(JDK, NANO_TIME, "JdkBench.nanoTime").byTwo(TWO));
    rows.add(Row.of(FLOOR, ORDERED, "FloorBench.counterOrdered").byTwo(TWO));
    return rows;
  }

  private static List<Row> alternatives() {
    List<Row> rows = new ArrayList<>();
    for (String kind : List.of("seqlock", "stampedLock", "latch", "immutable")) {
      Row monotonic = Row.of(ALTERNATIVES, kind + " monotonic", "AlternativesBench." + kind);
      rows.add(monotonic);
      rows.add(
          Row.of(ALTERNATIVES, kind + " relaxed", "AlternativesBench." + kind + "Relaxed"));
      rows.add(
          Row.of(ALTERNATIVES, kind + " snapshot", "AlternativesBench." + kind + "Snapshot"));
      rows.add(monotonic.with(UPDATED, UPDATING, "updatesPerSecond", UPDATES_PER_SECOND));
    }
    return rows;
  }
}

package org.timehands.trace;

import java.util.Arrays;
import java.util.Objects;

/**
 * A stream of events in arrays of a fixed size. Changes of the clocksource are kept as runs, so
 * that an event costs a cycle, a number and a byte. Not thread-safe.
 */
final class TraceLog implements TraceStream {
  /** More events would be one array too large, and more than anybody looks at. */
  static final int CAPACITY_LIMIT = 1 << 27;

  private static final int FIRST_RUNS = 16;

  private final String name;
  private final long[] cycles;
  private final long[] messages;
  private final byte[] kinds;
  private int size;
  private int[] runStarts = new int[FIRST_RUNS];
  private long[] runIds = new long[FIRST_RUNS];
  private int runs;

  TraceLog(String name, int capacity) {
    if (capacity < 1 || capacity > CAPACITY_LIMIT) {
      throw new IllegalArgumentException(
          "trace of " + capacity + " events must have room for 1 to " + CAPACITY_LIMIT);
    }
    this.name = Objects.requireNonNull(name, "name");
    this.cycles = new long[capacity];
    this.messages = new long[capacity];
    this.kinds = new byte[capacity];
  }

  /** Adds an event; false if there is no room. */
  boolean add(long clocksourceId, long cycle, TraceKind kind, long message) {
    int at = size;
    if (at == cycles.length) {
      return false;
    }
    if (runs == 0 || runIds[runs - 1] != clocksourceId) {
      beginRun(clocksourceId);
    }
    cycles[at] = cycle;
    messages[at] = message;
    kinds[at] = kind.code();
    size = at + 1;
    return true;
  }

  private void beginRun(long clocksourceId) {
    if (runs == runIds.length) {
      // The counter has changed once more than there was room for: rare, and allowed to cost.
      runStarts = Arrays.copyOf(runStarts, 2 * runs);
      runIds = Arrays.copyOf(runIds, 2 * runs);
    }
    runStarts[runs] = size;
    runIds[runs] = clocksourceId;
    runs++;
  }

  void clear() {
    size = 0;
    runs = 0;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long clocksourceId(int i) {
    Objects.checkIndex(i, size);
    int run = runs - 1;
    while (runStarts[run] > i) {
      run--;
    }
    return runIds[run];
  }

  @Override
  public long cycles(int i) {
    return cycles[Objects.checkIndex(i, size)];
  }

  @Override
  public TraceKind kind(int i) {
    return TraceKind.of(kinds[Objects.checkIndex(i, size)]);
  }

  @Override
  public long message(int i) {
    return messages[Objects.checkIndex(i, size)];
  }
}

package org.timehands.app;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.timehands.app.text.IsoTime;
import org.timehands.app.text.Json;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timekeeping.Stamp;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.History.Found;

/** Writes converted stamps, a line each, in large pieces. Not thread-safe. */
final class ConvertOutput {
  private static final int PIECE_CHARS = 1 << 16;
  private static final int CYCLES_WIDTH = 16;
  private static final int FOUND_WIDTH = Found.WRONG_CLOCKSOURCE.name().length();

  private final Console console;
  private final Timekeeper clocks;
  private final boolean wantsJson;
  private final StringBuilder text = new StringBuilder(2 * PIECE_CHARS);
  private final StringBuilder scratch = new StringBuilder();
  private final Json json = new Json(text);
  private final IsoTime iso = new IsoTime();
  private final Snapshot snapshot = new Snapshot();
  private final long[] counts = new long[Found.values().length];
  private long total;

  ConvertOutput(Console console, Timekeeper clocks, boolean wantsJson) {
    this.console = Objects.requireNonNull(console, "console");
    this.clocks = Objects.requireNonNull(clocks, "clocks");
    this.wantsJson = wantsJson;
  }

  /** Converts a stamp and writes the line. */
  void convert(long clocksourceId, long cycles) {
    Found found = clocks.convert(new Stamp(clocksourceId, cycles), snapshot);
    counts[found.ordinal()]++;
    total++;
    if (wantsJson) {
      json(clocksourceId, cycles, found);
    } else {
      line(clocksourceId, cycles, found);
    }
    text.append('\n');
    if (text.length() >= PIECE_CHARS) {
      flush();
    }
  }

  private static boolean hasTime(Found found) {
    return found == Found.EXACT || found == Found.PREDICTED;
  }

  private void line(long clocksourceId, long cycles, Found found) {
    int start = text.length();
    text.append(clocksourceId).append(' ').append(cycles);
    pad(start, CYCLES_WIDTH + 2);
    start = text.length();
    text.append(found.name());
    if (!hasTime(found)) {
      return;
    }
    pad(start, FOUND_WIDTH + 2);
    iso.append(text, snapshot.realtimeNanos());
    text.append("Z ");
    bound(snapshot.boundNanos(ClockId.REALTIME));
    text.append("  MONOTONIC ");
    IsoTime.appendSeconds(text, snapshot.monotonicNanos());
    text.append(" s ");
    bound(snapshot.boundNanos(ClockId.MONOTONIC));
  }

  private void bound(long nanos) {
    if (nanos == Long.MAX_VALUE) {
      text.append("no bound");
    } else {
      text.append('±').append(nanos).append(" ns");
    }
  }

  private void pad(int start, int width) {
    do {
      text.append(' ');
    } while (text.length() - start < width);
  }

  private void json(long clocksourceId, long cycles, Found found) {
    json.reset().open('{');
    json.put("clocksource", clocksourceId).put("cycles", cycles).put("found", found.name());
    if (hasTime(found)) {
      scratch.setLength(0);
      iso.append(scratch, snapshot.realtimeNanos());
      json.put("realtimeIso", scratch.append('Z'));
      json.put("realtimeNanos", snapshot.realtimeNanos());
      long wallBoundNanos = snapshot.boundNanos(ClockId.REALTIME);
      json.putBounded("realtimeBoundNanos", wallBoundNanos);
      if (wallBoundNanos == Long.MAX_VALUE) {
        json.put("realtimeBoundReason", snapshot.reason().name());
      }
      json.put("monotonicNanos", snapshot.monotonicNanos());
      json.putBounded("monotonicBoundNanos", snapshot.boundNanos(ClockId.MONOTONIC));
      json.put("rawNanos", snapshot.rawNanos());
      json.putBounded("rawBoundNanos", snapshot.boundNanos(ClockId.MONOTONIC_RAW));
      json.put("boottimeNanos", snapshot.boottimeNanos());
      json.put("taiNanos", snapshot.taiNanos());
      json.put("status", snapshot.status().name());
    }
    json.close('}');
  }

  private void flush() {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    console.out().write(bytes, 0, bytes.length);
    text.setLength(0);
  }

  /** Writes what is left. */
  void end() {
    flush();
    console.out().flush();
  }

  /** Whether nobody reads the output any more. */
  boolean isBroken() {
    // Asking flushes, so ask only when a piece has just gone out.
    return text.isEmpty() && total > 0 && console.out().checkError();
  }

  /** How many stamps were converted. */
  long total() {
    return total;
  }

  /** How many stamps ended in which way: {@code 10 stamps: 9 EXACT, 1 PREDICTED}. */
  String summary() {
    StringBuilder words = new StringBuilder();
    words.append(total).append(total == 1 ? " stamp" : " stamps");
    String separator = ": ";
    for (Found found : Found.values()) {
      if (counts[found.ordinal()] > 0) {
        words.append(separator).append(counts[found.ordinal()]).append(' ').append(found);
        separator = ", ";
      }
    }
    return words.toString();
  }

  /** The clock that progress is measured by. */
  Timekeeper clocks() {
    return clocks;
  }
}

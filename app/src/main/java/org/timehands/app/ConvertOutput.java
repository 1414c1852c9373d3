package org.timehands.app;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.timehands.app.text.IsoTime;
import org.timehands.app.text.Json;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;
import org.timehands.trace.StampConverter;

/** Writes converted stamps, a line each, in large pieces. Not thread-safe. */
final class ConvertOutput {
  private static final int PIECE_CHARS = 1 << 16;
  private static final int CYCLES_WIDTH = 16;
  private static final int FOUND_WIDTH = Found.WRONG_CLOCKSOURCE.name().length();

  private final Console console;
  private final StampConverter converter;
  private final LongSupplier nowNanos;
  private final JournalStamps journal;
  private final boolean wantsJson;
  private final StringBuilder text = new StringBuilder(2 * PIECE_CHARS);
  private final StringBuilder scratch = new StringBuilder();
  private final Json json = new Json(text);
  private final IsoTime iso = new IsoTime();
  private final Sample sample = new Sample();
  private final long[] counts = new long[Found.values().length];
  private long total;

  /** Output of what a timeline's history says. */
  static ConvertOutput of(Console console, Session session, boolean wantsJson) {
    return new ConvertOutput(
        console,
        session.clocks().history()::convert,
        session.clocks()::monotonicNanos,
        null,
        wantsJson);
  }

  /**
   * An output.
   *
   * @param console where to
   * @param converter knows the times
   * @param nowNanos the clock that progress is measured by
   * @param journal says more about the converter's answers; null if they are no journal's
   * @param wantsJson whether to write JSON
   */
  ConvertOutput(
      Console console,
      StampConverter converter,
      LongSupplier nowNanos,
      JournalStamps journal,
      boolean wantsJson) {
    this.console = Objects.requireNonNull(console, "console");
    this.converter = Objects.requireNonNull(converter, "converter");
    this.nowNanos = Objects.requireNonNull(nowNanos, "nowNanos");
    this.journal = journal;
    this.wantsJson = wantsJson;
  }

  /** Converts a stamp and writes the line. */
  void convert(long clocksourceId, long cycles) {
    Found found = converter.convert(clocksourceId, cycles, sample);
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
      if (journal != null) {
        pad(start, FOUND_WIDTH + 2);
        text.append(journal.words());
      }
      return;
    }
    pad(start, FOUND_WIDTH + 2);
    iso.append(text, sample.realNanos());
    text.append("Z ");
    bound(sample.wallErrorNanos());
    text.append("  MONOTONIC ");
    IsoTime.appendSeconds(text, sample.monoNanos());
    text.append(" s ");
    bound(sample.errorNanos());
    if (journal != null) {
      journalColumns();
    }
  }

  /** Whose boot it was, and hindsight in a column of its own. */
  private void journalColumns() {
    text.append("  boot ").append(journal.boot());
    if (journal.wantsHindsight()) {
      text.append("  hindsight ");
      if (journal.lookBack(sample)) {
        iso.append(text, journal.estimate().realNanos);
        text.append("Z ");
        bound(journal.estimate().boundNanos);
      } else {
        text.append("none: no samples of the reference around it");
      }
    }
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
      clocks();
      if (journal != null) {
        json.put("boot", journal.boot());
      }
      if (journal != null && journal.wantsHindsight()) {
        hindsight();
      }
    } else if (journal != null) {
      json.put("reason", journal.words());
    }
    json.close('}');
  }

  private void clocks() {
    realtime("realtimeIso", sample.realNanos());
    json.put("realtimeNanos", sample.realNanos());
    json.putBounded("realtimeBoundNanos", sample.wallErrorNanos());
    if (sample.wallErrorNanos() == Long.MAX_VALUE) {
      json.put("realtimeBoundReason", sample.reason().name());
    }
    json.put("monotonicNanos", sample.monoNanos());
    json.putBounded("monotonicBoundNanos", sample.errorNanos());
    json.put("rawNanos", sample.rawNanos());
    json.putBounded("rawBoundNanos", sample.rawErrorNanos());
    json.put("boottimeNanos", sample.bootNanos());
    json.put("taiNanos", sample.taiNanos());
    json.put("status", sample.status().name());
  }

  private void realtime(String name, long nanos) {
    scratch.setLength(0);
    iso.append(scratch, nanos);
    json.put(name, scratch.append('Z'));
  }

  private void hindsight() {
    if (journal.lookBack(sample)) {
      realtime("hindsightRealtimeIso", journal.estimate().realNanos);
      json.put("hindsightRealtimeNanos", journal.estimate().realNanos);
      json.putBounded("hindsightBoundNanos", journal.estimate().boundNanos);
    } else {
      json.put("hindsightRealtimeNanos", null);
    }
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
  long nowNanos() {
    return nowNanos.getAsLong();
  }
}

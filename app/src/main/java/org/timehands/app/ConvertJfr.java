package org.timehands.app;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Function;
import jdk.jfr.consumer.RecordedEvent;
import org.timehands.app.text.IsoTime;
import org.timehands.app.text.Json;
import org.timehands.trace.StampConverter;

/** Writes the events of a recording with our times, a line each. Not thread-safe. */
final class ConvertJfr {
  private static final int PIECE_CHARS = 1 << 16;
  private static final long SECOND = 1_000_000_000L;

  private final Console console;
  private final boolean wantsJson;
  private final StringBuilder text = new StringBuilder(2 * PIECE_CHARS);
  private final StringBuilder scratch = new StringBuilder();
  private final Json json = new Json(text);
  private final IsoTime iso = new IsoTime();
  private final Map<JfrTimes.How, Long> counts = new EnumMap<>(JfrTimes.How.class);
  private long events;

  ConvertJfr(Console console, boolean wantsJson) {
    this.console = Objects.requireNonNull(console, "console");
    this.wantsJson = wantsJson;
  }

  /**
   * Converts a recording.
   *
   * @param file the recording
   * @param ofBoot gives the history of a boot of this machine; null if there is none
   */
  void convert(Path file, Function<UUID, StampConverter> ofBoot) {
    JfrRecording recording = JfrRecording.open(file);
    List<JfrAnchor> anchors = recording.anchors();
    // Cycles of another boot are others' cycles, however well they seem to fit.
    StampConverter history =
        anchors.isEmpty() ? null : ofBoot.apply(anchors.getFirst().boot());
    JfrTimes times = new JfrTimes(anchors, recording.ticksPerSecond(), history);
    recording.each(event -> write(event, times));
    flush();
    console.out().flush();
    console.say(file + ": " + summary() + "; " + times.words());
  }

  private void write(RecordedEvent event, JfrTimes times) {
    long ticks = event.getLong("startTime");
    JfrTimes.How how = times.convert(ticks);
    counts.merge(how, 1L, Long::sum);
    events++;
    if (how == JfrTimes.How.UNANCHORED) {
      Instant own = event.getStartTime();
      times.realNanos = own.getEpochSecond() * SECOND + own.getNano();
      times.withinNanos = Long.MAX_VALUE;
      times.realBoundNanos = Long.MAX_VALUE;
      times.monoBoundNanos = Long.MAX_VALUE;
    }
    if (wantsJson) {
      json(event, ticks, how, times);
    } else {
      line(event, how, times);
    }
    text.append('\n');
    if (text.length() >= PIECE_CHARS) {
      flush();
    }
  }

  private void line(RecordedEvent event, JfrTimes.How how, JfrTimes times) {
    if (how == JfrTimes.How.UNMAPPABLE) {
      text.append("-  -  ");
    } else {
      iso.append(text, times.realNanos);
      text.append("Z ");
      nanos("±", times.withinNanos);
      text.append(", ");
      nanos("bound ±", times.realBoundNanos);
      text.append("  ");
    }
    text.append(how).append("  ").append(event.getEventType().getName());
  }

  private void nanos(String before, long nanos) {
    if (nanos == Long.MAX_VALUE) {
      text.append("no bound");
    } else {
      text.append(before).append(nanos).append(" ns");
    }
  }

  private void json(RecordedEvent event, long ticks, JfrTimes.How how, JfrTimes times) {
    json.reset().open('{');
    json.put("event", event.getEventType().getName()).put("ticks", ticks);
    json.put("found", how.name());
    if (how != JfrTimes.How.UNMAPPABLE) {
      scratch.setLength(0);
      iso.append(scratch, times.realNanos);
      json.put("realtimeIso", scratch.append('Z'));
      json.put("realtimeNanos", times.realNanos);
      json.putBounded("withinNanos", times.withinNanos);
      json.putBounded("realtimeBoundNanos", times.realBoundNanos);
      if (how != JfrTimes.How.UNANCHORED) {
        json.put("monotonicNanos", times.monoNanos);
        json.putBounded("monotonicBoundNanos", times.monoBoundNanos);
      }
    }
    json.put("durationNanos", event.getDuration().toNanos());
    json.close('}');
  }

  private void flush() {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    console.out().write(bytes, 0, bytes.length);
    text.setLength(0);
  }

  private String summary() {
    StringJoiner words = new StringJoiner(", ", events + (events == 1 ? " event" : " events")
        + (events == 0 ? "" : ": "), "");
    counts.forEach((how, count) -> words.add(count + " " + how));
    return words.toString();
  }
}

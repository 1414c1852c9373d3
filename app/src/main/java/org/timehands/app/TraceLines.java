package org.timehands.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.timehands.app.text.IsoTime;
import org.timehands.app.text.Json;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;
import org.timehands.trace.StampConverter;

/**
 * Puts times into the lines of a text that has a stamp in each: in front of the line, or in place
 * of the stamp. What has no stamp passes with a mark. Not thread-safe.
 *
 * <p>Lines are bytes: whatever else is in them comes out as it went in.
 */
final class TraceLines {
  private static final int LINE_LIMIT_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 1 << 16;
  private static final String NO_STAMP = "NO_STAMP";

  private final Console console;
  private final StampConverter converter;
  private final StampField field;
  private final long clocksourceId;
  private final boolean replaces;
  private final boolean wantsJson;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(2 * PIECE_BYTES);
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder scratch = new StringBuilder();
  private final Json json = new Json(text);
  private final IsoTime iso = new IsoTime();
  private final Sample sample = new Sample();
  private long lines;
  private long broken;
  private long firstBroken;

  /**
   * A pass over a text.
   *
   * @param console where the lines go
   * @param converter knows the times
   * @param field finds the stamp in a line
   * @param clocksourceId whose cycles they are where a line does not say
   * @param replaces whether the time takes the stamp's place
   * @param wantsJson whether to write an object for each line
   */
  TraceLines(
      Console console,
      StampConverter converter,
      StampField field,
      long clocksourceId,
      boolean replaces,
      boolean wantsJson) {
    this.console = Objects.requireNonNull(console, "console");
    this.converter = Objects.requireNonNull(converter, "converter");
    this.field = Objects.requireNonNull(field, "field");
    this.clocksourceId = clocksourceId;
    this.replaces = replaces;
    this.wantsJson = wantsJson;
  }

  /**
   * Converts all lines; says at the end how many had no stamp.
   *
   * @throws IOException if the text cannot be read
   * @throws Failure if no line at all had a stamp
   */
  void convert(InputStream in) throws IOException {
    byte[] buffer = new byte[PIECE_BYTES];
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean open = false;
    for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
      for (int i = 0; i < got; i++) {
        open = buffer[i] != '\n';
        if (open) {
          line.write(buffer[i]);
          checkLength(line.size());
        } else {
          convertLine(line);
        }
      }
    }
    if (open) {
      convertLine(line);
    }
    flush();
    console.out().flush();
    end();
  }

  private void checkLength(int bytes) {
    if (bytes > LINE_LIMIT_BYTES) {
      flush();
      throw new Failure(
          ExitCode.FAILED,
          "line " + (lines + 1) + " is longer than " + LINE_LIMIT_BYTES + " bytes: not a text");
    }
  }

  private void convertLine(ByteArrayOutputStream bytes) {
    String line = bytes.toString(StandardCharsets.ISO_8859_1);
    bytes.reset();
    lines++;
    boolean stamped = field.find(line);
    Found found = null;
    if (stamped) {
      long id = field.namesClocksource() ? field.clocksourceId() : clocksourceId;
      found = converter.convert(id, field.cycles(), sample);
    } else {
      broken++;
      firstBroken = broken == 1 ? lines : firstBroken;
    }
    text.setLength(0);
    if (wantsJson) {
      json(line, found);
    } else {
      line(line, found);
    }
    if (out.size() >= PIECE_BYTES) {
      flush();
    }
  }

  private static boolean hasTime(Found found) {
    return found == Found.EXACT || found == Found.PREDICTED;
  }

  private void line(String line, Found found) {
    String status = found == null ? NO_STAMP : found.name();
    if (!replaces) {
      if (hasTime(found)) {
        iso.append(text, sample.realNanos());
        text.append("Z ");
        bound();
      } else {
        text.append("- -");
      }
      text.append(' ').append(status).append('\t');
      emit(text, StandardCharsets.UTF_8);
      emit(line, StandardCharsets.ISO_8859_1);
    } else if (found == null) {
      emit(line, StandardCharsets.ISO_8859_1);
    } else {
      emit(line.substring(0, field.from()), StandardCharsets.ISO_8859_1);
      if (hasTime(found)) {
        iso.append(text, sample.realNanos());
        text.append('Z');
      } else {
        text.append(status);
      }
      emit(text, StandardCharsets.UTF_8);
      emit(line.substring(field.to()), StandardCharsets.ISO_8859_1);
    }
    out.write('\n');
  }

  private void bound() {
    long nanos = sample.wallErrorNanos();
    if (nanos == Long.MAX_VALUE) {
      text.append("unbounded");
    } else {
      text.append('±').append(nanos).append("ns");
    }
  }

  private void json(String line, Found found) {
    json.reset().open('{').put("line", lines);
    json.put("found", found == null ? NO_STAMP : found.name());
    if (found != null) {
      json.put("cycles", field.cycles());
    }
    if (hasTime(found)) {
      scratch.setLength(0);
      iso.append(scratch, sample.realNanos());
      json.put("realtimeIso", scratch.append('Z'));
      json.put("realtimeNanos", sample.realNanos());
      json.putBounded("realtimeBoundNanos", sample.wallErrorNanos());
      json.put("monotonicNanos", sample.monoNanos());
      json.putBounded("monotonicBoundNanos", sample.errorNanos());
    }
    byte[] raw = line.getBytes(StandardCharsets.ISO_8859_1);
    json.put("text", new String(raw, StandardCharsets.UTF_8)).close('}');
    emit(text, StandardCharsets.UTF_8);
    out.write('\n');
  }

  private void emit(CharSequence part, java.nio.charset.Charset in) {
    byte[] bytes = part.toString().getBytes(in);
    out.write(bytes, 0, bytes.length);
  }

  private void flush() {
    byte[] bytes = out.toByteArray();
    console.out().write(bytes, 0, bytes.length);
    out.reset();
  }

  private void end() {
    if (broken == 0) {
      return;
    }
    String which =
        broken + " of " + lines + " lines have no stamp in " + field.words() + ", first line "
            + firstBroken;
    if (broken == lines) {
      throw Failure.usage(which + "; a stamp is CYCLES or CLOCKSOURCE:CYCLES");
    }
    console.say("convert: " + which);
  }
}

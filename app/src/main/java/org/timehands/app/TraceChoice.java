package org.timehands.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.timehands.trace.StampConverter;
import picocli.CommandLine.Option;

/** Which trace to convert, if it is no list of stamps: options of a command. */
final class TraceChoice {
  @Option(names = "--jfr", paramLabel = "FILE",
      description = "Convert the events of a Flight Recorder's file. Exact where the recording has"
          + " anchors (JfrAnchors) and history reaches back to them.")
  private Path jfr;

  @Option(names = "--column", paramLabel = "N",
      description = "Each line has a stamp in its Nth column; put the time in front of the line.")
  private Integer column;

  @Option(names = "--field", paramLabel = "NAME",
      description = "Each line has a stamp after NAME= or \"NAME\":; put the time in front.")
  private String field;

  @Option(names = "--separator", paramLabel = "CHARS",
      description = "What ends a column, such as ','. Default: runs of blanks and tabs.")
  private String separator = "";

  @Option(names = "--replace",
      description = "Put the time in the stamp's place instead of in front of the line.")
  private boolean replaces;

  /** Whether a trace was named. */
  boolean isGiven() {
    return jfr != null || column != null || field != null;
  }

  /** Refuses options and arguments that say different things. */
  void check(List<String> arguments) {
    boolean text = column != null || field != null;
    if (jfr != null && (text || !arguments.isEmpty()) || column != null && field != null) {
      throw Failure.usage(
          "--jfr, --column and --field exclude each other, and --jfr takes no stamps; give one");
    }
    if (text && arguments.size() != 1) {
      throw Failure.usage("--column and --field need one text: a file, or - for standard input");
    }
    if (!text && (replaces || !separator.isEmpty())) {
      throw Failure.usage("--replace and --separator need --column or --field");
    }
    if (!isGiven() && arguments.isEmpty()) {
      throw Failure.usage(
          "nothing to convert; give stamps, - for standard input, --jfr FILE, or --column N FILE");
    }
  }

  /**
   * Converts the trace.
   *
   * @param console where to
   * @param arguments the text, unless it is a recording
   * @param clocksourceId whose cycles they are where a line does not say
   * @param converter knows the times
   * @param ofBoot gives what knows the times of a boot; null if nothing does
   * @param wantsJson whether to write JSON
   */
  void convert(
      Console console,
      List<String> arguments,
      long clocksourceId,
      StampConverter converter,
      Function<UUID, StampConverter> ofBoot,
      boolean wantsJson) {
    if (jfr != null) {
      new ConvertJfr(console, wantsJson).convert(jfr, ofBoot);
      return;
    }
    StampField where =
        column != null ? StampField.column(column, separator) : StampField.named(field);
    TraceLines lines =
        new TraceLines(console, converter, where, clocksourceId, replaces, wantsJson);
    String name = arguments.getFirst();
    try {
      if (name.equals("-")) {
        lines.convert(console.in());
      } else {
        try (InputStream in = Files.newInputStream(Path.of(name))) {
          lines.convert(in);
        }
      }
    } catch (IOException lost) {
      throw new Failure(ExitCode.FAILED, name + " cannot be read: " + lost.getMessage(), lost);
    }
  }
}

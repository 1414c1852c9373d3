package org.timehands.bench.latency;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Lengths of time as people write them. */
final class Spans {
  private static final Pattern SHAPE = Pattern.compile("([0-9]{1,9})(ms|s|m|h)?");

  private Spans() {}

  /**
   * Reads a length such as {@code 20s}, {@code 500ms} or {@code 2m}; a bare number is in seconds.
   *
   * @return nanoseconds, more than 0
   */
  static long parseNanos(String option, String text, CommandSpec spec) {
    Matcher matcher = SHAPE.matcher(text);
    long number = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    if (number == 0) {
      throw new ParameterException(
          spec.commandLine(),
          option + " " + text
              + " must be a number above 0, of seconds or with ms, s, m or h, such as 20s");
    }
    String unit = matcher.group(2) == null ? "s" : matcher.group(2);
    long millis =
        switch (unit) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    return Math.multiplyExact(number * millis, 1_000_000L);
  }
}

package org.timehands.bench.read;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * One line of the table: a read, and under which conditions.
 *
 * @param name what people call it; unique
 * @param group the heading it stands under
 * @param benchmark the benchmark's class and method, as in {@code JdkBench.nanoTime}; or, for the C
 *     program, {@code C.} and its name there
 * @param parameters of the benchmark's state
 * @param threads how many threads read at once
 */
record Row(
    String name, String group, String benchmark, Map<String, String> parameters, int threads) {
  private static final String C_PREFIX = "C.";
  private static final String PACKAGE = "org.timehands.bench.jmh.";

  static Row of(String group, String name, String benchmark) {
    return new Row(name, group, benchmark, Map.of(), 1);
  }

  Row with(String suffix, String heading, String parameter, String value) {
    return new Row(name + suffix, heading, benchmark, Map.of(parameter, value), threads);
  }

  Row byTwo(String heading) {
    return new Row(name + " x2", heading, benchmark, parameters, 2);
  }

  boolean isC() {
    return benchmark.startsWith(C_PREFIX);
  }

  /** The name of the read in the C program. */
  String inC() {
    return benchmark.substring(C_PREFIX.length());
  }

  /** A pattern for JMH that finds this benchmark and no other. */
  String pattern() {
    return "^" + Pattern.quote(PACKAGE + benchmark) + "$";
  }

  /** Whether it takes a second CPU: another thread that reads or updates. */
  boolean needsTwoCpus() {
    return threads > 1 || parameters.containsKey("updatesPerSecond");
  }
}

package org.timehands.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.bench.Main;

/**
 * 3-03: What the command takes, refuses and prints; a short run on the park device works anywhere.
 */
class LatencyCommandTest {
  private record Ran(int code, String out, String err) {}

  private static Ran run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream toOut = new ByteArrayOutputStream();
    ByteArrayOutputStream toErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(toOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(toErr, true, StandardCharsets.UTF_8));
    try {
      int code = Main.execute(args);
      return new Ran(
          code, toOut.toString(StandardCharsets.UTF_8), toErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static void refused(String says, String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "latency";
    System.arraycopy(args, 0, all, 1, args.length);
    Ran ran = run(all);
    assertEquals(Main.EXIT_USAGE, ran.code, ran.err);
    assertTrue(ran.err.contains(says), ran.err);
  }

  @Test
  void wrongUsageIsSaidInOneLine() {
    refused("--interval 0 must lie in [20, 1000000] us", "-i", "0");
    refused("--threads 65 must lie in [1, 64]", "-t", "65");
    refused("--priority 100 must lie in [0, 99]", "--priority", "100");
    refused("--slack 0 must lie in", "--slack", "0");
    refused("--device hpet must be default or one of", "--device", "hpet");
    refused("names one twice", "--device", "park,park");
    refused("must end in .svg or .png", "--plot", "late.gif");
    refused("lies in no directory", "-D", "300ms", "--plot", "/nowhere/late.svg");
    refused("leave --compare, --load", "--idle", "1s", "--compare");
    refused("--duration 5 days must be a number above 0", "-D", "5 days");
    refused("--duration 0s", "-D", "0s");
    refused("leave --threads out", "--compare", "-t", "2");
    refused("--compare adds +spin itself", "--compare", "--device", "park+spin");
    refused("--idle x must be", "--idle", "x");
    refused("'abc' is not a whole number of 64 bits", "-i", "abc");
  }

  /** By the name that its users know: they do not call bench. */
  @Test
  void itIsCalledAsTheLauncherCallsIt() {
    Ran help = run("latency", "--help");
    assertEquals(0, help.code);
    assertTrue(help.out.startsWith("Usage: timehands latency "), help.out);
    Ran wrong = run("latency", "--no-such");
    assertTrue(wrong.err.endsWith("; see ./timehands latency --help\n"), wrong.err);
    Ran other = run("bench");
    assertTrue(other.err.contains("; see ./timehands bench --help"), other.err);
    assertTrue(run("read", "--help").out.startsWith("Usage: timehands bench read "));
    assertTrue(run("--help").out.startsWith("Usage: timehands bench "));
  }

  @Test
  void lengthsOfTime() {
    assertEquals(20_000_000_000L, Spans.parseNanos("-D", "20s", null));
    assertEquals(20_000_000_000L, Spans.parseNanos("-D", "20", null));
    assertEquals(500_000_000L, Spans.parseNanos("-D", "500ms", null));
    assertEquals(120_000_000_000L, Spans.parseNanos("-D", "2m", null));
    assertEquals(3_600_000_000_000L, Spans.parseNanos("-D", "1h", null));
  }

  @Test
  void aShortRunPrintsAndDraws(@TempDir Path directory) throws Exception {
    Path plot = directory.resolve("late.svg");
    Ran ran =
        run("latency", "--device", "park", "-i", "2000", "-D", "300ms", "--load", "--plot",
            plot.toString());
    assertEquals(0, ran.code, ran.err);
    assertTrue(ran.out.contains("timehands park"), ran.out);
    assertTrue(ran.out.contains("interval 2000 us"), ran.out);
    assertTrue(ran.out.contains("under load"), ran.out);
    assertIsAHistogram(ran.out);
    assertTrue(Files.readString(plot).startsWith("<svg"));
  }

  /** The row's quantiles are in order, none woke early, and the bars hold each wait once. */
  private static void assertIsAHistogram(String out) {
    Matcher row =
        Pattern.compile("timehands park +([0-9.]+) +([0-9.]+) +([0-9.]+) +([0-9.]+) +([0-9]+) ")
            .matcher(out);
    assertTrue(row.find(), out);
    double before = 0;
    for (int i = 1; i <= 4; i++) {
      double quantile = Double.parseDouble(row.group(i));
      assertTrue(quantile >= before && quantile > 0, out);
      before = quantile;
    }
    long waits = Long.parseLong(row.group(5));
    assertTrue(waits > 0 && !out.contains("woke EARLY"), out);
    long sum = 0;
    String to = null;
    Matcher bars =
        Pattern.compile("^ *([0-9.]+) - +([0-9.]+) +([0-9]+)( #+)?$", Pattern.MULTILINE)
            .matcher(out);
    while (bars.find()) {
      assertTrue(to == null || to.equals(bars.group(1)), "a bar is missing before " + bars.group());
      to = bars.group(2);
      long count = Long.parseLong(bars.group(3));
      assertEquals(count > 0, bars.group(4) != null, bars.group());
      sum += count;
    }
    assertEquals(waits, sum, out);
  }

  /** The check is checked: a wait that no bar holds, a bar that is missing, a wake-up too soon. */
  @Test
  void aWrongHistogramIsNoticed() {
    String good =
        """
          timehands park   52.1     60.0     71.0     71.5       3       0    1.0

              50 -      70        2 ####
              70 -     100        1 ##
        """;
    assertIsAHistogram(good);
    for (String wrong :
        List.of(
            good.replace("  3  ", "  4  "), good.replace("70 -     100", "80 -     100"),
            good.replace("1.0\n", "1.0  1 woke EARLY\n"), good.replace("71.5", "61.5"))) {
      assertThrows(AssertionError.class, () -> assertIsAHistogram(wrong), wrong);
    }
  }
}

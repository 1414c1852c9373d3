package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code stability} reads, prints and refuses; the figures are those of NIST SP 1065. */
class StabilityCommandTest {
  private static final String NINE = "892\n809\n823\n798\n671\n644\n883\n903\n677\n";

  private final SimulatedSessions sessions = new SimulatedSessions();

  private Ran run(String input, String... arguments) {
    return Ran.of(sessions, input, false, arguments);
  }

  private static String thousand() {
    StringBuilder text = new StringBuilder("# i;frequency\n");
    long n = 1_234_567_890;
    for (int i = 0; i < 1000; i++) {
      text.append(i).append("; ").append((double) n / 2_147_483_647).append(" # ok\r\n");
      n = 16_807 * n % 2_147_483_647;
    }
    return text.toString();
  }

  @Test
  void tableOfNineFrequencies() {
    Ran ran = run(NINE, "stability", "-", "--frequency", "--no-plot", "--statistic", "adev,tdev");
    assertEquals(
        """
        10 points of phase, one in 1 s; TDEV and MTIE in seconds

        tau s  intervals          ADEV          TDEV
            1          1  9.122945e+01  5.267135e+01
            2          2  1.158082e+02  8.635831e+01
            4          4  3.906765e+01             -
        """,
        ran.out());
    assertEquals("", ran.err());
    assertEquals(ExitCode.OK, ran.code());
  }

  @Test
  void columnsCommentsAndDecades() {
    Ran ran =
        run(
            thousand(), "stability", "-", "--frequency", "--column", "2", "--tau", "decade",
            "--no-plot", "--statistic", "OADEV,MDEV");
    List<String> lines = ran.lines();
    assertTrue(lines.contains("   10         10  9.159953e-02  6.172376e-02"), ran.out());
    assertTrue(lines.contains("  100        100  3.241343e-02  2.170921e-02"), ran.out());
    assertEquals("", ran.err());
  }

  /** Phase in nanoseconds at 10 Hz: the same clock, told in another way. */
  @Test
  void scaleAndRate() {
    Ran seconds = run("0\n1e-9\n0\n2e-9\n", "stability", "-", "--json", "--rate", "10");
    Ran nanos = run("0\n1\n0\n2\n", "stability", "-", "--json", "--rate", "10", "--scale", "1e-9");
    assertEquals(seconds.out(), nanos.out());
    assertTrue(seconds.out().startsWith("{\"points\":4,\"intervalSeconds\":0.1,\"rows\":[{"));
    Matcher mtie = Pattern.compile("\"MTIE\":([^,}]*)").matcher(seconds.out());
    assertTrue(mtie.find());
    assertEquals(2e-9, Double.parseDouble(mtie.group(1)), 0.0);
  }

  @Test
  void plotHasBothAxes() {
    Ran ran = run(thousand(), "stability", "-", "--frequency", "--column", "2");
    assertTrue(ran.out().contains("o OADEV   x MDEV   + OHDEV"), ran.out());
    assertTrue(ran.out().contains("o TDEV s   x MTIE s"), ran.out());
    assertTrue(ran.out().contains("     1e0 +"), ran.out());
    assertTrue(ran.out().contains("    1e-2 +"), ran.out());
    ran.lines().forEach(line -> assertTrue(line.length() <= 100, line));
    // White frequency noise falls: the last mark of OADEV stands below its first.
    List<String> marked = ran.lines().stream().filter(line -> line.contains("|")).toList();
    assertFalse(marked.isEmpty());
  }

  @Test
  void aQuietClockHasNothingToDraw() {
    Ran ran = run("5\n5\n5\n5\n", "stability", "-");
    assertEquals(ExitCode.OK, ran.code());
    assertTrue(ran.out().contains("nothing to draw: no value is positive"), ran.out());
  }

  @Test
  void everyBadLineIsNamed() {
    Ran ran = run("1\nx\n2\nInfinity\n3\n", "stability", "-");
    assertEquals(ExitCode.USAGE, ran.code());
    assertEquals("", ran.out());
    assertEquals(
        """
        timehands: standard input:2: 'x' is not a finite number
        timehands: standard input:4: 'Infinity' is not a finite number
        timehands: 2 bad lines in standard input; mend them, or begin what is no data with #
        """,
        ran.err());
  }

  @Test
  void aMissingColumnSaysHowManyThereAre() {
    Ran ran = run("1 2\n3\n", "stability", "-", "--column", "2");
    assertEquals(
        """
        timehands: standard input:2: has 1 column, column 2 is wanted; choose another with --column
        timehands: 1 bad line in standard input; mend them, or begin what is no data with #
        """,
        ran.err());
  }

  @Test
  void badInputEndsSoon() {
    Ran ran = run("bad\n".repeat(1000) + "y".repeat(100_000), "stability", "-");
    assertEquals(SeriesReader.MAX_BAD_LINES + 1, ran.err().lines().count());
    Ran longLine = run("9".repeat(100_000) + "\n1\n", "stability", "-");
    assertTrue(longLine.err().contains("has 100000 bytes, at most 4096"), longLine.err());
  }

  @Test
  void aFileAndWhatIsNone(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("phase.txt");
    Files.writeString(file, NINE);
    assertEquals(
        run(NINE, "stability", "-").out(), run("", "stability", file.toString()).out());
    Ran none = run("", "stability", dir.toString());
    assertEquals(ExitCode.USAGE, none.code());
    assertTrue(none.err().contains("is a directory; give a file"), none.err());
  }

  /** Long input says where it stands, once a phase where nobody watches; --tau all has a limit. */
  @Test
  void longInput() {
    String input = "0.5\n0.25\n".repeat(150_000);
    Ran ran = run(input, "stability", "-", "--no-plot", "--statistic", "MTIE");
    assertEquals(ExitCode.OK, ran.code());
    assertEquals(
        "timehands: stability: reading\ntimehands: stability: computing: 0 of 19\n", ran.err());
    Ran all = run(input, "stability", "-", "--tau", "all");
    assertEquals(ExitCode.USAGE, all.code());
    assertTrue(all.err().contains("use octave or decade for so many"), all.err());
  }
}

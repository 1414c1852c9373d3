package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.timehands.app.text.TinyJson;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;

/** Text traces with cycles in a column or a field: 0-02, N1. */
class ConvertTextTest {
  private static final String FIVE = "2026-11-21T00:16:40.000000005Z";

  private final SimulatedSessions sessions = new SimulatedSessions();

  @TempDir Path temp;

  private Ran convert(String input, String... arguments) {
    sessions.nowNanos++;
    Ran.of(sessions, "now");
    return Ran.of(sessions, input, false, arguments);
  }

  @Test
  void aColumnOfStamps() {
    Ran ran =
        convert("a 5 b\nc\t256:5\n\nd  9:5 x\ne -1\r\nf 3000000000\n", "convert", "--column", "2",
            "-");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals(
        List.of(
            FIVE + " ±1500057ns EXACT\ta 5 b",
            FIVE + " ±1500057ns EXACT\tc\t256:5",
            "- - NO_STAMP\t",
            "- - WRONG_CLOCKSOURCE\td  9:5 x",
            "- - TOO_OLD\te -1",
            "2026-11-21T00:16:43.000000000Z ±1500057ns PREDICTED\tf 3000000000"),
        ran.lines());
    assertEquals(
        "timehands: convert: 1 of 6 lines have no stamp in column 2, first line 3\n", ran.err());
  }

  @Test
  void timesInPlaceOfStamps() {
    Ran ran =
        convert(
            "x,5,y\nx,\"5\",y\nx,q,y\nx,9:1,y", "convert", "--column", "2", "--separator", ",",
            "--replace", "-");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals(
        List.of("x," + FIVE + ",y", "x,\"" + FIVE + "\",y", "x,q,y", "x,WRONG_CLOCKSOURCE,y"),
        ran.lines());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "cycles=5 z; true", "a cycles=5; true", "a cycles: 5,b; true", "{\"cycles\":5}; true",
        "{\"cycles\": \"256:5\"}; true", "recycles=7 cycles=5; true", "cycles 5; false",
        "cycles=x; false", "cycles=; false", "bicycles=5; false", "cycles=x cycles=5; true",
        "5; false"
      })
  void aFieldOfStamps(String line, boolean has) {
    Ran ran = convert("cycles=5\n" + line + "\n", "convert", "--field", "cycles", "-");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    String front = has ? FIVE + " ±1500057ns EXACT\t" : "- - NO_STAMP\t";
    assertEquals(front + line, ran.lines().get(1));
  }

  @Test
  void filesPassAsTheyAre() throws IOException {
    Path file = temp.resolve("trace.txt");
    byte[] odd = {'5', ' ', (byte) 0xC3, (byte) 0xA4, (byte) 0xFF, 7, '\n', '5'};
    Files.write(file, odd);
    Ran ran = convert("", "convert", "--column", "1", "--replace", file.toString());
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertTrue(ran.out().startsWith(FIVE + " ä"), ran.out());
    assertTrue(ran.out().endsWith("\n" + FIVE + "\n"), ran.out());
    Ran json = convert("", "convert", "--column", "1", "--json", file.toString());
    var first = TinyJson.object(json.lines().getFirst());
    assertEquals("EXACT", first.get("found"));
    assertEquals(1L, first.get("line"));
    assertEquals(5L, first.get("cycles"));
    assertEquals(1795220200000000005L, first.get("realtimeNanos"));
    Ran none = convert("", "convert", "--column", "1", file + ".none");
    assertEquals(ExitCode.FAILED, none.code());
    assertTrue(none.err().contains("cannot be read"), none.err());
  }

  @Test
  void aTextWithoutAnyStampIsAMistake() {
    Ran ran = convert("a b\nc d\n", "convert", "--column", "3", "-");
    assertEquals(ExitCode.USAGE, ran.code());
    assertEquals(2, ran.lines().size(), "what was read is passed on");
    assertTrue(ran.err().contains("2 of 2 lines have no stamp in column 3"), ran.err());
    assertEquals(ExitCode.OK, convert("", "convert", "--column", "3", "-").code());
    Ran endless = convert("5".repeat(1 << 21), "convert", "--column", "1", "-");
    assertEquals(ExitCode.FAILED, endless.code());
    assertTrue(endless.err().contains("line 1 is longer than 1048576 bytes"), endless.err());
  }

  @ParameterizedTest
  @CsvSource({
    "convert", "convert --column 1", "convert --column 0 -", "convert --column 1 --field a -",
    "convert --jfr f 5", "convert --jfr f --column 1 -", "convert --replace 5",
    "convert --separator , 5", "convert --field '' -", "convert --column 1 a b"
  })
  void optionsThatContradictAreRefused(String words) {
    Ran ran = convert("5\n", words.replace("''", " ").split(" (?=[^ ])"));
    assertEquals(ExitCode.USAGE, ran.code(), ran.err());
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertFalse(ran.err().contains("unexpected"), ran.err());
  }

  @Test
  void aJournalServesAsWell() throws IOException {
    sessions.nowNanos++;
    Ran.of(sessions, "now");
    Path journal = temp.resolve("journal");
    try (JournalWriter writer =
        JournalWriter.open(journal, sessions.timeline.page(), JournalOptions.defaults())) {
      writer.poll();
    }
    String[] words = {"convert", "--journal", journal.toString(), "--column", "2", "-"};
    Ran ran = Ran.of(sessions, "a 5 b\nc 9:5\n", false, words);
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals(FIVE + " ±1500057ns EXACT\ta 5 b", ran.lines().getFirst());
    assertEquals("- - WRONG_CLOCKSOURCE\tc 9:5", ran.lines().get(1));
    Ran twice =
        Ran.of(
            sessions, "5\n", false, "convert", "--journal", journal.toString(), "--hindsight",
            "--column", "1", "-");
    assertEquals(ExitCode.USAGE, twice.code());
    assertTrue(twice.err().contains("--hindsight is for stamps"), twice.err());
  }

  /** Lines of anything: none is lost, none ends the program, and good ones are converted. */
  @Test
  void anyTextPasses() {
    SplittableRandom random = new SplittableRandom(Long.getLong("timehands.seed", 5));
    StringBuilder input = new StringBuilder();
    int lines = 2000;
    for (int i = 0; i < lines; i++) {
      int length = random.nextInt(40);
      for (int j = 0; j < length; j++) {
        input.append("0123456789:- \t,;=xyz\"'\r".charAt(random.nextInt(23)));
      }
      input.append(i % 3 == 0 ? "\t5\n" : "\n");
    }
    for (String[] way : new String[][] {{"--column", "1"}, {"--field", "x"}}) {
      Ran ran = convert(input.toString(), "convert", way[0], way[1], "-");
      assertTrue(ran.code() == ExitCode.OK || ran.code() == ExitCode.USAGE, ran.err());
      assertEquals(lines, ran.out().chars().filter(each -> each == '\n').count());
    }
  }
}

package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.app.text.TinyJson;

/** Old stamps to time: every answer, arguments and streams, long input, wrong input. */
class ConvertTest {
  private static final long SECOND = SimulatedSessions.SECOND;

  private final SimulatedSessions sessions = new SimulatedSessions();

  /** A read a nanosecond later, which promises a millisecond. */
  private void readLater() {
    sessions.nowNanos++;
    Ran.of(sessions, "now");
  }

  @Test
  void everyAnswer() {
    readLater();
    // A gap segment bridges the cycles from 1 ms to 2 s.
    sessions.writer.tryAppendBridge(0, next -> next.errorNanos++, 2 * SECOND, next -> {});
    Ran ran = Ran.of(sessions, "convert", "5", "256:1999999999", "3000000000", "9:1", "-1");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    String exact = "2026-11-21T00:16:40.000000005Z ±1500057 ns  MONOTONIC 1000.000000005 s ±57 ns";
    String ahead = "2026-11-21T00:16:43.000000000Z ±1500058 ns  MONOTONIC 1003.000000000 s ±58 ns";
    assertEquals(
        List.of(
            "256 5             EXACT              " + exact,
            "256 1999999999    UNMAPPABLE",
            "256 3000000000    PREDICTED          " + ahead,
            "9 1               WRONG_CLOCKSOURCE",
            "256 -1            TOO_OLD"),
        ran.lines());
  }

  @Test
  void everyAnswerAsJson() {
    Ran ran = Ran.of(sessions, "convert", "--json", "0", "3000000000", "9:1", "256:-1");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    List<String> found = new ArrayList<>();
    ran.lines().forEach(line -> found.add((String) TinyJson.object(line).get("found")));
    assertEquals(List.of("EXACT", "PREDICTED", "WRONG_CLOCKSOURCE", "TOO_OLD"), found);
    var first = TinyJson.object(ran.lines().getFirst());
    assertEquals(1795220200000000000L, first.get("realtimeNanos"));
    assertEquals("2026-11-21T00:16:40.000000000Z", first.get("realtimeIso"));
    assertEquals(1500057L, first.get("realtimeBoundNanos"));
    assertEquals(1000 * SECOND, first.get("monotonicNanos"));
    assertEquals(57L, first.get("monotonicBoundNanos"));
    assertEquals(999 * SECOND, first.get("rawNanos"));
    assertEquals(1017 * SECOND, first.get("boottimeNanos"));
    assertEquals("SYNCHRONIZED", first.get("status"));
  }

  @Test
  void readsStreamsOfStamps() {
    String input = "# a comment\n\n5\n 256 5 \n256\t5\r\n9 1\n-5";
    Ran ran = Ran.of(sessions, input, false, "convert", "-");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals("", ran.err());
    assertEquals(5, ran.lines().size());
    assertEquals(ran.lines().get(0), ran.lines().get(1));
    assertEquals(ran.lines().get(0), ran.lines().get(2));
    assertTrue(ran.lines().get(3).contains("WRONG_CLOCKSOURCE"));
    assertTrue(ran.lines().get(4).contains("256 -5            TOO_OLD"));
  }

  @Test
  void emptyInputIsNoError() {
    assertEquals(new Ran(ExitCode.OK, "", ""), Ran.of(sessions, "", false, "convert", "-"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x", "1 2 3", "1,2", "5x", "1:2", "+5", "-", "1 -", "0x10", "9223372036854775808",
        "-9223372036854775809", "99999999999999999999999", "256 "
      })
  void aWrongLineIsNamed(String wrong) {
    Ran ran = Ran.of(sessions, "5\n\n" + wrong + "\n6\n", false, "convert", "-");
    if (wrong.equals("256 ")) {
      assertEquals(ExitCode.OK, ran.code(), "blanks at the end are nothing");
      return;
    }
    assertEquals(ExitCode.USAGE, ran.code());
    assertEquals(1, ran.lines().size(), "what came before is converted");
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertTrue(
        ran.err().startsWith("timehands: line 3: '" + wrong + "' is not a stamp; "), ran.err());
  }

  @Test
  void garbageIsShownHarmlessly() {
    Ran ran = Ran.of(sessions, "\033[2J\u0007" + "z".repeat(500), false, "convert", "-");
    assertEquals(ExitCode.USAGE, ran.code());
    assertTrue(ran.err().contains("line 1: '?[2J?zzz"), ran.err());
    assertTrue(ran.err().contains("zzz...' is not a stamp"), ran.err());
    assertTrue(ran.err().length() < 300, ran.err());
  }

  @Test
  void readerAgreesWithJavaOnAnyNumber() throws IOException {
    long seed = Long.getLong("timehands.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder input = new StringBuilder();
    List<Long> numbers = new ArrayList<>(List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L));
    for (int i = 0; i < 20_000; i++) {
      numbers.add(random.nextLong() >> random.nextInt(64));
    }
    numbers.forEach(each -> input.append(each).append(random.nextBoolean() ? "\n" : " \r\n"));
    StampReader reader =
        new StampReader(
            new ByteArrayInputStream(input.toString().getBytes(StandardCharsets.US_ASCII)), 3);
    for (long each : numbers) {
      assertTrue(reader.next());
      assertEquals(
          each, reader.cycles(), "replay: ./timehands test -Dtest=ConvertTest -Dtimehands.seed="
              + seed);
      assertEquals(3, reader.clocksourceId());
    }
    assertEquals(false, reader.next());
  }

  @Test
  void longInputShowsProgress() {
    String input = "5\n".repeat(2_100_000);
    readLater();
    Ran ran = Ran.of(sessions, input, false, "convert", "-");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals(2_100_000, ran.out().lines().count());
    List<String> said = ran.err().lines().toList();
    assertEquals(3, said.size(), ran.err());
    assertTrue(said.get(0).startsWith("timehands: convert: 1 "), said.get(0));
    assertEquals("timehands: convert: 2100000 stamps: 2100000 EXACT", said.get(2));
  }

  @Test
  void progressOnATerminalIsDrawnInPlace() {
    sessions.tickNanos = 150_000_000;
    Ran ran = Ran.of(sessions, "5\n".repeat(10_000), true, "convert", "-");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertTrue(ran.err().startsWith("\r\033[Ktimehands: convert: 8 192 stamps"), ran.err());
    assertTrue(ran.err().contains("\r\033[Ktimehands: convert: 10000 stamps"), ran.err());
  }

  @Test
  void aBrokenStreamIsAFailure() {
    Console console =
        new Console(
            new java.io.InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("gone");
              }
            },
            new java.io.PrintStream(new java.io.ByteArrayOutputStream()),
            new java.io.PrintStream(new java.io.ByteArrayOutputStream()),
            false,
            false,
            java.util.Map.of());
    assertEquals(ExitCode.FAILED, Main.run(new Context(console, sessions), "convert", "-"));
  }

  @Test
  void stampTextRefuses() {
    assertThrows(Failure.class, () -> StampText.parse("", 1));
    assertThrows(Failure.class, () -> StampText.parse("1:2:3", 1));
    assertEquals(7, StampText.parse("7:8", 1).clocksourceId());
  }
}

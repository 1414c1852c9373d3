package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.timehands.app.text.TinyJson;
import org.timehands.fixed.Slope;

/** What the commands print, to the character, over a timeline whose every word is known. */
class ReadCommandsTest {
  private static final long SECOND = SimulatedSessions.SECOND;

  /** The simulated page has no directory, in which a daemon's socket could stand. */
  private static final String NO_SOCKET = "timehands: no control socket, ";

  private final SimulatedSessions sessions = new SimulatedSessions();

  private String run(String... arguments) {
    Ran ran = Ran.of(sessions, arguments);
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    List<String> said = ran.err().lines().filter(line -> !line.startsWith(NO_SOCKET)).toList();
    assertEquals(List.of(), said);
    return ran.out();
  }

  private static String golden(String name) {
    try (InputStream in = ReadCommandsTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException lost) {
      throw new UncheckedIOException(lost);
    }
  }

  @Test
  void now() {
    sessions.nowNanos += 123_456_789;
    assertEquals(golden("now.txt"), run("now"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void nowAsJson() {
    Map<String, Object> now = TinyJson.object(run("now", "--json"));
    assertEquals(
        List.of("timeline", "clocksource", "status", "reason", "reasonWords", "held", "clocks"),
        List.copyOf(now.keySet()));
    assertEquals(Map.of("origin", "IN_PROCESS", "extending", true), now.get("timeline"));
    assertEquals(Map.of("name", "simulated", "id", 256L), now.get("clocksource"));
    assertEquals("SYNCHRONIZED", now.get("status"));
    assertEquals("FOLLOWING", now.get("reason"));
    List<Map<String, Object>> clocks = (List<Map<String, Object>>) now.get("clocks");
    assertEquals(7, clocks.size());
    assertEquals(
        Map.of(
            "clock", "REALTIME", "nanos", 1795220200000000000L,
            "iso", "2026-11-21T00:16:40.000000000Z", "boundNanos", 1500057L),
        clocks.getFirst());
    assertEquals(
        Map.of("clock", "MONOTONIC", "nanos", 1000 * SECOND, "boundNanos", 57L), clocks.get(2));
  }

  @Test
  @SuppressWarnings("unchecked")
  void noBoundSaysWhy() {
    sessions.writer.append(next -> next.referenceErrorNanos = Long.MAX_VALUE);
    sessions.nowNanos += 2_000_000;
    assertTrue(run("now").contains("no bound: FOLLOWING"));
    Map<String, Object> now = TinyJson.object(run("now", "--json"));
    Map<String, Object> real = ((List<Map<String, Object>>) now.get("clocks")).getFirst();
    assertTrue(real.containsKey("boundNanos"));
    assertEquals(null, real.get("boundNanos"));
    assertEquals("FOLLOWING", real.get("boundReason"));
  }

  @Test
  void snapshot() {
    List<String> lines = run("snapshot").lines().toList();
    assertEquals("counter   0 cycles (stamp 256 0)", lines.get(0));
    assertEquals("changes   wall clock set never, clocksource changed never", lines.get(1));
    assertTrue(lines.get(2).startsWith("timeline  in-process"));
    Map<String, Object> json = TinyJson.object(run("snapshot", "--json"));
    assertEquals(0L, json.get("cycles"));
    assertEquals(0L, json.get("clockWasSetSeq"));
    assertEquals(0L, json.get("clocksourceChangedSeq"));
    assertTrue(json.containsKey("clocks"));
  }

  @Test
  void stamp() {
    sessions.nowNanos += 5;
    assertEquals("256 5\n", run("stamp"));
    assertEquals(
        "{\"clocksource\":256,\"cycles\":5,\"name\":\"simulated\"}\n", run("stamp", "--json"));
  }

  /** 4-14: depth and span are shown. */
  @Test
  void history() {
    sessions.nowNanos += 1;
    run("now");
    sessions.nowNanos += 10 * SECOND;
    sessions.writer.append(next -> next.setRate(Slope.ONE.plusPpt(12_345_000)));
    sessions.nowNanos += 5 * SECOND;
    sessions.writer.append(
        next -> {
          next.clockWasSetSeq++;
          next.setLeap(next.monoBaseNanos + 1000 * SECOND, 1);
        });
    sessions.nowNanos += SECOND;
    assertEquals(golden("history.txt"), run("history"));
    assertEquals(2, run("history", "--limit", "1").lines().count());
    List<String> lines = run("history", "--json", "--limit", "0").lines().toList();
    assertEquals(3, lines.size());
    Map<String, Object> last = TinyJson.object(lines.getLast());
    assertEquals(2L, last.get("sequence"));
    assertEquals(false, last.get("sealed"));
    assertEquals(true, last.get("wasSet"));
    assertEquals(false, last.get("gap"));
    assertEquals(1L, last.get("leapSign"));
    assertEquals(12_345_000L, last.get("steeredPpt"));
    assertEquals(true, TinyJson.object(lines.get(1)).get("sealed"));
  }

  @Test
  void historyOfARingThatWrappedShowsWhatIsKept() {
    for (int i = 0; i < 3 * SimulatedSessions.SLOTS; i++) {
      sessions.nowNanos += SECOND;
      run("now");
      sessions.writer.append(next -> next.errorNanos++);
    }
    sessions.nowNanos += SECOND;
    List<String> lines = run("history", "--json", "--limit", "0").lines().toList();
    assertTrue(lines.size() >= SimulatedSessions.SLOTS - 3, lines.toString());
    assertEquals(24L, TinyJson.object(lines.getLast()).get("sequence"));
  }

  @Test
  void runOnce() {
    sessions.tickNanos = 700_000_000;
    List<String> lines = run("run", "--once").lines().toList();
    String text = String.join("\n", lines);
    assertTrue(lines.getFirst().startsWith("timehands "), text);
    assertTrue(text.contains("clocksource  simulated at 1.00 GHz, rating 1 ("), text);
    assertTrue(text.contains("offset       +12 ns ±57 ns to the host's clock"), text);
    assertTrue(text.contains("frequency    +3.210 ppm ±0.004 ppm"), text);
    assertTrue(text.contains("1 retries, 0 recoveries"), text);
    assertTrue(text.contains("last step    none seen"), text);
    assertTrue(text.contains("page         a/page, resumed, owner number 3"), text);
    assertFalse(text.contains("trouble"), text);
    assertFalse(text.contains("\033"), "escape sequences without a terminal");
    assertEquals(1, sessions.closed);
  }

  @Test
  void troubleIsShown() {
    sessions.tickNanos = 700_000_000;
    sessions.trouble = "java.lang.IllegalStateException: lost";
    assertTrue(run("run", "--once").contains("trouble      java.lang.Ill"));
    Map<String, Object> json = TinyJson.object(run("run", "--once", "--json"));
    assertEquals(sessions.trouble, json.get("trouble"));
  }

  @Test
  void runOnceAsJson() {
    sessions.tickNanos = 700_000_000;
    Map<String, Object> json = TinyJson.object(run("run", "--once", "--json"));
    assertEquals(12L, json.get("offsetNanos"));
    assertEquals(57L, json.get("offsetBoundNanos"));
    assertEquals(3_210_000L, json.get("frequencyPpt"));
    assertEquals(4_000L, json.get("frequencyUncertaintyPpt"));
    assertEquals(100L, json.get("extensions"));
    assertEquals(1L, json.get("segments"));
    assertEquals(0L, json.get("steps"));
    assertFalse(json.containsKey("lastStepNanos"));
    assertTrue((long) json.get("uptimeNanos") >= SECOND, json.toString());
  }

  @Test
  void aStepIsShown() {
    sessions.tickNanos = 700_000_000;
    sessions.status =
        new org.timehands.host.HostStatus(
            0, 50, 0, Long.MAX_VALUE, 0, 0, 0, 0, 2, -1_500_000_000L,
            SimulatedSessions.EPOCH_NANOS);
    String text = run("run", "--once");
    assertTrue(
        text.contains("last step    -1.50 s at 2026-11-21T00:00:00.000000000Z (2 in all)"), text);
    assertTrue(text.contains("0.000 ppm no bound"), text);
    Map<String, Object> json = TinyJson.object(run("run", "--once", "--json"));
    assertEquals(-1_500_000_000L, json.get("lastStepNanos"));
    assertEquals(null, json.get("frequencyUncertaintyPpt"));
  }
}

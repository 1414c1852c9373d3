package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.timehands.app.text.TinyJson;
import org.timehands.host.HostStatus;
import org.timehands.linux.Terminal;
import org.timehands.timer.Sleeper;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;
import picocli.CommandLine;

/** What the daemon shows while it runs: drawn in place, line by line, as a stream of JSON. */
class RunWatchTest {
  private final SimulatedSessions sessions = new SimulatedSessions();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private String watch(boolean terminal, Map<String, String> environment, int looks,
      String... options) {
    sessions.tickNanos = 400_000_000;
    PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
    watch(stream, terminal, environment, looks, options);
    return out.toString(StandardCharsets.UTF_8);
  }

  private void watch(PrintStream stream, boolean terminal, Map<String, String> environment,
      int looks, String... options) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]), stream, stream, terminal, terminal,
            environment);
    RunCommand command = new RunCommand(new Context(console, sessions));
    new CommandLine(command).parseArgs(options);
    int[] asked = new int[1];
    BooleanSupplier stop = () -> ++asked[0] > looks;
    Session session =
        sessions.own(
            new Sessions.OwnerChoice(
                Optional.empty(), org.timehands.host.HostOptions.defaults(), Optional.empty(),
                Optional.empty(), Optional.empty()));
    try (Timers timers = Timers.start(session.clocks(), TimerOptions.defaults())) {
      command.watch(session, new Sleeper(timers), stop);
    }
  }

  @Test
  void linesWithoutATerminal() {
    List<String> lines = watch(false, Map.of(), 20).lines().toList();
    assertTrue(lines.size() >= 2, lines.toString());
    for (String line : lines) {
      assertTrue(
          line.matches(
              "2026-11-21T00:1\\S+Z ±1.5\\d ms  SYNCHRONIZED  offset \\+12 ns ±57 ns,"
                  + " frequency \\+3.210 ppm ±0.004 ppm, 0 extensions/s, 1 segments"),
          line);
    }
  }

  @Test
  void jsonIsAStreamEvenOnATerminal() {
    List<String> lines = watch(true, Map.of("TERM", "xterm"), 20, "--json").lines().toList();
    assertTrue(lines.size() >= 2, lines.toString());
    long before = 0;
    for (String line : lines) {
      Map<String, Object> status = TinyJson.object(line);
      assertTrue((long) status.get("monotonicNanos") > before);
      before = (long) status.get("monotonicNanos");
      assertEquals(
          Map.of(
              "origin", "OWNED_PAGE", "page", "a/page", "ownerPid", 4711L, "ownerAlive", true,
              "ownerEpoch", 3L, "extending", true),
          status.get("timeline"));
    }
  }

  @Test
  void drawnInPlaceOnATerminal() {
    String text = watch(true, Map.of("TERM", "xterm"), 20);
    assertTrue(text.startsWith("\033[?1049h"), text);
    int leave = text.indexOf("\033[?1049l");
    assertTrue(leave > 0, "the terminal is given back");
    assertTrue(text.contains("\033[32mSYNCHRONIZED\033[0m"), text);
    String after = text.substring(leave);
    assertTrue(after.contains("MONOTONIC"), "what was seen last stays: " + after);
    assertFalse(after.contains("Ctrl-C"), after);
    assertTrue(text.split("\033\\[H", -1).length > 2, "more than one frame");
  }

  @Test
  void noColourIsHonoured() {
    String text = watch(true, Map.of("TERM", "xterm", "NO_COLOR", "1"), 4);
    assertTrue(text.startsWith("\033[?1049h"), text);
    assertFalse(text.contains("m\033[0m"), text);
    assertFalse(text.contains("\033[32m"), text);
    assertFalse(text.contains("\033[0m"), text);
  }

  @Test
  void aDumbTerminalGetsLines() {
    assertFalse(watch(true, Map.of("TERM", "dumb"), 20).contains("\033"));
    assertFalse(watch(true, Map.of(), 20).contains("\033"));
  }

  @Test
  void endsWhenNobodyReads() {
    sessions.tickNanos = 400_000_000;
    PrintStream broken =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int each) throws java.io.IOException {
                throw new java.io.IOException("broken pipe");
              }
            });
    watch(broken, false, Map.of(), Integer.MAX_VALUE);
  }

  @Test
  void ratesAreSinceTheLastLook() {
    Session session =
        sessions.own(
            new Sessions.OwnerChoice(
                Optional.empty(), org.timehands.host.HostOptions.defaults(), Optional.empty(),
                Optional.empty(), Optional.empty()));
    RunMonitor monitor = new RunMonitor(session);
    sessions.nowNanos += 2 * SimulatedSessions.SECOND;
    sessions.status = new HostStatus(-5, 1, 0, 0, 700, 0, 0, 0, 0, 0, 0);
    RunStatus status = monitor.next();
    assertEquals(300, status.extensionsPerSecond());
    assertEquals(1, status.offsets().length);
    for (int i = 0; i < 2 * RunMonitor.OFFSETS; i++) {
      status = monitor.next();
    }
    assertEquals(0, status.extensionsPerSecond());
    assertEquals(RunMonitor.OFFSETS, status.offsets().length);
    assertEquals(1, status.segments());
    assertEquals(2 * SimulatedSessions.SECOND, status.historyNanos());
  }

  @Test
  void noMoreLinesAreDrawnThanFit() {
    Optional<Terminal.Size> small = Optional.of(new Terminal.Size(10, 2));
    PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
    try (Screen screen = new Screen(stream, () -> small)) {
      out.reset();
      screen.draw(List.of("one", "two", "three"));
    }
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith("\033[Hone\033[K\r\ntwo\033[K\033[J"), text);
    assertFalse(text.contains("three"), text);
  }
}

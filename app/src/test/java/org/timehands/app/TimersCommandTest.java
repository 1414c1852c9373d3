package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.app.text.TinyJson;

/** {@code timehands timers}: of a daemon by its socket, of a JVM by attaching, and wrong ways. */
class TimersCommandTest {
  @TempDir private Path scratch;
  private String page;

  @BeforeEach
  void place() {
    page = scratch.resolve("page").toString();
  }

  private Ran command(String... arguments) {
    List<String> all = new ArrayList<>(List.of("timers"));
    all.addAll(List.of(arguments));
    return Ran.of(new SimulatedSessions(), all.toArray(String[]::new));
  }

  private Child daemon(String... options) throws IOException, InterruptedException {
    List<String> jvm = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
    jvm.addAll(List.of(options));
    Child daemon =
        Child.start(scratch, jvm, "run", "--json", "--page", page, "--interval", "100ms");
    daemon.line();
    return daemon;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> daemons(String line) {
    Map<String, Object> answer = TinyJson.object(line);
    List<Object> timers = (List<Object>) answer.get("timers");
    assertEquals(1, timers.size(), line);
    return (Map<String, Object>) timers.getFirst();
  }

  @SuppressWarnings("unchecked")
  private static long expired(Map<String, Object> timers) {
    List<Object> modes = (List<Object>) timers.get("modes");
    return (long) ((Map<String, Object>) modes.getFirst()).get("expired");
  }

  @Test
  void theDaemonsTimersAreShownByItsSocketAndByAttaching()
      throws IOException, InterruptedException {
    try (Child daemon = daemon()) {
      Ran socket = command("--page", page, "--json");
      assertEquals(ExitCode.OK, socket.code(), socket.err());
      Map<String, Object> first = daemons(socket.out());
      assertEquals("daemon", first.get("name"));
      assertEquals("tickless", first.get("tickMode"));
      assertTrue(expired(first) > 0, socket.out());
      Ran attached = command("--pid", "" + daemon.pid(), "--json");
      assertEquals(ExitCode.OK, attached.code(), attached.err());
      Map<String, Object> second = daemons(attached.out());
      assertEquals(first.keySet(), second.keySet(), "the same, whichever way it is asked");
      assertTrue(expired(second) >= expired(first));
      Ran text = command("--pid", "" + daemon.pid());
      assertTrue(
          text.out().startsWith("timers daemon of pid " + daemon.pid() + ": tickless, by "),
          text.out());
      assertTrue(text.out().contains("timers expired"), text.out());
      assertTrue(text.out().contains("█"), text.out());
      watched();
      drawn();
    }
  }

  private void watched() {
    Ran ran = command("--page", page, "--json", "--watch", "--interval", "100ms", "--count", "3");
    assertEquals(3, ran.lines().size(), ran.err());
    long before = 0;
    for (String line : ran.lines()) {
      assertTrue(expired(daemons(line)) >= before, ran.out());
      before = expired(daemons(line));
    }
    Ran text = command("--page", page, "--watch", "--interval", "100ms", "--count", "2");
    assertEquals(
        2, text.lines().stream().filter(each -> each.startsWith("timers daemon ")).count());
  }

  private void drawn() {
    Ran ran =
        Ran.of(
            new SimulatedSessions(), "", true, "timers", "--page", page, "--watch", "--interval",
            "100ms", "--count", "2");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertTrue(ran.out().contains("Ctrl-C ends"), ran.out());
    int leave = ran.out().indexOf("\033[?1049l");
    assertTrue(ran.out().indexOf("timers expired", leave) > 0, "what was seen last stays");
  }

  @Test
  void nobodyThereIsCode3() {
    Ran none = command("--page", page);
    assertEquals(ExitCode.PREREQUISITE, none.code(), none.err());
    assertTrue(none.err().contains("no daemon listens"), none.err());
  }

  @Test
  void processesThatCannotBeLookedIntoAreToldAsSuch() throws IOException, InterruptedException {
    Ran self = command("--pid", "" + ProcessHandle.current().pid());
    assertEquals(ExitCode.USAGE, self.code());
    assertTrue(self.err().contains("this very command"), self.err());
    Ran gone = command("--pid", "" + (1L << 31));
    assertEquals(ExitCode.USAGE, gone.code());
    assertTrue(gone.err().contains("no such process"), gone.err());
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      Ran noJvm = command("--pid", "" + other.pid());
      assertEquals(ExitCode.PAGE_REFUSED, noJvm.code(), noJvm.err());
      assertTrue(noJvm.err().contains("cannot be looked into"), noJvm.err());
      assertEquals(1, noJvm.err().lines().count(), noJvm.err());
      assertTrue(other.isAlive(), "looking must not end a process");
    } finally {
      other.destroyForcibly();
    }
    try (Child closed = daemon("-XX:+DisableAttachMechanism")) {
      Ran refused = command("--pid", "" + closed.pid());
      assertEquals(ExitCode.PAGE_REFUSED, refused.code(), refused.err());
      assertTrue(refused.err().contains("DisableAttachMechanism"), refused.err());
    }
  }

  /** A JVM without timers: here a command that waits for its input. */
  @Test
  void aJvmThatShowsNoTimersIsCode3() throws IOException, InterruptedException {
    try (Child idle = Child.start(scratch, "convert", "-")) {
      Ran none = command("--pid", "" + idle.pid());
      for (int i = 0; i < 100 && none.err().contains("cannot be looked into"); i++) {
        none = command("--pid", "" + idle.pid());
      }
      assertEquals(ExitCode.PREREQUISITE, none.code(), none.err());
      assertTrue(none.err().contains("TimersBean.register"), none.err());
    }
  }
}

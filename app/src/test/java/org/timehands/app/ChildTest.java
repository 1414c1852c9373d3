package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the tests start the program: the same whoever started the tests. */
class ChildTest {
  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  /** As nohup, and a shell that puts its children in the background, would start us. */
  private static final List<String> DEAF = List.of("env", "--ignore-signal=HUP,INT,TERM");

  private static final List<String> TELL = List.of("grep", "SigIgn", "/proc/self/status");

  /** Which of the three a command ignores that is started so. */
  private static List<Integer> ignored(List<String> before)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.addAll(TELL);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), line);
    long mask = Long.parseUnsignedLong(line.split(":")[1].strip(), 16);
    return List.of(SIGHUP, SIGINT, SIGTERM).stream()
        .filter(signal -> (mask >>> (signal - 1) & 1) != 0)
        .toList();
  }

  @Test
  void theProgramHeedsWhatTheTestsWereToldToIgnore() throws IOException, InterruptedException {
    List<String> started = new ArrayList<>(DEAF);
    assertEquals(List.of(SIGHUP, SIGINT, SIGTERM), ignored(started), "planted");
    started.addAll(Child.HEEDING);
    assertEquals(List.of(), ignored(started));
  }
}

package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void aFileIsNoTerminalAndNeitherIsNothing() throws Exception {
    assertFalse(Terminal.isTerminal(-1));
    assertEquals(Optional.empty(), Terminal.size(-1));
    String output = ChildJvm.run(Ask.class, "--enable-native-access=ALL-UNNAMED");
    assertTrue(output.contains("terminal false"), output);
  }

  /** The planted opposite: on a pseudo-terminal the same program must say so, and its size. */
  @Test
  void aPseudoTerminalIsOneAndHasASize() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script(1) of util-linux");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path typescript = Files.createTempFile("timehands-terminal", ".txt");
    try {
      Process process =
          new ProcessBuilder(
                  "/usr/bin/script", "-qec",
                  "stty cols 77 rows 33; '" + java + "' --enable-native-access=ALL-UNNAMED -cp '"
                      + System.getProperty("java.class.path") + "' '" + Ask.class.getName() + "'",
                  typescript.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
      String text = Files.readString(typescript, StandardCharsets.UTF_8);
      assertTrue(text.contains("terminal true Optional[Size[columns=77, rows=33]]"), text);
    } finally {
      Files.delete(typescript);
    }
  }

  /** Runs in the child. */
  static final class Ask {
    public static void main(String[] arguments) {
      System.out.println("terminal " + Terminal.isTerminal(1) + " " + Terminal.size(1));
    }
  }
}

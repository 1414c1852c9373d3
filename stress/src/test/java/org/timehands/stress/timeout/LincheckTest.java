package org.timehands.stress.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Arming, reducing, putting off, cancelling and expiry of one timeout are linearizable, says
 * Lincheck of schedules that it makes itself; and it says so of no planted bug (3-50). In JVMs of
 * their own, since it changes classes as they are loaded.
 */
class LincheckTest {
  /** For a machine that is busy or hangs; nothing is measured by it. */
  private static final long LIMIT_SECONDS = 400;

  @TempDir private Path place;

  private record Said(int exit, String text) {}

  @Test
  void timeoutsAreLinearizable() throws IOException, InterruptedException {
    Said said = check("Real");
    assertEquals(0, said.exit, said.text);
    assertTrue(said.text.contains("agrees: Real"), said.text);
  }

  @Test
  void aCancelByStoreIsFound() throws IOException, InterruptedException {
    found(check("CancelsByStore"));
  }

  @Test
  void anArmingThatLooksFirstIsFound() throws IOException, InterruptedException {
    found(check("LooksFirst"));
  }

  private static void found(Said said) {
    assertEquals(1, said.exit, said.text);
    assertTrue(said.text.contains("Invalid execution results"), said.text);
  }

  private Said check(String checked) throws IOException, InterruptedException {
    Path said = place.resolve(checked + ".txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "-Xshare:off",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.timehands.timeout.LinearTimeout",
                checked)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      child.destroyForcibly().waitFor();
      fail("Lincheck did not end in " + LIMIT_SECONDS + " s: " + Files.readString(said));
    }
    return new Said(child.exitValue(), Files.readString(said));
  }
}

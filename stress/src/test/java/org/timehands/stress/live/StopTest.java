package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An owner that is stopped for a second in the middle of an append that lowers the slope by 10 %:
 * what it had computed is 100 ms off when it goes on, and yet time never goes back (1-06, 1-08).
 * <p>Shows N2.
 */
class StopTest {
  private static final long STOPPED_MILLIS = 1000;

  @TempDir Path temp;

  @Test
  void stoppedInTheMiddleOfAnAppend() throws IOException {
    Path page = temp.resolve("page");
    Children.owner(temp, "create", page);
    try (Herd herd = Herd.start("page", page, temp)) {
      for (String where : List.of("1", "20", "cas", "sealed")) {
        stopAndContinue(herd, page, where);
      }
      herd.stop();
      herd.assertNeverBackward();
      List<LiveLine> lines = herd.lines();
      assertEquals(0, Herd.impure(lines, page));
      System.out.println(
          "StopTest: stopped 4 times for " + STOPPED_MILLIS + " ms; " + herd.summary() + "; "
              + lines.size() + " cycles compared, all equal");
    }
  }

  private void stopAndContinue(Herd herd, Path page, String where) throws IOException {
    Path output = temp.resolve("owner.txt");
    Process owner = Children.startOwner(output, "stop", page, where);
    assertTrue(Children.await(() -> Children.isStopped(owner)), "the owner does not stop");
    herd.assertReadsGoOn("while the owner is stopped before " + where);
    Children.pause(STOPPED_MILLIS);
    herd.assertReadsGoOn("while the owner is stopped before " + where);
    Children.signal("CONT", owner);
    Children.awaitEnd(owner, output);
    String said = Files.readString(output);
    assertEquals(0, owner.exitValue(), said);
    assertTrue(said.contains("appended"), said);
    if (where.equals("cas")) {
      assertFalse(said.contains("retries 0"), "the horizon had moved on: " + said);
    }
    herd.assertReadsGoOn("after the owner went on");
    herd.assertNeverBackward();
  }
}

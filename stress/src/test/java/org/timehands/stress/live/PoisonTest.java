package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that may write to the horizon promises 2^61 cycles (A15). */
class PoisonTest {
  private static final String ABSURD = Long.toString(1L << 61);

  @TempDir Path temp;

  @Test
  void readersGoOnAndTheOwnerSteersAgain() throws IOException {
    Path page = temp.resolve("page");
    Children.owner(temp, "create", page);
    try (Herd herd = Herd.start("page", page, temp)) {
      for (int i = 1; i <= 3; i++) {
        poison(page);
        herd.assertReadsGoOn("after the horizon was poisoned");
        herd.assertNeverBackward();
        String said = Children.owner(temp, "steer", page).getLast();
        assertEquals("in force, recoveries 1", said);
        herd.assertReadsGoOn("after the owner took the promise back");
      }
      herd.stop();
      herd.assertNeverBackward();
      List<LiveLine> lines = herd.lines();
      assertEquals(0, Herd.impure(lines, page));
      System.out.println(
          "PoisonTest: poisoned 3 times, recovered 3 times; " + herd.summary() + "; "
              + lines.size() + " cycles compared, all equal");
    }
  }

  @Test
  void anOwnerThatBelievesThePromiseCanNotSteerAnyMore() throws IOException {
    Path page = temp.resolve("page");
    Children.owner(temp, "create", page);
    Children.liveReader(temp);
    poison(page);
    // Planted.
    assertEquals(
        "not in force, recoveries 0", Children.owner(temp, "steer", page, "gullible").getLast());
  }

  private void poison(Path page) throws IOException {
    Path output = temp.resolve("poison.txt");
    Path program = temp.resolve("live_reader");
    Process bad =
        Children.start(
            List.of(program.toString(), "poison", page.toString(), ABSURD), output);
    Children.awaitEnd(bad, output);
    String said = Files.readString(output);
    assertEquals(0, bad.exitValue(), said);
    assertTrue(said.startsWith("poisoned segment"), said);
  }
}

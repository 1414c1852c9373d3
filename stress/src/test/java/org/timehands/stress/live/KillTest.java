package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An owner that is killed before each store of an append, one owner after the other, beside readers
 * in another JVM and in C: time never goes back, nobody waits, and all agree cycle by cycle (0-10,
 * 0-20, A14).
 */
class KillTest {
  /** An append of one segment has at least so many: 34 words of the slot, the CAS, two hints. */
  private static final int STORES_MIN = 36;

  private static final int STORES_MAX = 200;

  @TempDir Path temp;

  @Test
  void killedAtEveryStore() throws IOException {
    Path page = temp.resolve("page");
    assertEquals("created 0", owner("create", page).getFirst());
    List<String> deaths = new ArrayList<>();
    try (Herd herd = Herd.start("page", page, temp)) {
      for (; ; ) {
        int n = deaths.size() + 1;
        assertTrue(n < STORES_MAX, "an append has no end");
        List<String> said = owner("kill", page, Integer.toString(n));
        assertEquals("RESUMED epoch " + (n + 1), said.getFirst());
        herd.assertReadsGoOn("while the owner is dead");
        herd.assertNeverBackward();
        if (!said.getLast().startsWith("at ")) {
          break;
        }
        deaths.add(said.getLast());
      }
      assertTrue(deaths.size() >= STORES_MIN, deaths.toString());
      assertTrue(deaths.stream().anyMatch(at -> at.startsWith("at cas")), deaths.toString());
      herd.stop();
      herd.assertNeverBackward();
      List<LiveLine> lines = herd.lines();
      assertTrue(lines.size() > 10 * deaths.size(), lines.size() + " lines");
      assertEquals(0, Herd.impure(lines, page));
      System.out.println(
          "KillTest: " + deaths.size() + " owners killed (" + deaths.getFirst() + " ... "
              + deaths.getLast() + "); " + herd.summary() + "; " + lines.size()
              + " cycles compared, all equal");
    }
  }

  @Test
  void killedAtEveryStoreOfTakingUp() throws IOException {
    Path page = temp.resolve("page");
    owner("create", page);
    List<String> deaths = new ArrayList<>();
    try (Herd herd = Herd.start("page", page, temp)) {
      for (; ; ) {
        String said = owner("takeover", page, Integer.toString(deaths.size() + 1)).getLast();
        herd.assertReadsGoOn("while the owner is dead");
        herd.assertNeverBackward();
        if (!said.startsWith("at ")) {
          assertTrue(said.startsWith("RESUMED epoch"), said);
          break;
        }
        deaths.add(said);
        assertTrue(deaths.size() < STORES_MAX, "taking a page up has no end");
      }
      assertTrue(deaths.size() >= 3, deaths.toString());
      assertEquals("in force, recoveries 0", owner("steer", page).getLast());
      herd.stop();
      herd.assertNeverBackward();
      assertEquals(0, Herd.impure(herd.lines(), page));
    }
  }

  @Test
  void theComparisonSeesALogThatIsEditedInPlace() throws IOException {
    Path page = temp.resolve("page");
    owner("create", page);
    try (Herd herd = Herd.start("page", page, temp)) {
      owner("kill", page, "1000");
      herd.assertReadsGoOn("after an append");
      herd.stop();
      List<LiveLine> lines = herd.lines();
      assertEquals(0, Herd.impure(lines, page));
      // Planted: one fraction bit above a nanosecond, in the offset of the first segment.
      Words.write(page.resolve("page"), Words.SLOT_0 + Words.OFF_BOOT, 1);
      assertNotEquals(0, Herd.impure(lines, page));
    }
  }

  /** Runs an owner to its end; what it said. */
  private List<String> owner(String mode, Path page, String... more) throws IOException {
    return Children.owner(temp, mode, page, more);
  }
}

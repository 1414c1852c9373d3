package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proof that the live harness sees what it looks for: the same readers on a clock that is
 * published the usual way, under a sequence counter, go back or wait (the race of S1; 1-04, 1-06).
 */
class SeqcountTest {
  private static final long STOPPED_MILLIS = 300;

  /** Long enough for the slowest reader; a reader that waits waits for ever. */
  private static final long WAIT_MILLIS = 3000;

  /** A tenth of the stop is 30 ms; a reader may be without a processor for some of them. */
  private static final long STEP_MIN_NANOS = 1_000_000;

  @TempDir Path temp;

  @Test
  void aLateUpdateGoesBack() throws IOException {
    Children.owner(temp, "seqcreate", temp);
    try (Herd herd = Herd.start("seqcount", temp, temp)) {
      herd.assertReadsGoOn("of an undisturbed clock");
      herd.assertNeverBackward();
      Path output = temp.resolve("owner.txt");
      Process owner = Children.startOwner(output, "seqstop", temp);
      assertTrue(Children.await(() -> Children.isStopped(owner)), "the owner does not stop");
      Children.pause(STOPPED_MILLIS);
      Children.signal("CONT", owner);
      Children.awaitEnd(owner, output);
      assertEquals(0, owner.exitValue(), Files.readString(output));
      herd.assertReadsGoOn("after the update");
      assertTrue(herd.backward() > 0, "the harness missed a step back: " + herd.summary());
      assertTrue(herd.worstNanos() >= STEP_MIN_NANOS, herd.summary());
      System.out.println("SeqcountTest: stopped " + STOPPED_MILLIS + " ms: " + herd.summary());
      herd.stop();
    }
  }

  @Test
  void aDeadUpdaterKeepsAllWaiting() throws IOException {
    Children.owner(temp, "seqcreate", temp);
    try (Herd herd = Herd.start("seqcount", temp, temp)) {
      herd.assertReadsGoOn("of an undisturbed clock");
      Children.owner(temp, "seqkill", temp);
      assertFalse(herd.readsGoOn(WAIT_MILLIS), "the harness missed readers that wait");
      System.out.println(
          "SeqcountTest: killed in the middle of an update: no read completes any more");
      herd.stop();
    }
  }
}

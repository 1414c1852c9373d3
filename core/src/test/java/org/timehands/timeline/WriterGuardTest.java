package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;

/** What a writer does with words that others have written: poison, another owner's seal. */
class WriterGuardTest {
  private static final int SLOTS = 8;
  private static final long ID = 256;
  private static final long STEP = 10;
  private static final long GAP = 1000;
  private static final long ABSURD = 1L << 61;
  private static final TimelineWriter.Edit SLOWER =
      next -> next.setRate(Slope.of(9, 10));

  private final HandCounter counter = new HandCounter(ID, 5000);
  private final Counters counters = new Counters(counter);
  private long address;
  private Page page;
  private TimelineWriter writer;

  @BeforeEach
  void begin() {
    address = Memory.allocate(Page.totalBytes(SLOTS), 4096);
    page = Page.format(address, SLOTS, new PageIdentity(1, 2, 3, 4, 5));
    writer =
        TimelineWriter.begin(
            page,
            counters,
            first -> {
              first.clocksourceId = ID;
              first.stepCycles = STEP;
              first.gapCycles = GAP;
            });
  }

  @AfterEach
  void end() {
    Memory.free(address);
  }

  private void poison(long k, long promised) {
    Memory.setVolatile(page.horizon(k), promised << 1);
  }

  private long startOf(long k) {
    return Memory.get(page.slot(k) + Page.START);
  }

  @Test
  void anAbsurdPromiseIsTakenBackBeforeItIsSealed() {
    poison(0, ABSURD);
    writer.append(SLOWER);
    assertEquals(5000 + STEP, startOf(1));
    assertEquals(1, writer.recoveries());
  }

  @Test
  void thePromiseThatMakesTheDifferenceOverflowIsAbsurdToo() {
    // The open segment starts ahead of the counter, as after a heartbeat's lead.
    poison(0, 5500);
    writer.append(SLOWER);
    assertEquals(5500, startOf(1));
    poison(1, Long.MAX_VALUE);
    writer.append(SLOWER);
    // No reader has been in a segment that has not begun, so it needs the least promise only.
    assertEquals(5501, startOf(2));
  }

  @Test
  void poisonThatComesBackWhileTheFirstIsTakenBackIsNotSealed() {
    poison(0, ABSURD);
    int[] reads = new int[1];
    counter.beforeRead(
        () -> {
          reads[0]++;
          if (reads[0] == 3) {
            poison(0, ABSURD + 7);
          }
        });
    writer.append(SLOWER);
    assertTrue(reads[0] > 3, "the poison came in the middle of the append");
    assertEquals(5000 + STEP, startOf(1));
    assertEquals(2, writer.recoveries());
  }

  @Test
  void poisonWithoutEndIsSaid() {
    poison(0, ABSURD);
    counter.beforeRead(() -> poison(0, ABSURD));
    IllegalStateException given =
        assertThrows(IllegalStateException.class, () -> writer.append(SLOWER));
    assertTrue(given.getMessage().contains("absurd"), given.getMessage());
  }

  @Test
  void aCounterThatWentBackDoesNotLowerAnHonestHorizon() {
    counter.set(1_000_000);
    Timeline reader = new Timeline(page, counters, true, GapProbe.TRUSTING);
    long read = reader.monotonic();
    writer.setCounterCheck((open, source) -> false);
    counter.set(2000);
    writer.append(SLOWER);
    assertTrue(startOf(1) > read, "the answered cycle " + read + " stays below the new line");
    assertEquals(0, writer.recoveries());
  }

  @Test
  void withoutACheckTheCounterIsBelieved() {
    counter.set(1_000_000);
    new Timeline(page, counters, true, GapProbe.TRUSTING).monotonic();
    counter.set(2000);
    writer.append(SLOWER);
    assertEquals(2000 + STEP, startOf(1));
  }

  @Test
  void aHeartbeatDoesNotUnsealWhatAnotherOwnerSealed() throws PageFormatException {
    poison(0, 4990);
    page.takeOver(42, 43);
    TimelineWriter second = TimelineWriter.resume(page, counters);
    second.append(SLOWER);
    long sealed = Memory.get(page.horizon(0));
    writer.promise(100);
    assertEquals(sealed, Memory.get(page.horizon(0)));
    assertThrows(IllegalStateException.class, () -> writer.append(SLOWER));
  }

  @Test
  void aHeartbeatPromisesAtMostTheGapAhead() {
    poison(0, 5000);
    writer.promise(50 * GAP);
    assertEquals((5000 + GAP) << 1, Memory.get(page.horizon(0)));
  }

  @Test
  void aRetiredWriterDoesNothingMore() {
    poison(0, 5000);
    writer.retire();
    assertThrows(IllegalStateException.class, () -> writer.append(SLOWER));
    writer.promise(100);
    assertEquals(5000 << 1, Memory.get(page.horizon(0)));
    assertEquals(0, page.head());
  }
}

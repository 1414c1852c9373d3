package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;

/** A writer died after it froze an absurd horizon, before it promised anew. */
class FrozenHorizonTest {
  private static final int SLOTS = 8;
  private static final long ID = 256;
  private static final long STEP = 10;
  private static final long FROZEN = Page.frozen(7, 1);

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
              first.startCycles = 1000;
              first.stepCycles = STEP;
              first.gapCycles = 1000;
            });
    Memory.setVolatile(page.horizon(0), FROZEN);
  }

  @AfterEach
  void end() {
    Memory.free(address);
  }

  private Timeline reader(Counters readable, boolean extending) {
    return new Timeline(page, readable, extending, GapProbe.TRUSTING);
  }

  @Test
  void noTwoFrozenWordsAreAlikeAndNoneIsSealed() {
    assertNotEquals(FROZEN, Page.frozen(7, 2));
    assertNotEquals(FROZEN, Page.frozen(8, 1));
    assertEquals(0, Page.frozen(-1, -1) & 1);
    assertEquals(0, Page.promised(FROZEN));
    assertTrue(Page.isFrozen(FROZEN));
  }

  @Test
  void anExtendingReaderPromisesFromASampleTakenAfterItSawTheFrozenWord() {
    int[] reads = new int[1];
    counter.beforeRead(() -> counter.set(5000 + 100 * ++reads[0]));
    assertEquals(4200, reader(counters, true).monotonic());
    assertEquals(2, reads[0]);
    assertEquals((5200 - 1000 + STEP) << 1, Memory.get(page.horizon(0)));
  }

  @Test
  void aReadOnlyReaderAnswersThePresentCycleAndPromisesNothing() {
    assertEquals(4000, reader(counters, false).monotonic());
    assertEquals(FROZEN, Memory.get(page.horizon(0)));
  }

  @Test
  void aReaderThatCannotReadTheCounterAnswersTheFirstCycle() {
    for (boolean extending : new boolean[] {false, true}) {
      Timeline blind = reader(new Counters(), extending);
      assertEquals(0, blind.monotonic());
      Sample sample = new Sample();
      blind.sample(sample);
      assertEquals(StatusReason.COUNTER_UNREADABLE, sample.reason());
      assertEquals(Long.MAX_VALUE, sample.errorNanos());
      assertEquals(FROZEN, Memory.get(page.horizon(0)));
    }
  }

  @Test
  void theNextWriterThawsBeforeItSeals() throws PageFormatException {
    page.takeOver(42, 43);
    TimelineWriter.resume(page, counters).append(next -> next.setRate(Slope.of(9, 10)));
    long word = Memory.get(page.horizon(0));
    assertFalse(Page.isFrozen(word));
    assertEquals((4000 + STEP) << 1 | 1, word);
  }

  @Test
  void aHeartbeatLeavesAFrozenHorizonAlone() {
    writer.promise(100);
    assertEquals(FROZEN, Memory.get(page.horizon(0)));
  }
}

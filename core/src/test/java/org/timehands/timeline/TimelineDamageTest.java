package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.timehands.linux.Memory;

/** A page that is damaged after it was attached: reads end, by an exception if need be. */
class TimelineDamageTest {
  private static final int SLOTS = 8;
  private static final long ID = 256;
  private static final Duration GENEROUS = Duration.ofSeconds(30);

  private final HandCounter counter = new HandCounter(ID, 1000);
  private final Counters counters = new Counters(counter);
  private long address;
  private Page page;
  private Timeline timeline;

  @BeforeEach
  void begin() {
    address = Memory.allocate(Page.totalBytes(SLOTS), 4096);
    page = Page.format(address, SLOTS, new PageIdentity(1, 2, 3, 4, 5));
    TimelineWriter.begin(
        page,
        counters,
        first -> {
          first.clocksourceId = ID;
          first.startCycles = 1000;
          first.stepCycles = 10;
        });
    timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
  }

  @AfterEach
  void end() {
    Memory.free(address);
  }

  @Test
  void anIntactPageAnswers() {
    counter.set(1234);
    assertEquals(234, timeline.monotonic());
  }

  /** 2-08: no segment, no time. */
  @Test
  void aReadOfAPageWithoutItsNewestSegmentEnds() {
    page.setHead(5);
    assertDamaged(timeline::monotonic);
    assertDamaged(() -> timeline.sample(new Sample()));
    assertDamaged(() -> timeline.stamp(true, new Sample()));
  }

  @Test
  void aReadOfARewrittenSlotThatIsNeverFinishedEnds() {
    Memory.set(page.slot(0) + Page.SEQ, -1);
    assertDamaged(timeline::monotonic);
  }

  @Test
  void aReaderStandsStillAtASealWithoutASuccessor() {
    counter.set(5000);
    Memory.set(page.horizon(0), 10 << 1 | 1);
    assertTimeoutPreemptively(GENEROUS, () -> assertEquals(9, timeline.monotonic()));
    Sample sample = new Sample();
    timeline.sample(sample);
    assertEquals(9, sample.monoNanos());
    assertEquals(StatusReason.PAGE_DAMAGED, sample.reason());
    assertTrue(sample.errorNanos() >= 5000 - 1000 - 9, "the bound covers what it missed");
  }

  private static void assertDamaged(Runnable read) {
    assertTimeoutPreemptively(
        GENEROUS,
        () -> {
          IllegalStateException damaged =
              assertThrows(IllegalStateException.class, read::run);
          assertTrue(damaged.getMessage().contains("damaged"), damaged.getMessage());
        });
  }
}

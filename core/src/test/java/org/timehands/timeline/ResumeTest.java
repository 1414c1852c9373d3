package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.timehands.linux.Memory;

/** A writer that is gone, wherever it stopped: the next one goes on with the same timeline. */
class ResumeTest {
  private static final TimelineWriter.Edit SAME = next -> {};
  private static final TimelineWriter.Edit SLOWER =
      next -> next.setRate(next.rate().plusPpt(-500_000_000));

  private final Bench bench = Bench.of(8);

  @AfterEach
  void close() {
    bench.close();
  }

  private TimelineWriter resume() throws PageFormatException {
    bench.page.takeOver(2, 2);
    return TimelineWriter.resume(bench.page, bench.counters);
  }

  @Test
  void timeGoesOn() throws PageFormatException {
    bench.writer.append(SLOWER);
    bench.counter.add(123_456);
    long before = bench.reader.monotonic();
    TimelineWriter next = resume();
    assertEquals(before, bench.reader.monotonic());
    assertEquals(2, next.append(SLOWER));
    assertEquals(before, bench.reader.monotonic());
    bench.counter.add(Bench.STEP + 1);
    assertTrue(bench.reader.monotonic() > before);
  }

  /** Killed after the seal and before the hint moved: by one segment, or by a bridge's two. */
  @Test
  void aStaleHintIsFollowed() throws PageFormatException {
    bench.writer.append(SAME);
    bench.writer.tryAppendBridge(1, SAME, 9000, SAME);
    bench.page.setHead(0);
    TimelineWriter next = resume();
    assertEquals(3, bench.page.head());
    assertEquals(4, next.append(SAME));
  }

  /** Killed between writing a successor and sealing: what it wrote is nothing. */
  @Test
  void anUnsealedDraftIsWrittenOver() throws PageFormatException {
    bench.counter.add(77);
    bench.reader.monotonic();
    Segment draft = new Segment();
    bench.writer.newest(draft);
    draft.startCycles = 5;
    draft.monoBaseNanos = -99;
    draft.store(bench.page.slot(1));
    Memory.set(bench.page.slot(1) + Page.SEQ, 1);
    Memory.set(bench.page.horizon(1), 3);
    TimelineWriter next = resume();
    assertEquals(77, bench.reader.monotonic());
    assertEquals(1, next.append(SAME));
    assertEquals(177, Memory.get(bench.page.slot(1) + Page.MONO_BASE));
  }

  @Test
  void anAbsurdPromiseIsTakenBackByTheNext() throws PageFormatException {
    bench.counter.add(77);
    Memory.set(bench.page.horizon(0), 1L << 60);
    assertEquals(77, bench.reader.monotonic());
    TimelineWriter next = resume();
    next.append(SLOWER);
    assertEquals(bench.counter.cycles() + Bench.STEP, bench.startOf(1));
  }

  @Test
  void theOneBeforeIsFencedOff() throws PageFormatException {
    resume();
    IllegalStateException fenced =
        assertThrows(IllegalStateException.class, () -> bench.writer.append(SAME));
    assertTrue(fenced.getMessage().contains("epoch"), fenced.getMessage());
  }

  @Test
  void aSealWithoutASuccessorIsDamage() {
    Memory.set(bench.page.horizon(0), 5 << 1 | 1);
    refused("no successor");
  }

  @Test
  void aMissingSegmentIsDamage() {
    bench.page.setHead(3);
    refused("missing");
  }

  @Test
  void aHintThatIsNoNumberIsDamage() {
    bench.page.setHead(-5);
    refused("-5");
  }

  private void refused(String words) {
    PageFormatException refused = assertThrows(PageFormatException.class, this::resume);
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
    assertTrue(refused.getMessage().contains("damaged"), refused.getMessage());
  }
}

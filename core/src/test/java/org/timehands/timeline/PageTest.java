package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.linux.Memory;
import org.timehands.testing.Seeds;

/** The page's layout: what is written, what is refused and in which words. */
class PageTest {
  private static final int SLOTS = 64;
  private static final long BYTES = Page.totalBytes(SLOTS);
  private static final int FUZZED_SLOTS = 8;
  private static final long FUZZED_BYTES = Page.totalBytes(FUZZED_SLOTS);
  private static final PageIdentity IDENTITY = new PageIdentity(1, 2, 3, 4, 5);

  private long address;

  @BeforeEach
  void allocate() {
    address = Memory.allocate(BYTES, 4096);
  }

  @AfterEach
  void free() {
    Memory.free(address);
  }

  @Test
  void aFreshPageSaysWhatItIs() throws PageFormatException {
    Page.format(address, SLOTS, IDENTITY);
    Page page = Page.attach(address, BYTES, false);
    assertEquals(IDENTITY, page.identity());
    assertEquals(SLOTS, page.slotCount());
    assertEquals(0, page.state(), "not ready before its first segment");
    assertEquals(0, page.ownerEpoch());
    assertFalse(page.isWritable());
    assertEquals("TIMEHNDS", magicText());
  }

  private String magicText() {
    long magic = Memory.get(address);
    StringBuilder text = new StringBuilder();
    LongStream.range(0, 8).forEach(i -> text.append((char) (magic >>> (8 * i) & 0xFF)));
    return text.toString();
  }

  @Test
  void takingOverBeginsAnEpochAndLeavingClearsTheName() {
    Page page = Page.format(address, SLOTS, IDENTITY);
    assertEquals(1, page.takeOver(42, 43));
    assertEquals(42, page.ownerPid());
    assertEquals(43, page.ownerStart());
    page.setLeadCycles(7);
    page.release();
    assertEquals(0, page.ownerPid());
    assertEquals(0, page.leadCycles());
    assertEquals(2, page.takeOver(44, 45));
  }

  /** 4-10, 4-11: another version of the layout among them. */
  @ParameterizedTest
  @CsvSource({
    "0, magic, not a page",
    "8, layout version, same version",
    "16, total bytes, cut short",
    "24, slots, power of two",
    "32, slot bytes, damaged",
    "40, slots offset, damaged",
    "48, horizon offset, damaged",
    "56, horizon stride, damaged"
  })
  void eachWrongWordIsRefusedByName(long offset, String name, String hint) {
    Page.format(address, SLOTS, IDENTITY);
    long right = Memory.get(address + offset);
    SplittableRandom random = new SplittableRandom(offset);
    long[] wrong = {0, -1, right + 1, right - 1, right << 1, Long.MIN_VALUE, random.nextLong()};
    for (long word : wrong) {
      Memory.set(address + offset, word);
      PageFormatException refused =
          assertThrows(PageFormatException.class, () -> Page.attach(address, BYTES, false));
      String words = refused.getMessage();
      // Another count of slots may show at the sizes that follow from it.
      assertTrue(words.contains(name) || offset == 24, words);
      assertTrue(words.contains(hint) || words.contains("cut short"), words);
      assertTrue(words.length() < 200 && !words.contains("\n"), words);
    }
    Memory.set(address + offset, right);
    assertDoesNotThrow(() -> Page.attach(address, BYTES, false));
  }

  @Test
  void everyWrongSizeIsRefused() {
    Page.format(address, SLOTS, IDENTITY);
    for (long bytes = 0; bytes < BYTES; bytes += 8) {
      long cut = bytes;
      assertThrows(PageFormatException.class, () -> Page.attach(address, cut, false));
    }
    assertThrows(PageFormatException.class, () -> Page.attach(address, BYTES + 4096, false));
    assertThrows(PageFormatException.class, () -> Page.attach(address, -1, false));
  }

  @Test
  void aZeroedPageIsNoPage() {
    assertThrows(PageFormatException.class, () -> Page.attach(address, BYTES, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 2, 3, 5, 12, 4095, 1 << 21, Integer.MIN_VALUE})
  void countsOfSlotsThatNoPageHas(int slots) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> Page.format(address, slots, IDENTITY));
    assertTrue(refused.getMessage().contains("" + slots), refused.getMessage());
    assertTrue(refused.getMessage().contains("" + Page.DEFAULT_SLOTS), refused.getMessage());
  }

  @Test
  void partsDoNotOverlapAndStandOnMemoryPages() {
    for (int slots = 4; slots <= Page.MAX_SLOTS; slots *= 2) {
      assertTrue(Page.horizonOffset(slots) >= Page.HEADER_BYTES + slots * Page.SLOT_BYTES);
      assertTrue(Page.horizonBytes(slots) >= slots * Page.HORIZON_STRIDE);
      assertEquals(0, Page.horizonOffset(slots) % 4096);
      assertEquals(0, Page.totalBytes(slots) % 4096);
    }
  }

  /** Random bytes, and random bytes behind an intact header: nobody crashes or hangs. */
  @Test
  void randomPagesNeverCrashAReader() {
    int[] attached = new int[1];
    Seeds.forEach(PageTest.class, 100_000, random -> attached[0] += fuzz(random));
    if (System.getProperty("timehands.seed") == null) {
      assertTrue(attached[0] > 40_000, "pages that were read: " + attached[0]);
    }
  }

  private int fuzz(SplittableRandom random) {
    boolean intactHeader = random.nextBoolean();
    if (intactHeader) {
      Page.format(address, FUZZED_SLOTS, IDENTITY);
      Memory.set(address + Page.H_HEAD, random.nextBoolean() ? random.nextInt(20) : word(random));
    }
    long from = intactHeader ? Page.HEADER_BYTES : 0;
    long spread = 1 + random.nextInt(8);
    for (long offset = from; offset < FUZZED_BYTES; offset += 8 * spread) {
      Memory.set(address + offset, word(random));
    }
    try {
      Page page = Page.attach(address, FUZZED_BYTES, false);
      read(page, random);
      return 1;
    } catch (PageFormatException refused) {
      return 0;
    }
  }

  private static long word(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextInt(20);
      case 2 -> random.nextInt(20) << 1;
      case 3 -> -1;
      default -> random.nextLong() >>> random.nextInt(64);
    };
  }

  private static void read(Page page, SplittableRandom random) {
    HandCounter counter = new HandCounter(random.nextInt(20), random.nextLong());
    Timeline timeline =
        new Timeline(page, new Counters(counter), random.nextBoolean(), GapProbe.TRUSTING);
    Sample sample = new Sample();
    orDamaged(timeline::monotonic);
    orDamaged(timeline::realtime);
    orDamaged(() -> timeline.sample(sample));
    orDamaged(() -> timeline.stamp(true, sample));
    sample.status();
    sample.reason();
    sample.wallErrorNanos();
    History history = new History(page);
    history.convert(counter.id(), random.nextLong(), sample);
    history.segment(history.newest(), new Segment());
    history.oldest();
  }

  private static void orDamaged(Runnable read) {
    try {
      read.run();
    } catch (IllegalStateException damaged) {
      assertTrue(damaged.getMessage().contains("damaged"), damaged.getMessage());
    }
  }
}

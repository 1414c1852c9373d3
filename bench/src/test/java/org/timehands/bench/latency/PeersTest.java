package org.timehands.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the peers in C say, and what they must not say. */
class PeersTest {
  @Test
  void theLoopsAnswer() throws IOException {
    Slice slice = CLoop.parse("123456 2 3 50000 10 70000");
    assertEquals(123_456, slice.cpuNanos());
    assertEquals(2, slice.missed());
    assertEquals(3, slice.late().total());
    assertEquals(70_000, slice.late().max());
  }

  @Test
  void aWrongAnswerIsRefused() {
    for (String wrong :
        new String[] {"", "1 2", "1 0 2 5", "1 0 1 5 6", "1 0 1 -5", "1 0 1 x", "a 0 0"}) {
      assertThrows(IOException.class, () -> CLoop.parse(wrong), wrong);
    }
  }

  private static final String HISTOGRAM =
      """
      # Histogram
      000000 000000
      000053 000010
      000060 000004
      # Total: 000000014
      # Min Latencies: 00053
      # Avg Latencies: 00055
      # Max Latencies: 204334
      # Histogram Overflows: 00002
      # Histogram Overflow at cycle number:
      # Thread 0: 00589 00647
      """;

  @Test
  void cyclictestsHistogram() throws IOException {
    LateHistogram late = Cyclictest.parse(HISTOGRAM).late();
    assertEquals(16, late.total());
    assertEquals(204_334_500, late.max());
    // Whole microseconds, cut off: the middle is half of one above.
    assertEquals(53_500, late.quantile(0.5), 500);
  }

  @Test
  void overflowsAreNotForgotten() throws IOException {
    // Two of 16 lie beyond the end: without them the p99 would be that of the rest.
    LateHistogram late = Cyclictest.parse(HISTOGRAM).late();
    assertEquals(204_334_500, late.quantile(0.99), 204_334_500 / 64.0);
  }

  @Test
  void whatIsNoHistogramIsRefused() {
    assertThrows(IOException.class, () -> Cyclictest.parse(""));
    assertThrows(IOException.class, () -> Cyclictest.parse("abc def\n"));
    assertThrows(IOException.class, () -> Cyclictest.parse("# Max Latencies:\n"));
  }
}

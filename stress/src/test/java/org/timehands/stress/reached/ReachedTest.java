package org.timehands.stress.reached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.timehands.stress.world.SourceEdit;
import org.timehands.stress.world.World;

/**
 * Where a walk ended is a hint for the next read, but not across a change of clocksource. What
 * readers keep to themselves (0-19) changes no answer: InterleavingTest has it in every schedule.
 */
class ReachedTest {
  private static final SourceEdit ACROSS_COUNTERS =
      new SourceEdit(
          "timeline/Timeline.java",
          "Memory.get(slot + Page.CS_CHANGED_SEQ) == changes && head - k",
          "head - k");

  private static final SourceEdit NEVER_LEFT =
      new SourceEdit("timeline/Timeline.java", "if (first() != k) {", "if (way == BACK) {");

  @Test
  @DisplayName("a segment that has begun is found at once: the counter is sampled once a read")
  void hintIsLeft() {
    assertEquals(1, samples(List.of()));
  }

  @Test
  @DisplayName("planted: a hint that is never left makes each read look twice")
  void hintThatStaysIsSlow() {
    assertEquals(2, samples(List.of(NEVER_LEFT)));
  }

  @Test
  @DisplayName("2-05, A9: a counter that sticks is left for good once another has begun")
  void stuckCounterIsLeft() {
    assertTrue(gain(List.of()) > 90_000, "time stands still with a counter that was given up");
  }

  @Test
  @DisplayName("planted: a hint that spans two counters keeps a reader in the stuck one")
  void hintAcrossCountersWouldStick() {
    assertEquals(1, gain(List.of(ACROSS_COUNTERS)));
  }

  private static long samples(List<SourceEdit> edits) {
    return World.with(edits)
        .create("org.timehands.stress.reached.SamplesPerRead", LongSupplier.class)
        .getAsLong();
  }

  private static long gain(List<SourceEdit> edits) {
    return World.with(edits)
        .create("org.timehands.stress.reached.StuckCounter", LongSupplier.class)
        .getAsLong();
  }
}

package org.timehands.stress.timeout;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.timehands.stress.world.SourceEdit;
import org.timehands.stress.world.World;

/** Planted bugs in guarded calls: each is found, and called by its name. */
class GuardMutantTest {
  @Test
  void theGuardAsItIsShowsNothing() {
    assertNull(hunt(List.of()));
  }

  @Test
  void everyPlantedBugIsFound() {
    assertAll(
        () -> finds("an interrupt came after the end of the call",
            "private void due() { synchronized (outermost) {",
            "private void due() { synchronized (new Object()) {"),
        () -> finds("interrupted after the end of the call",
            "if (ended || interrupted) {", "if (interrupted) {"),
        () -> finds("armed after the end of the call", "timeouts.shutdown(timeout);", ""),
        () -> finds("an interrupt was left behind", "boolean _ = Thread.interrupted();", ""),
        () -> finds("the outer interrupt was lost",
            "if (--outermost.waiting > 0 || outermost.stranger) {",
            "if (outermost.stranger) {"),
        () -> finds("the outer interrupt was left behind",
            "if (outermost.waiting++ == 0) {", "if (outermost.waiting++ >= 0) {"),
        () -> finds("called past the outer deadline",
            "each != null; each = each.outer) { each.deadline.check",
            "each != null; each = null) { each.deadline.check"),
        () -> finds("a stranger's interrupt was taken",
            "outermost.stranger = thread.isInterrupted();", ""),
        () -> finds("a stranger's interrupt was lost",
            "if (--outermost.waiting > 0 || outermost.stranger) {",
            "if (outermost.stranger) { return; } if (--outermost.waiting > 0) {"),
        () -> finds("interrupted before its deadline", "if (!deadline.isPast()) {", "if (false) {"),
        () -> finds("armed again after its end",
            "boolean late; synchronized (outermost) {",
            "timeouts.shutdown(timeout); boolean late; synchronized (outermost) {"),
        () -> finds("never interrupted", "arm(); // beyond the wheel's longest delay", ""));
  }

  private static void finds(String expected, String find, String replace) {
    SourceEdit edit = new SourceEdit("timeout/GuardedCall.java", find, replace);
    assertEquals(expected, hunt(List.of(edit)), replace.isEmpty() ? "without: " + find : replace);
  }

  private static String hunt(List<SourceEdit> edits) {
    Supplier<?> hunt =
        World.with(edits).create("org.timehands.stress.timeout.GuardHunt", Supplier.class);
    return (String) hunt.get();
  }
}

package org.timehands.stress.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A mutant that does not fit its source any more must not pass for one that was not found. */
class SourceEditTest {
  private static SourceEdit edit(String find, String replace) {
    return new SourceEdit("fixed/Fixed.java", find, replace);
  }

  @Test
  void replacesTheOnePlace() {
    assertEquals("a = 2;\nb = 1;", edit("a = 1;", "a = 2;").applyTo("a = 1;\nb = 1;"));
  }

  @Test
  void aBrokenLineIsTheSameText() {
    assertEquals("x", edit("return a + b;", "x").applyTo("return a\n        + b;"));
  }

  @Test
  void refusesWhatIsNotThere() {
    IllegalStateException gone =
        assertThrows(IllegalStateException.class, () -> edit("c = 1;", "").applyTo("a = 1;"));
    assertTrue(gone.getMessage().contains("out of date"), gone.getMessage());
  }

  @Test
  void refusesWhatIsThereTwice() {
    IllegalStateException twice =
        assertThrows(
            IllegalStateException.class, () -> edit("a = 1;", "").applyTo("a = 1; a = 1;"));
    assertTrue(twice.getMessage().contains("ambiguous"), twice.getMessage());
  }

  @Test
  void refusesWhatDoesNotCompile() {
    SourceEdit wrong = edit("private Fixed() {}", "private Fixed() { no }");
    assertThrows(IllegalStateException.class, () -> World.with(List.of(wrong)));
  }

  /** In a world of its own, with a change and without. */
  @Test
  void theChangeIsInForceInItsWorldOnly() {
    SourceEdit one = edit("PPT = 1_000_000_000_000L;", "PPT = 1;");
    String probe = "org.timehands.stress.interleave.Probe";
    assertEquals(1L, World.with(List.of(one)).create(probe, Supplier.class).get());
    assertEquals(1_000_000_000_000L, World.with(List.of()).create(probe, Supplier.class).get());
  }
}

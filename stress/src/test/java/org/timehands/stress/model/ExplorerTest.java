package org.timehands.stress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker itself: it sees every state, and it catches what is planted. */
class ExplorerTest {
  private static final int LIMIT = 1_000_000;

  /** Two counters that go up to nine; a reader that can be made to hang or to answer stale. */
  private static final class Grid implements Model {
    private static final int SIDE = 10;

    private final Layout layout = new Layout();
    private final int x = layout.variable("x", SIDE - 1);
    private final int y = layout.variable("y", SIDE - 1);
    private final int[] busy = layout.readerVariables("busy", 1, 1);
    private final int bad;
    private final boolean hangs;
    private final boolean stale;

    Grid(int bad, boolean hangs, boolean stale) {
      this.bad = bad;
      this.hangs = hangs;
      this.stale = stale;
    }

    @Override
    public String name() {
      return "grid";
    }

    @Override
    public Layout layout() {
      return layout;
    }

    @Override
    public void initial(Steps out) {
      out.next();
      out.take("start");
    }

    @Override
    public void steps(int[] s, Steps out) {
      move(s, x, "x becomes %d", out);
      move(s, y, "y becomes %d", out);
      readerSteps(s, 0, out);
    }

    private void move(int[] s, int variable, String words, Steps out) {
      if (s[variable] < SIDE - 1) {
        int[] next = out.next();
        next[variable]++;
        if (next[x] + next[y] == bad) {
          out.violates(Property.PURE, "x + y is %d", bad, 0, 0, 0);
        }
        out.take(words, next[variable]);
      }
    }

    @Override
    public int readerCount() {
      return 1;
    }

    @Override
    public void readerSteps(int[] s, int reader, Steps out) {
      int[] next = out.next();
      if (s[busy[0]] == 0) {
        next[busy[0]] = 1;
        out.take("reader begins");
      } else if (!hangs || s[x] < SIDE - 1) {
        next[busy[0]] = 0;
        out.answers(0, 0, s[x], 0);
        out.take("reader ends");
      } else {
        out.take("reader waits");
      }
    }

    @Override
    public boolean idle(int[] state, int reader) {
      return state[busy[0]] == 0;
    }

    @Override
    public void keepOnly(int[] state, int reader) {}

    @Override
    public int soloStepLimit() {
      return 4;
    }

    @Override
    public boolean fresh(int[] state, int reader, int segment, int cycle, int time) {
      return !stale || cycle < 3;
    }

    @Override
    public void exchangeAlike(int[] state) {}
  }

  private static Explorer.Result explore(int bad, boolean hangs, boolean stale) {
    return Explorer.explore(new Grid(bad, hangs, stale), LIMIT);
  }

  @Test
  void everyStateIsReachedOnce() {
    Explorer.Result result = explore(-1, false, false);
    assertEquals(200, result.states());
    assertEquals(1 + 2 * 2 * 90 + 200, result.transitions());
    assertTrue(result.complete());
    assertNull(result.broken());
    assertEquals("holds", result.verdict());
  }

  @Test
  void violationIsFoundByAShortestRun() {
    Explorer.Result result = explore(4, false, false);
    assertEquals(Property.PURE, result.broken());
    assertEquals("PURE broken in 4 steps", result.verdict());
    assertEquals(
        List.of(
            "  0  start",
            "  1  x becomes 1",
            "  2  x becomes 2",
            "  3  x becomes 3",
            "  4  x becomes 4",
            "PURE broken: x + y is 4"),
        result.trace());
    assertFalse(result.complete());
  }

  @Test
  void readerThatHangsIsFound() {
    Explorer.Result result = explore(-1, true, false);
    assertEquals(Property.LIVE, result.broken());
    assertEquals("LIVE broken in 9 steps", result.verdict());
    assertTrue(result.trace().getLast().contains("reader waits; reader waits"), result::toString);
  }

  @Test
  void staleAnswerIsFound() {
    Explorer.Result result = explore(-1, false, true);
    assertEquals(Property.FRESH, result.broken());
    assertEquals("FRESH broken in 3 steps", result.verdict());
  }

  @Test
  void searchThatIsCutOffSaysSo() {
    Explorer.Result result = Explorer.explore(new Grid(-1, false, false), 50);
    assertFalse(result.complete());
    assertNull(result.broken());
    assertEquals("cut off before the end", result.verdict());
  }

  @Test
  void variableOutOfRangeIsNamed() {
    Layout layout = new Layout();
    layout.variable("small", 5);
    long[] packed = new long[layout.wordCount()];
    IllegalStateException error =
        assertThrows(IllegalStateException.class, () -> layout.pack(new int[] {6}, packed));
    assertEquals("small is 6, allowed 0..5: widen its range", error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> layout.variable("huge", 1 << 24));
  }
}

package org.timehands.stress.timeout;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.timehands.stress.world.SourceEdit;
import org.timehands.stress.world.World;

/**
 * Planted bugs in the wheel: random operations beside a plain list or map find each (3-37, 3-49).
 */
class WheelMutantTest {
  private static final String WHEEL = "timeout/Wheel.java";
  private static final String FRONT = "timeout/TimeoutWheel.java";
  private static final String STATE = "timeout/WheelTimeout.java";
  private static final String HANDLES = "timeout/HandleWheel.java";
  private static final String WHEELS = "org.timehands.stress.timeout.WheelHunt";
  private static final String NUMBERS = "org.timehands.stress.timeout.HandleHunt";

  /** A bug and its name. */
  private record Mutant(String name, SourceEdit... edits) {}

  private static Mutant mutant(String name, String file, String find, String replace) {
    return new Mutant(name, new SourceEdit(file, find, replace));
  }

  private static final String LEVEL = "int level = level(Math.min(delta, reachTicks));";

  private static final String STAYS = "own.looksAtTicks - (int) clock <= ahead + (ahead >> 6)";

  private static final List<Mutant> MUTANTS =
      List.of(
          mutant(
              "Caffeine's: bucket by absolute time, level by a shorter duration",
              WHEEL,
              LEVEL,
              "int level = level(Math.max(1, Math.min(delta - (delta >> 6), reachTicks)));"),
          mutant("rounds down", WHEEL, "return (ticks + mask) & ~mask;", "return ticks & ~mask;"),
          mutant(
              "a level takes 64 buckets",
              WHEEL,
              "return delta > (long) LAST << (LEVEL_SHIFT * level) ? level + 1 : level;",
              "return delta > (long) BUCKETS << (LEVEL_SHIFT * level) ? level + 1 : level;"),
          mutant("next by the wrong turn", WHEEL, "long bucket = (clock >> shift) + 1;",
              "long bucket = (clock >> shift) + 2;"),
          mutant("bit stays set", WHEEL, "if (previous < 0 && next < 0) {", "if (false) {"),
          mutant("bit never set", WHEEL, "bits[level] |= 1L << index;", ""),
          mutant("spliced without a way back", WHEEL, "setPrevious(first, before);", ""),
          mutant("tail forgotten", WHEEL, "setNext(last, e); tail[b] = e;", "setNext(last, e);"),
          mutant("late ones lost", WHEEL, "splice(late);", ""),
          mutant("compares times that wrap", WHEEL, "next != clock && nowTicks - next >= 0",
              "next != clock && nowTicks >= next"),
          mutant("fine level only", WHEEL, "for (int level = levels - 1; level >= 0; level--) {",
              "for (int level = 0; level >= 0; level--) {"),
          mutant("newest first", WHEEL, "int e = head[due];", "int e = tail[due];"),
          mutant("hands out anew what one has still taken", WHEEL,
              "boolean isLast = taken == 0;", "boolean isLast = taken <= 1;"),
          mutant("runs what was cancelled", FRONT, "leave(timeout); if (!runs) { return false; }",
              "leave(timeout);"),
          mutant("runs what was put off", FRONT,
              "runs && timeout.expiresTicks - wheel.clock() > 0", "false"),
          mutant("stays where it is looked at later", FRONT, STAYS,
              STAYS.replace("ahead >> 6", "ahead >> 2")),
          mutant("stays in standing time", FRONT, STAYS, STAYS.replace("(int) clock", "clock")),
          mutant("stays though it is nowhere", FRONT, "own.isFiled() && " + STAYS, STAYS),
          mutant("puts off what comes earlier", FRONT,
              "if (timeout.looksAtTicks - (int) clock > looksAt - clock) {",
              "if (timeout.looksAtTicks - (int) clock > looksAt - clock + 3) {"),
          mutant("a reduce puts off", FRONT,
              "if (own.isPending() && expires - own.expiresTicks >= 0) {", "if (false) {"),
          mutant("a reduce arms nothing", FRONT,
              "arm(own, expires); return true;",
              "if (!own.isPending()) { arm(own, expires); } return true;"),
          mutant("a clear forgets those that are kept", FRONT,
              "if (before) { timeout.callback",
              "if (before && !timeout.isKept()) { timeout.callback"),
          mutant("leaves nothing due", FRONT, "return pending > 0 && wheel.hasDue();",
              "return false;"),
          mutant("cancels twice", FRONT, "boolean cancel(WheelTimeout timeout) { if (!timeout"
              + ".isPending()) {", "boolean cancel(WheelTimeout timeout) { if (false) {"),
          mutant("counts who is armed again", FRONT,
              "if (timeout.isPending()) { return true; }", ""),
          mutant("stays pending", STATE, "state &= ~PENDING;", ""),
          mutant("forgets that it is kept", STATE, "state = isKept() ? 1 : 0;", "state = 0;"));

  private static final String LATEST =
      "return ahead <= 0 ? Long.MIN_VALUE : ahead + (ahead >> 6);";

  private static final List<Mutant> HANDLE_MUTANTS =
      List.of(
          mutant("collects what is not settled", HANDLES, "settle(); wheel.collect(nowTicks);",
              "wheel.collect(nowTicks);"),
          mutant("forgets what is noted while it runs", HANDLES, "if (notes != 0) { settle(); }",
              "notes = 0;"),
          mutant("settles after the call", HANDLES, "if (notes != 0) { settle(); }", ""),
          mutant("stays vacant", HANDLES, "long state = chunk[at + 1] & ~VACANT;",
              "long state = chunk[at + 1];"),
          mutant("stays where it is looked at later", HANDLES, LATEST,
              LATEST.replace("ahead >> 6", "ahead >> 1")),
          mutant("moves nothing that is due", HANDLES, LATEST,
              "return ahead + (ahead >> 6);"),
          mutant("settles nothing that is due", HANDLES, "|| expires - clock <= 0", ""),
          mutant("settles what may stay", HANDLES, "|| ahead(state, clock) > looksAt - clock", ""),
          mutant("compares all bits", HANDLES, "return (int) state - (int) clock;",
              "return (int) (state & TICK) - (int) Math.min(clock, TICK);"),
          mutant("a handle lives again", HANDLES,
              "chunk[at + 1] = state + GENERATION; int before", "int before"),
          mutant("filed, though polled", HANDLES, "long state = chunk[at + 1] & ~FILED;",
              "long state = chunk[at + 1];"),
          mutant("runs what was left last", HANDLES, "if (e == (int) last) { last = NOWHERE;"
              + " vacate(e); return 0; }", ""),
          mutant("hands the last handle out again", HANDLES, "last = handle + GENERATION;",
              "last = handle;"),
          mutant("takes what was left last twice", HANDLES, "last = NOWHERE; arm(", "arm("),
          mutant("takes the highest of new places first", HANDLES,
              "for (int e = wheel.made() - 1; e >= first; e--) {",
              "for (int e = first; e < wheel.made(); e++) {"),
          mutant("leaves one place of many", HANDLES, "e >= first;", "e > first;"),
          mutant("loses what was left before", HANDLES, "if (before >= 0) { vacate(before); }", ""),
          mutant("arms what is nowhere", HANDLES,
              "if ((state & FILED) == 0) { note(e); } else {", "{"),
          mutant("leaves nothing due", HANDLES, "return size() > 0 && wheel.hasDue();",
              "return false;"),
          mutant("files twice", HANDLES, "if ((state & FILED) != 0) { wheel.unfile(e); }", ""));

  @Test
  void theWheelAsItIsShowsNothing() {
    assertNull(hunt(WHEELS, List.of()));
    assertNull(hunt(NUMBERS, List.of()));
  }

  @Test
  void everyPlantedBugIsFound() {
    List<String> missed = new ArrayList<>();
    missed.addAll(missed(WHEELS, MUTANTS));
    missed.addAll(missed(NUMBERS, HANDLE_MUTANTS));
    assertTrue(missed.isEmpty(), "planted bugs that nobody noticed: " + missed);
  }

  private static List<String> missed(String hunt, List<Mutant> mutants) {
    List<String> missed = new ArrayList<>();
    for (Mutant mutant : mutants) {
      String found = hunt(hunt, List.of(mutant.edits()));
      System.out.printf("wheel mutant | %-55s | %.90s%n", mutant.name(), found);
      if (found == null) {
        missed.add(mutant.name());
      }
    }
    return missed;
  }

  private static String hunt(String name, List<SourceEdit> edits) {
    Supplier<?> hunt = World.with(edits).create(name, Supplier.class);
    return (String) hunt.get();
  }
}

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
 * Arming, cancelling, expiry, sleep and shutdown of a shard, in all orders with up to three
 * preemptions (3-35, 3-49, 3-50): each arming ends once, nothing is early, late or lost; and
 * planted bugs are found.
 */
class TimeoutInterleavingTest {
  private static final String WORD = "timeout/SharedTimeout.java";
  private static final String SHARD = "timeout/Shard.java";
  private static final String CLOCK = "timeout/CoarseClock.java";
  private static final String MAILBOX = "timeout/Mailbox.java";

  /** A bug and its name. */
  private record Mutant(String name, SourceEdit... edits) {}

  private static Mutant mutant(String name, String file, String find, String replace) {
    return new Mutant(name, new SourceEdit(file, find, replace));
  }

  private static final List<Mutant> MUTANTS =
      List.of(
          mutant("puts back without a second look at the words", SHARD,
              "if (timeout.isStill(word, off) && renew", "if (renew"),
          mutant("takes the second look before it says where it looks", SHARD,
              "timeout.looksLater(place);"
                  + " if (timeout.isStill(word, off) && renew(timeout, word, off, deadline)) {",
              "if (timeout.isStill(word, off) && renew(timeout, word, off, deadline)) {"
                  + " timeout.looksLater(place);"),
          mutant("takes no second look at how far it was put off", WORD,
              "return (long) LATER.getVolatile(this) == wasLater;", "return true;"),
          mutant("says that it looks nowhere after it has changed the word", SHARD,
              "timeout.looksNowhere(); if (timeout.change(word, timeout.over())) {",
              "if (timeout.change(word, timeout.over())) { timeout.looksNowhere();"),
          mutant("files what is put off later, without a second look", SHARD,
              "if (looksAt(deadline, lane.wheel.clock()) < place) {",
              "if (looksAt(deadline, lane.wheel.clock()) != place) {"),
          mutant("where it is looked at is read before the word is changed", WORD,
              "forgetLater(seen); return armed(before, fromTick, delayTicks);",
              "forgetLater(seen); return before;"),
          mutant("cancels by a plain store", WORD, "if (change(before, over())) {",
              "org.timehands.mischief.Mischief.point(\"x\"); word = over(); if (true) {"),
          mutant("does not look how far it was put off", CLOCK,
              "return Math.max(deadline, deadline(off));", "return deadline;"),
          mutant("an earlier put-off outlives an arming", WORD,
              "forgetLater(seen); return armed(before, fromTick, delayTicks);",
              "return armed(before, fromTick, delayTicks);"),
          mutant("forgets how far it was put off before it arms", WORD,
              "long seen = later(); long before = word;",
              "long seen = later(); forgetLater(seen); long before = word;"),
          mutant("forgets it after it has looked who looks", WORD,
              "forgetLater(seen); return armed(before, fromTick, delayTicks);",
              "long answer = armed(before, fromTick, delayTicks); forgetLater(seen);"
                  + " return answer;"),
          mutant("runs by a plain store", SHARD,
              "if (timeout.change(word, timeout.over())) { lane.drop(timeout);",
              "org.timehands.mischief.Mischief.point(\"x\"); timeout.word = timeout.over();"
                  + " if (true) { lane.drop(timeout);"),
          new Mutant("the mark is taken off after the look",
              new SourceEdit(MAILBOX, "next.nextMail = null; next.unmarkMailed();",
                  "next.nextMail = null;"),
              new SourceEdit(SHARD, "if (settled) { settle(timeout); }",
                  "if (settled) { settle(timeout); timeout.unmarkMailed(); }")),
          mutant("sleeps without a look into the mailbox", SHARD,
              "if (mailbox.isEmpty() && request == null) {", "if (true) {"),
          mutant("wakes nobody", SHARD,
              "if (wakesFor(timeout, deadlineTicks) || (depth", "if ((depth"),
          mutant("looks who sleeps before it pushes", SHARD,
              "int depth = timeout.markMailed() ? mailbox.push(timeout) : 1;",
              "boolean early = deadlineTicks < wakeTick;"
                  + " int depth = timeout.markMailed() ? mailbox.push(timeout) : 1;"
                  + " if (!early) { return; }"),
          mutant("arming beside the shutdown is not taken back", WORD,
              "if (shard.isClosed() && change(word(fromTick, delayTicks), CLOSED)) {",
              "if (false) {"),
          mutant("who sends wakes for its own arming only", WORD,
              "if (now != word(fromTick, delayTicks) && isArmed(now)) {", "if (false) {"),
          mutant("a put-off is forgotten though it may be a new one", SHARD,
              "boolean isOffOld = off != 0 && clock.isOld(off);", "boolean isOffOld = off != 0;"),
          mutant("ends when it is closed, before the last request has come", SHARD,
              "return over;", "return closed && request == null;"),
          mutant("sleeps though it is over", SHARD,
              "if (next != AWAKE && !over) {", "if (next != AWAKE) {"),
          mutant("takes the mail by two steps", MAILBOX,
              "SharedTimeout from = (SharedTimeout) TOP.getAndSet(this, null);",
              "SharedTimeout from = top; org.timehands.mischief.Mischief.point(\"x\");"
                  + " top = null;"),
          mutant("waits over a leap for a put-off that an arming has ended", CLOCK,
              "return deadline; // who armed", "; // who armed"),
          mutant("goes over a second leap with the first", CLOCK,
              "stays = !caughtUp;", "stays = false;"),
          new Mutant("a leap is forgotten in its first round",
              new SourceEdit(SHARD, "if (isCaughtUp && noPlace == null) {", "{"),
              new SourceEdit(CLOCK, "if (!stays && lastTick", "if (!stays && from.leap() != null"
                  + " || lastTick")),
          new Mutant("notes how long the last tick stood while it still does",
              new SourceEdit(CLOCK, "anchor = next;",
                  "noteUntilNow(from.lastTick(), next); Mischief.point(\"x\"); anchor = next;"),
              new SourceEdit(CLOCK, "noteUntilNow(old, next); }"
                  + " noteUntilNow(from.lastTick(), next);", "noteUntilNow(old, next); }")),
          mutant("tells anew what was armed in a leap that is not seen yet", SHARD,
              "(isOffOld && deadline != clock.deadline(word))", "isOffOld"),
          mutant("tells anew by a plain store", SHARD,
              "if (!timeout.change(word, SharedTimeout.word(from, Math.max(1, delay)))) {"
                  + " return false; }",
              "org.timehands.mischief.Mischief.point(\"x\");"
                  + " timeout.word = SharedTimeout.word(from, Math.max(1, delay));"),
          mutant("late ticks are not added", CLOCK,
              "+ SLACK_TICKS + late.extra(told);", "+ SLACK_TICKS;"),
          mutant("a moved one is not filed anew", SHARD,
              "if (looksAt(deadline, lane.wheel.clock()) < place) {", "if (false) {"));

  @Test
  void everyOrderKeepsThePromises() {
    assertNull(hunt(List.of()));
  }

  @Test
  void everyPlantedBugIsFound() {
    List<String> missed = new ArrayList<>();
    for (Mutant mutant : MUTANTS) {
      String found = hunt(List.of(mutant.edits()));
      System.out.printf("timeout mutant | %-60s | %.100s%n", mutant.name(), found);
      if (found == null) {
        missed.add(mutant.name());
      }
    }
    assertTrue(missed.isEmpty(), "planted bugs that nobody noticed: " + missed);
  }

  private static String hunt(List<SourceEdit> edits) {
    Supplier<?> hunt =
        World.with(edits).create("org.timehands.timeout.Schedules", Supplier.class);
    return (String) hunt.get();
  }
}

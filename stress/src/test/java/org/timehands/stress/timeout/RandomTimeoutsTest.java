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
 * {@code Timeouts} as a whole beside a sorted map: more than a million random calls, from without
 * and from callbacks, on wheels of all ticks whose owner is in time or late, over all edges of the
 * levels and jumps of up to 2^40 ticks (3-35, 3-39, 3-40, 3-49, 3-50); and planted bugs that must
 * be found. {@code -Dtimehands.timeouts.runs=} says how many times 3000 calls.
 */
class RandomTimeoutsTest {
  private static final String SHARD = "timeout/Shard.java";
  private static final String FRONT = "timeout/Timeouts.java";
  private static final String WORD = "timeout/SharedTimeout.java";
  private static final String CLOCK = "timeout/CoarseClock.java";
  private static final String ANCHOR = "timeout/Anchor.java";
  private static final String LEAP = "timeout/Leap.java";

  /** A bug and its name. */
  private record Mutant(String name, SourceEdit... edits) {}

  private static Mutant mutant(String name, String file, String find, String replace) {
    return new Mutant(name, new SourceEdit(file, find, replace));
  }

  private static final String RUN = "before = run(timeout, callback, before);";

  private static final List<Mutant> MUTANTS =
      List.of(
          mutant("drops a run", SHARD, RUN,
              "before = ran % 3 == 0 ? before : run(timeout, callback, before);"),
          mutant("runs twice", SHARD, RUN, RUN + RUN),
          mutant("runs three ticks early", SHARD,
              "if (deadline - lane.wheel.clock() <= 0) {",
              "if (deadline - lane.wheel.clock() <= 3) {"),
          mutant("forgets a reduce", FRONT,
              "if (own.change(before, SharedTimeout.word(from, delay))) {",
              "if (own.change(before, before)) {"),
          mutant("a reduce puts off", FRONT,
              "&& own.clock.isWithin(before, from, delay)",
              "&& !own.clock.isWithin(before, from, delay)"),
          mutant("a reduce does not see how far it was put off", FRONT,
              "&& (seen == 0 || own.clock.isWithin(seen, from, delay))) {", ") {"),
          mutant("what was put off is not waited for", CLOCK,
              "return Math.max(deadline, deadline(off));", "return deadline;"),
          mutant("an earlier put-off outlives an arming", WORD,
              "forgetLater(seen); return armed(before, fromTick, delayTicks);",
              "return armed(before, fromTick, delayTicks);"),
          mutant("a late owner is not made up for", CLOCK,
              "+ SLACK_TICKS + late.extra(told);", "+ SLACK_TICKS;"),
          mutant("a leap is not noticed", CLOCK,
              "if (!from.tells(tick)) { leap(from, tick); return lastTick; }", ""),
          mutant("nothing is brought nearer over a leap", ANCHOR,
              "? leap.byTicks() : 0;", "? 0 : 0;"),
          mutant("what wakes nobody is not waited for by a leap", SHARD,
              "&& !deferrable.wheel.hasCollected();", ";"),
          mutant("goes on before places that lie further ahead", CLOCK,
              "Math.max(behind, lastTick + PLACES_TICKS);", "behind;"),
          mutant("goes on where some count from that came in the leap", CLOCK,
              "Math.max(behind, lastTick + PLACES_TICKS);", "lastTick + PLACES_TICKS;"),
          mutant("drops an anchor that others have counted from in the round", CLOCK,
              "if (from.tells(nowTick(from))) {", "if (next.leap() == from.leap()) {"),
          mutant("a put-off is not brought nearer", CLOCK,
              "return Math.max(deadline, deadline(off));",
              "return Math.max(deadline, deadline(off) + by.nearer(by.told(off)));"),
          mutant("what is armed in a leap is brought nearer as well", LEAP,
              "return tick - lastTick < 0 &&", "return tick - lastTick <= 0 &&"),
          mutant("what is armed in the tick that stood is brought nearer", LEAP,
              "&& tick != coarseTick;", ";"),
          mutant("what is armed in a leap counts from its beginning", CLOCK,
              "if (old != ASLEEP) { noteUntilNow(old, next); }", ""),
          mutant("who comes in a leap counts from where the owner was", CLOCK,
              "noteUntilNow(from.lastTick(), next);", ""),
          mutant("who arms in a leap does not see it", CLOCK,
              "return from.tells(tick) ? tick : from.lastTick();", "return tick;"),
          mutant("a leap is forgotten before all is told anew", SHARD,
              "if (isCaughtUp && noPlace == null) {", "{"),
          new Mutant("a leap is forgotten in its first round",
              new SourceEdit(SHARD, "if (isCaughtUp && noPlace == null) {", "{"),
              new SourceEdit(CLOCK, "if (!stays && lastTick", "if (!stays && from.leap() != null"
                  + " || lastTick"),
              new SourceEdit(CLOCK, "isKept ? leap : null", "null")),
          mutant("what is of before a leap is not told anew", CLOCK,
              "|| by.isOld(told);", ";"),
          mutant("what is told anew counts as of before the leap", CLOCK,
              "long behind = from.lastTick() + 1 + SLACK_TICKS;",
              "long behind = from.lastTick() + 1;"),
          mutant("mail of before a leap is not told anew", SHARD,
              "if (deadline - lane.wheel.clock() > 0) { renew(timeout, word, off, deadline); }",
              ""),
          mutant("goes over a second leap with the first", CLOCK,
              "stays = !caughtUp;", "stays = false;"),
          mutant("sleeps before a leap", SHARD, "|| clock.stays()) {", ") {"),
          mutant("never goes over a leap", CLOCK, "stays = !caughtUp;", "stays = true;"),
          mutant("a reduce in a leap compares with where the owner was", CLOCK,
              "|| (told != fromTick && ahead <= nowTick(by) - from);", ";"),
          mutant("a reduce does not know what is of before a leap", CLOCK,
              "long ahead = by.counted(told) +", "long ahead = told +"),
          mutant("expires as if no leap were left out", CLOCK,
              "by.counted(by.told(word)) + by.leaptTicks();",
              "by.told(word) + by.leaptTicks();"),
          mutant("an old word is not renewed", SHARD,
              "if (!SharedTimeout.isArmed(word)) {", "if (true) {"),
          mutant("a put-off grows old beside a renewed word", SHARD,
              "if (isOffOld) { timeout.forgetLater(off); }", ""),
          mutant("those that wake nobody are never looked at on an idle wheel", SHARD,
              "next = Math.min(next, tick + LONGEST_SLEEP_TICKS);", ""),
          mutant("rounds down to ticks", FRONT,
              "< 0 ? begun + 1 : rareTicks(", "< 0 ? Math.max(1, begun) : rareTicks("),
          mutant("rounds down to seconds", FRONT,
              "long second = Math.ceilDiv(ticks * tickNanos, NANOS_PER_SECOND);",
              "long second = Math.floorDiv(ticks * tickNanos, NANOS_PER_SECOND);"),
          mutant("seconds as if no leap were left out", FRONT,
              "long leapt = shard.leaptTicks();", "long leapt = 0;"),
          mutant("drops an anchor though something is left to do", SHARD,
              "if (look() && !clock", "clock.caughtUp(); if (look() && !clock"),
          mutant("a drain forgets the mailbox", SHARD,
              "taker.accept(each);", ""),
          mutant("a drain forgets those that wake nobody", SHARD,
              "deferrable.takeAll(taker);", ""),
          mutant("a cancelled one keeps its place", WORD,
              "if (isOnce()) { forget(); shard.leave(this); }", "if (isOnce()) { forget(); }"),
          mutant("one that is shut down is only cancelled", WORD,
              "while (before != CLOSED && !change(before, CLOSED)) {",
              "while (before != CLOSED && !change(before, IDLE)) {"),
          mutant("whoever is given a run runs it", "timeout/HandedRun.java",
              "if (!getAndSet(true)) {", "if (!get()) {"),
          mutant("goes on beyond the budget", SHARD, "while (ran < options.budget() && looks",
              "while (looks"),
          mutant("sleeps though callbacks have written to another shard", FRONT,
              "next = shard.hasMail() ? Shard.AWAKE : next;", ""),
          mutant("those that wake nobody never run", SHARD,
              "deferrable.wheel.collect(tick);", ""),
          mutant("the next to run is not the first", SHARD,
              "return ticking ? Math.min(next, tick + 1) : next;",
              "return next == Long.MAX_VALUE ? next : next + 9;"));

  @Test
  void agreesWithASortedMap() {
    assertNull(hunt(List.of()));
  }

  @Test
  void everyPlantedBugIsFound() {
    List<String> missed = new ArrayList<>();
    for (Mutant mutant : MUTANTS) {
      String found = hunt(List.of(mutant.edits()));
      System.out.printf("timeouts mutant | %-55s | %.110s%n", mutant.name(), found);
      if (found == null) {
        missed.add(mutant.name());
      }
    }
    assertTrue(missed.isEmpty(), "planted bugs that nobody noticed: " + missed);
  }

  private static String hunt(List<SourceEdit> edits) {
    Supplier<?> hunt =
        World.with(edits).create("org.timehands.stress.timeout.TimeoutsHunt", Supplier.class);
    return (String) hunt.get();
  }
}

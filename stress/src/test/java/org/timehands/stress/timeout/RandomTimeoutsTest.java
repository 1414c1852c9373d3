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
              "&& deadline(before, from) <= until", "&& deadline(before, from) > until"),
          mutant("a reduce does not see how far it was put off", FRONT,
              "&& (seen == 0 || deadline(seen, from) <= until)) {", ") {"),
          mutant("what was put off is not waited for", SHARD,
              "return off == 0 ? deadline : Math.max(deadline, deadline(off));",
              "return deadline;"),
          mutant("an earlier put-off outlives an arming", WORD,
              "forgetLater(seen); return armed(before, fromTick, delayTicks);",
              "return armed(before, fromTick, delayTicks);"),
          mutant("a late owner is not made up for", SHARD,
              "SharedTimeout.delay(word) + clock.extra(from);", "SharedTimeout.delay(word);"),
          mutant("a leap is not noticed", CLOCK,
              "if (!from.tells(tick)) { return LEAPT; }", ""),
          mutant("nothing is brought nearer over a leap", LEAP,
              "urgent.forEach(each);", ""),
          mutant("what wakes nobody is not brought nearer", LEAP,
              "deferrable.forEach(each);", ""),
          mutant("goes on before places that lie further ahead", CLOCK,
              "Math.max(leaptTo + 1, lastTick + PLACES_TICKS);", "leaptTo + 1;"),
          mutant("goes on ahead of the real clock", CLOCK,
              "lastTick = Math.min(now, beyond);", "lastTick = beyond;"),
          mutant("a put-off is not brought nearer", LEAP,
              "isFromTheEnd(off) ? 0 : off;", "isFromTheEnd(off) ? 0 : 0;"),
          mutant("what is armed in a leap is brought nearer as well", LEAP,
              "|| isFromTheEnd(word)) {", ") {"),
          mutant("what is armed in a leap counts from its beginning", CLOCK,
              "noteUntilNow(leaptFrom, next);", ""),
          mutant("who arms in a leap does not see it", CLOCK,
              "return from.tells(tick) ? tick : from.lastTick();", "return tick;"),
          mutant("an old word is not renewed", SHARD,
              "if (!SharedTimeout.isArmed(word) || (!isOffOld && !isOld(word))) {",
              "if (true) {"),
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
              "if (look() && nanos", "clock.caughtUp(); if (look() && nanos"),
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

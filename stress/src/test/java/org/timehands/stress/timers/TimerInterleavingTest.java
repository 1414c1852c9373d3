package org.timehands.stress.timers;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.timehands.stress.world.SourceEdit;
import org.timehands.stress.world.World;

/**
 * Arming, cancelling, expiry, callbacks, trimming and close of a shard of timers, with the lock and
 * without: every order of each program with a preemption, and many at random. Each timer answers as
 * if one thread had called it, no run is early, the device is never programmed too late, and the
 * counts are true whenever all wait (3-13, 3-35, 3-50, 3-54); and planted bugs are found. Once with
 * all armings counted while their places are idle, and once with half of them: with a sixteenth,
 * queues as small as these would never be crowded.
 *
 * <p>{@code -Dtimehands.timers.interleavings=1000000} is the long mode, {@code
 * -Dtimehands.timers.interleaving=N} replays one random program.
 */
class TimerInterleavingTest {
  private static final String SEED = "timehands.timers.interleaving";
  private static final long RANDOM = Long.getLong("timehands.timers.interleavings", 20_000);
  private static final int SCHEDULES = 4000;
  private static final int MUTANT_RANDOM = 20_000;

  private static final String HEAD = "timer/TimerHead.java";
  private static final String TIMER = "timer/ClockTimer.java";
  private static final String SHARD = "timer/TimerShard.java";
  private static final String HEAP = "timer/TimerHeap.java";
  private static final String COUNTS = "timer/QueueCounts.java";
  private static final int[] SAMPLES = {1, 2};

  /** A bug and its name. */
  private record Mutant(String name, SourceEdit... edits) {}

  private static Mutant mutant(String name, String file, String find, String replace) {
    return new Mutant(name, new SourceEdit(file, find, replace));
  }

  private static List<Mutant> ofTheWord() {
    return List.of(
        mutant("the place is read before the word is changed", TIMER,
            "if (change(seen, nanos | QueueCounts.sample(newRank))) {"
                + " if (!isArmed(seen) && isCounted(seen)) { counts.addIdle(-1); }"
                + " if (nanos < placeNanos()) {",
            "long place = placeNanos(); if (change(seen, nanos | QueueCounts.sample(newRank))) {"
                + " if (!isArmed(seen) && isCounted(seen)) { counts.addIdle(-1); }"
                + " if (nanos < place) {"),
        mutant("holds by a plain store", HEAP,
            "if (timer.change(seen, TimerHead.HELD)) {",
            "org.timehands.mischief.Mischief.point(\"x\"); timer.free(TimerHead.HELD);"
                + " if (true) {"),
        mutant("cancels by a plain store", TIMER,
            "|| !isWhole() || !change(seen, IDLE_BIT | seen)) { return false; }",
            ") { return false; } org.timehands.mischief.Mischief.point(\"x\");"
                + " free(IDLE_BIT | seen);"),
        mutant("arms by a plain store", TIMER,
            "if (change(seen, nanos | QueueCounts.sample(newRank))) {",
            "free(nanos | QueueCounts.sample(newRank)); if (true) {"),
        mutant("lets go while it runs", HEAP, "&& timer.runner == null", ""),
        mutant("lets go of a deferred one", HEAP,
            "&& timer.position != NONE && timer.runner == null"
                + " && timer.state != ClockTimer.DEFERRED",
            "&& timer.runner == null"),
        mutant("lets go before the place is known", HEAP,
            "top.setPlaceNanos(top.hardNanos()); down(0, top, top.hardNanos(), top.rank());"
                + " release(top);",
            "long key = top.hardNanos(); long rank = top.rank(); release(top);"
                + " top.setPlaceNanos(key); down(0, top, key, rank);"),
        mutant("lets go twice", SHARD,
            "release(timer); programIf(hasNewFirst); } /** No timer",
            "programIf(hasNewFirst); release(timer); } /** No timer"),
        mutant("lets go twice of what was armed for sooner", SHARD,
            "release(timer); queue.trim(); programIf(hasNewFirst);",
            "programIf(hasNewFirst); release(timer); queue.trim();"),
        mutant("the rank is told after the word", TIMER,
            "setRank(newRank); if (change(seen, nanos | QueueCounts.sample(newRank))) {",
            "if (change(seen, nanos | QueueCounts.sample(newRank))) { setRank(newRank);"),
        mutant("what is read before an arm decides its answer", TIMER,
            "return isArmed(seen); } } return shard.arm",
            "return isArmed(word()); } } return shard.arm"),
        mutant("says that it is not armed though it has not looked", TIMER,
            "return isFree(seen) && !isArmed(seen) ? Cancel.INACTIVE : shard.tryCancel(this,"
                + " false);",
            "return isFree(seen) ? Cancel.INACTIVE : shard.tryCancel(this, false);"));
  }

  private static List<Mutant> ofTheShard() {
    return List.of(
        mutant("trims whom it has not got hold of", HEAP,
            "hold(timer); if (timer.state == ClockTimer.IDLE) { owed",
            "timer.state = ClockTimer.IDLE; if (timer.state == ClockTimer.IDLE) { owed"),
        mutant("trims who was armed meanwhile", HEAP,
            "hold(timer); if (timer.state == ClockTimer.IDLE) { owed",
            "hold(timer); if (true) { owed"),
        mutant("who looks does not trim", HEAP, "take(0); trim();", "take(0);"),
        mutant("who has lost its place does not trim", SHARD,
            "release(timer); queue.trim();", "release(timer); if (isPlaced) { queue.trim(); }"),
        mutant("who cancels does not trim", TIMER, "if (counts.isCrowded()) {", "if (false) {"),
        mutant("close leaves places alone if nobody is armed", SHARD,
            "dropped = queue.first();",
            "dropped = queue.armed(0, queue.places()) == 0 ? null : queue.first();"),
        mutant("a closed device is programmed", SHARD,
            "if (hasNewFirst && expiring == null && !hung && !closed) {",
            "if (hasNewFirst && expiring == null && !hung) {"),
        mutant("an armed timer for sooner is not tended", TIMER,
            "if (nanos < placeNanos()) {", "if (false) {"),
        mutant("tends without a look at the device", SHARD,
            "queue.trim(); programIf(hasNewFirst);", "queue.trim();"),
        mutant("who waits is not woken", SHARD, "if (cancelling > 0) {", "if (false) {"),
        mutant("waits for the first run only", SHARD, "while (timer.runner != null) {",
            "if (timer.runner != null) {"),
        mutant("programs nothing on a switch of the mode", "timer/ShardAlarm.java",
            "lookedTick = lastTick; program();", "lookedTick = lastTick;"),
        mutant("who armed for later than others trusts their place", TIMER,
            "if (nanos < placeNanos()) {", "if (nanos < nanos(seen) && nanos < placeNanos()) {"));
  }

  /** With half of the armings counted. */
  private static List<Mutant> ofTheSample() {
    return List.of(
        mutant("who arms is still counted", TIMER,
            "if (!isArmed(seen) && isCounted(seen)) { counts.addIdle(-1); }", ""),
        mutant("who arms is taken off though it was not counted", TIMER,
            "if (!isArmed(seen) && isCounted(seen)) {", "if (!isArmed(seen)) {"),
        mutant("who cancels is counted though it is not one of those", TIMER,
            "if (isCounted(seen)) { QueueCounts counts = shard.monotonicCounts();"
                + " counts.addIdle(1);",
            "QueueCounts counts = shard.monotonicCounts(); counts.addIdle(1); {"),
        mutant("who is armed by the lock is still counted", HEAP,
            "} else if (timer.state == ClockTimer.IDLE && timer.counted) { counts.addIdle(-1); }",
            "}"),
        mutant("an idle place that goes is still counted", HEAP,
            "if (gone.state == ClockTimer.IDLE && gone.counted) { counts.addIdle(-1); }", ""),
        mutant("whether it is counted is forgotten while it is held", HEAP,
            "timer.counted = TimerHead.isCounted(seen);", ""),
        mutant("whether it is counted is forgotten when it is let go", HEAP,
            "| (timer.counted ? TimerHead.COUNTED : 0)", ""));
  }

  @Test
  void everyOrderKeepsThePromises() {
    Long seed = Long.getLong(SEED);
    for (int oneOf : SAMPLES) {
      Properties out =
          seed == null
              ? hunt(oneOf, List.of(), SCHEDULES, 1, RANDOM / SAMPLES.length)
              : hunt(oneOf, List.of(), 0, seed, 1);
      System.out.print(out.getProperty("told"));
      if (out.containsKey("wrong")) {
        fail(
            "with one of " + oneOf + " counted, " + out.getProperty("wrong")
                + "\nreplay: ./timehands test -Dtest=TimerInterleavingTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false"
                + (out.containsKey("seed") ? " -D" + SEED + "=" + out.getProperty("seed") : ""));
      }
    }
  }

  @Test
  void everyPlantedBugIsFound() {
    List<String> missed = new ArrayList<>();
    missIn(ofTheWord(), 1, missed);
    missIn(ofTheShard(), 1, missed);
    missIn(ofTheSample(), 2, missed);
    assertTrue(missed.isEmpty(), "planted bugs that nobody noticed: " + missed);
  }

  private static void missIn(List<Mutant> mutants, int oneOf, List<String> missed) {
    for (Mutant mutant : mutants) {
      String found =
          hunt(oneOf, List.of(mutant.edits()), SCHEDULES, 1, MUTANT_RANDOM).getProperty("wrong");
      System.out.printf(
          "timer mutant | %-52s | %.100s%n", mutant.name(), String.valueOf(found).lines()
              .findFirst().orElse(""));
      if (found == null) {
        missed.add(mutant.name());
      }
    }
  }

  private static Properties hunt(
      int oneOf, List<SourceEdit> edits, int schedules, long seed, long random) {
    List<SourceEdit> all = new ArrayList<>(edits);
    all.add(new SourceEdit(COUNTS, "ONE_OF = 16;", "ONE_OF = " + oneOf + ";"));
    all.add(new SourceEdit(COUNTS, "SPARE = 2 * ONE_OF;", "SPARE = 1;"));
    @SuppressWarnings("unchecked")
    UnaryOperator<Properties> hunt =
        World.with(all).create("org.timehands.timer.TimerSchedules", UnaryOperator.class);
    Properties order = new Properties();
    order.setProperty("schedules", Integer.toString(schedules));
    order.setProperty("seed", Long.toString(seed));
    order.setProperty("random", Long.toString(random));
    return hunt.apply(order);
  }
}

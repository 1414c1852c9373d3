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
 * counts are true whenever all wait (3-13, 3-35, 3-50, 3-54); and planted bugs are found.
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

  /** A bug and its name. */
  private record Mutant(String name, SourceEdit... edits) {}

  private static Mutant mutant(String name, String file, String find, String replace) {
    return new Mutant(name, new SourceEdit(file, find, replace));
  }

  private static List<Mutant> ofTheWord() {
    return List.of(
        mutant("the place is read before the word is changed", TIMER,
            "if (change(seen, nanos)) { if (!isArmed(seen)) { counts.addArmed(1); }"
                + " if (nanos < placeNanos()) {",
            "long place = placeNanos(); if (change(seen, nanos)) { if (!isArmed(seen)) {"
                + " counts.addArmed(1); } if (nanos < place) {"),
        mutant("holds by a plain store", HEAP,
            "if (timer.change(seen, TimerHead.HELD)) {",
            "org.timehands.mischief.Mischief.point(\"x\"); timer.free(TimerHead.HELD);"
                + " if (true) {"),
        mutant("cancels by a plain store", TIMER,
            "|| !change(seen, IDLE_BIT | seen)) { return false; }",
            ") { return false; } org.timehands.mischief.Mischief.point(\"x\");"
                + " free(IDLE_BIT | seen);"),
        mutant("arms by a plain store", TIMER, "if (change(seen, nanos)) {",
            "free(nanos); if (true) {"),
        mutant("lets go while it runs", HEAP, "&& timer.runner == null", ""),
        mutant("lets go of a deferred one", HEAP,
            "&& timer.position != NONE && timer.runner == null"
                + " && timer.state != ClockTimer.DEFERRED",
            "&& timer.runner == null"),
        mutant("lets go before the place is known", HEAP,
            "top.setPlaceNanos(top.hardNanos); down(0, top, top.hardNanos, top.order);"
                + " release(top);",
            "long key = top.hardNanos; long rank = top.order; release(top);"
                + " top.setPlaceNanos(key); down(0, top, key, rank);"),
        mutant("lets go twice", SHARD,
            "release(timer); programIf(hasNewFirst); } /** No timer",
            "programIf(hasNewFirst); release(timer); } /** No timer"),
        mutant("lets go twice of what was armed for sooner", SHARD,
            "release(timer); queue.trim(); programIf(hasNewFirst);",
            "programIf(hasNewFirst); release(timer); queue.trim();"),
        mutant("the rank is told after the word", TIMER,
            "setRank(counts.takeRank()); if (change(seen, nanos)) {",
            "long rank = counts.takeRank(); if (change(seen, nanos)) { setRank(rank);"),
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
        mutant("who arms is not counted", TIMER, "if (!isArmed(seen)) { counts.addArmed(1); }", ""),
        mutant("trims whom it has not got hold of", HEAP,
            "hold(timer); if (timer.state == ClockTimer.IDLE) { take(sweep); }",
            "timer.state = ClockTimer.IDLE; if (timer.state == ClockTimer.IDLE) { take(sweep); }"),
        mutant("trims who was armed meanwhile", HEAP,
            "hold(timer); if (timer.state == ClockTimer.IDLE) { take(sweep); }",
            "hold(timer); if (true) { take(sweep); }"),
        mutant("places are told after they are counted", HEAP,
            "counts.setPlaces(++places); } timer.order = counts.takeRank();"
                + " timer.setRank(timer.order); if (timer.state != ClockTimer.QUEUED) {"
                + " timer.state = ClockTimer.QUEUED; counts.addArmed(1); }",
            "} timer.order = counts.takeRank();"
                + " timer.setRank(timer.order); if (timer.state != ClockTimer.QUEUED) {"
                + " timer.state = ClockTimer.QUEUED; counts.addArmed(1); }"
                + " if (!placed) { counts.setPlaces(++places); }"),
        mutant("who has lost its place does not trim", SHARD,
            "release(timer); queue.trim();", "release(timer); if (isPlaced) { queue.trim(); }"),
        mutant("who cancels does not trim", TIMER, "if (counts.isCrowded()) {", "if (false) {"),
        mutant("close leaves places alone if nobody is armed", SHARD,
            "dropped = queue.first();", "dropped = queue.size() == 0 ? null : queue.first();"),
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

  @Test
  void everyOrderKeepsThePromises() {
    Long seed = Long.getLong(SEED);
    Properties out =
        seed == null ? hunt(List.of(), SCHEDULES, 1, RANDOM) : hunt(List.of(), 0, seed, 1);
    System.out.print(out.getProperty("told"));
    if (out.containsKey("wrong")) {
      fail(
          out.getProperty("wrong")
              + "\nreplay: ./timehands test -Dtest=TimerInterleavingTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false"
              + (out.containsKey("seed") ? " -D" + SEED + "=" + out.getProperty("seed") : ""));
    }
  }

  @Test
  void everyPlantedBugIsFound() {
    List<Mutant> mutants = new ArrayList<>(ofTheWord());
    mutants.addAll(ofTheShard());
    List<String> missed = new ArrayList<>();
    for (Mutant mutant : mutants) {
      String found =
          hunt(List.of(mutant.edits()), SCHEDULES, 1, MUTANT_RANDOM).getProperty("wrong");
      System.out.printf(
          "timer mutant | %-52s | %.100s%n", mutant.name(), String.valueOf(found).lines()
              .findFirst().orElse(""));
      if (found == null) {
        missed.add(mutant.name());
      }
    }
    assertTrue(missed.isEmpty(), "planted bugs that nobody noticed: " + missed);
  }

  private static Properties hunt(List<SourceEdit> edits, int schedules, long seed, long random) {
    @SuppressWarnings("unchecked")
    UnaryOperator<Properties> hunt =
        World.with(edits).create("org.timehands.timer.TimerSchedules", UnaryOperator.class);
    Properties order = new Properties();
    order.setProperty("schedules", Integer.toString(schedules));
    order.setProperty("seed", Long.toString(seed));
    order.setProperty("random", Long.toString(random));
    return hunt.apply(order);
  }
}

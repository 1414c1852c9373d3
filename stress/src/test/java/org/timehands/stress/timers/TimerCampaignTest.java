package org.timehands.stress.timers;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.timehands.stress.world.SourceEdit;
import org.timehands.stress.world.World;

/**
 * Timers against a model, in seeded schedules: arms, cancels, sets, leap seconds, rates of 10 %,
 * late and lost events; and planted bugs in the production code, each of which the model must
 * notice (3-13, 3-14, 3-30, 3-31, 3-35, 3-54, 3-55, A25, A26).
 *
 * <p>{@code -Dtimehands.timers.schedules=1000000} is the long mode, {@code
 * -Dtimehands.timers.seed=N} replays one schedule.
 */
class TimerCampaignTest {
  private static final String SEED = "timehands.timers.seed";
  private static final long SCHEDULES = Long.getLong("timehands.timers.schedules", 20_000);
  private static final int MUTANT_SCHEDULES = 20_000;

  private static final String SHARD = "timer/TimerShard.java";
  private static final String ALARM = "timer/ShardAlarm.java";
  private static final String HEAP = "timer/TimerHeap.java";
  private static final String TIMER = "timer/ClockTimer.java";
  private static final String PERIODS = "timer/Periods.java";
  private static final String CHUNKS = "clockevent/WaitChunks.java";

  @Test
  void everyScheduleAgreesWithTheModel() {
    Long seed = Long.getLong(SEED);
    Properties out =
        campaign(List.of())
            .apply(order(seed == null ? 1 : seed, seed == null ? SCHEDULES : 1));
    System.out.print(out.getProperty("trace"));
    if (out.containsKey("seed")) {
      fail(
          "seed " + out.getProperty("seed") + " breaks " + out.getProperty("rule") + ": "
              + out.getProperty("detail")
              + "\nreplay: ./timehands test -Dtest=TimerCampaignTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -D" + SEED + "="
              + out.getProperty("seed"));
    }
    System.out.println(
        "timers: " + out.getProperty("schedules") + " schedules, " + out.getProperty("expired")
            + " expiries, no violation");
  }

  /** A bug, the rules of which it must break one (any, if none is named), and the edit. */
  private record Planted(String name, String rules, SourceEdit edit) {}

  @TestFactory
  List<DynamicTest> everyPlantedBugIsFound() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Planted planted : planted()) {
      tests.add(DynamicTest.dynamicTest(planted.name, () -> hunt(planted)));
    }
    return tests;
  }

  private static void hunt(Planted planted) {
    Properties out =
        campaign(List.of(planted.edit)).apply(order(1, MUTANT_SCHEDULES));
    assertTrue(out.containsKey("seed"), "nobody noticed: " + planted.name);
    System.err.printf(
        "timer mutant | %-45s | %6s | %-7s | %.110s%n",
        planted.name, out.getProperty("schedules"), out.getProperty("rule"),
        out.getProperty("detail"));
    List<String> rules = List.of(planted.rules.split(" "));
    assertTrue(
        planted.rules.isEmpty() || rules.contains(out.getProperty("rule")),
        out.getProperty("rule") + ": " + out.getProperty("detail"));
  }

  private static List<Planted> planted() {
    List<Planted> all = new ArrayList<>(ofExpiry());
    all.addAll(ofTheDevice());
    all.addAll(ofTheQueue());
    all.addAll(ofPlaces());
    return all;
  }

  private static List<Planted> ofExpiry() {
    return List.of(
        of("early by a microsecond", "EARLY", SHARD,
            "if (timer.softNanos > now ||", "if (timer.softNanos > now + 1000 ||"),
        of("a set within a pass is not noticed", "EARLY", SHARD,
            "if (setsSeen != sets) {", "if (false) {"),
        of("AGAIN is not heard", "LATE ORDER OVERSLEEPS", SHARD,
            "if (again && !timer.stopping) {", "if (false) {"),
        of("a cancelled soft timer runs all the same", "", SHARD,
            "while (timer.state == ClockTimer.DEFERRED) {",
            "for (boolean once = true; once; once = false) {"),
        of("a timer that runs can be cancelled", "STATE", SHARD,
            "if (timer.runner != null) { return ClockTimer.Cancel.RUNNING; }", ""),
        of("forward stops at now", "STATE", PERIODS,
            "(nowNanos - instantNanos) / intervalNanos + 1;",
            "Math.ceilDiv(nowNanos - instantNanos, intervalNanos);"),
        of("relative timers follow a set", "STATE", TIMER,
            "ClockId counted = index == ClockView.BOOTTIME ? ClockId.BOOTTIME : ClockId.MONOTONIC;",
            "ClockId counted = clockId;"));
  }

  private static List<Planted> ofTheDevice() {
    return List.of(
        of("the device's clock is read last", "LATE OVERSLEEPS", ALARM,
            "long deviceNanos = device.nowNanos(); clocks.read(view);"
                + " program(deviceNanos, nextDelta());",
            "clocks.read(view); program(device.nowNanos(), nextDelta());"),
        of("the device's clock is read last by who arms", "LATE OVERSLEEPS", ALARM,
            "long deviceNanos = device.nowNanos(); clocks.read(view);"
                + " long delta = wakeIn(nextDelta());",
            "clocks.read(view); long delta = wakeIn(nextDelta());"
                + " long deviceNanos = device.nowNanos();"),
        of("long waits are not cut", "LATE OVERSLEEPS", CHUNKS,
            "return Math.max(FINAL_NANOS, remainingNanos - (remainingNanos >> 3));",
            "return remainingNanos;"),
        of("a far wake is trusted", "LATE OVERSLEEPS", CHUNKS,
            "return wakeInNanos <= FINAL_NANOS || wakeInNanos <="
                + " remainingNanos - (remainingNanos >> 3);",
            "return true;"),
        of("a set programs nothing", "LATE OVERSLEEPS", SHARD,
            "sets++; if (expiring == null && !hung && !closed) {", "sets++; if (false) {"),
        of("a leap second that is left out is overslept", "LATE OVERSLEEPS", ALARM,
            "delta = jump > 0 ? Math.min(delta, jump) : delta;", ""),
        of("an earlier timer programs nothing", "LATE OVERSLEEPS", SHARD,
            "if (hasNewFirst && expiring == null && !hung && !closed) {",
            "if (false) {"),
        of("only one clock is waited for", "LATE OVERSLEEPS", ALARM,
            "delta = Math.min(delta, Math.max(0, first.hardNanos - view.nanos(i)));",
            "delta = Math.max(0, first.hardNanos - view.nanos(i));"));
  }

  private static List<Planted> ofTheQueue() {
    return List.of(
        of("equal keys have no order", "ORDER", HEAP,
            "|| (key == other && rank < keys[2 * place + 1]);", ";"),
        of("a place's successor only sinks", "ORDER LATE OVERSLEEPS", HEAP,
            "if (hole > 0 && precedes(key, rank, (hole - 1) >> ARITY_SHIFT)) {",
            "if (false) {"),
        of("the fourth child is not looked at", "ORDER", HEAP,
            "int least = child; int end = Math.min(child + (1 << ARITY_SHIFT), places);",
            "int least = child; int end = Math.min(child + 3, places);"),
        of("an added timer does not rise", "ORDER LATE OVERSLEEPS", HEAP,
            "if (!precedes(key, rank, parent)) {", "if (true) {"));
  }

  /** Of places that are not their timers' keys any more. */
  private static List<Planted> ofPlaces() {
    return List.of(
        of("a timer that was moved keeps its rank", "ORDER", HEAP,
            "timer.order = counts.takeRank(); timer.setRank(timer.order);"
                + " if (timer.state != ClockTimer.QUEUED) {",
            "if (timer.state != ClockTimer.QUEUED) { timer.order = counts.takeRank();"
                + " timer.setRank(timer.order);"),
        of("a timer that was moved stays first", "EARLY ORDER LATE OVERSLEEPS ENDLESS", HEAP,
            "} else if (top.order != keys[1] || top.hardNanos != keys[0]) {",
            "} else if (false) {"),
        of("a timer that was moved sinks to its old key", "ORDER EARLY LATE OVERSLEEPS ENDLESS",
            HEAP, "down(0, top, top.hardNanos, top.order);",
            "top.softNanos = keys[0]; top.hardNanos = keys[0];"
                + " down(0, top, top.hardNanos, top.order);"),
        of("a timer that was moved sinks with its old rank", "ORDER", HEAP,
            "down(0, top, top.hardNanos, top.order);",
            "top.order = keys[1]; top.setRank(keys[1]);"
                + " down(0, top, top.hardNanos, top.order);"),
        of("the top is not cleaned of who was cancelled", "UNARMED", HEAP,
            "if (top.state != ClockTimer.QUEUED) { take(0); }", "if (false) { take(0); }"),
        of("a timer for sooner keeps its place", "ORDER LATE OVERSLEEPS", HEAP,
            "if (placed && timer.hardNanos >= timer.placeNanos()) {", "if (placed) {"),
        of("a timer for sooner keeps its place without the lock", "ORDER LATE OVERSLEEPS", TIMER,
            "if (nanos < placeNanos()) {", "if (false) {"),
        of("a place forgets its key when it sinks", "", HEAP,
            "top.setPlaceNanos(top.hardNanos);", ""),
        of("a rank is not told without the lock", "ORDER", TIMER,
            "setRank(counts.takeRank());", ""),
        of("who has no place is let go", "", HEAP, "frees && timer.position != NONE", "frees"),
        of("slack is lost when a timer is let go", "", HEAP,
            "&& timer.softNanos == timer.hardNanos", ""),
        of("a timer for sooner that comes first programs nothing", "LATE OVERSLEEPS", HEAP,
            "return timer.position == 0;", "return timer.position == 0 && places == 1;"),
        of("what is armed for another clock keeps its place", "", SHARD,
            "if (timer.clock != clock) { leave(timer);", "if (timer.clock != clock) {"),
        of("sweeping loses the last place", "", HEAP,
            "if (hole != places) {", "if (hole != places && !counts.isCrowded()) {"),
        of("a place that is taken is still thought to be there", "", HEAP,
            "timers[hole].position = NONE;", ""));
  }

  private static Planted of(String name, String rules, String file, String find, String by) {
    return new Planted(name, rules, new SourceEdit(file, find, by));
  }

  private static UnaryOperator<Properties> campaign(List<SourceEdit> edits) {
    @SuppressWarnings("unchecked")
    UnaryOperator<Properties> campaign =
        World.with(edits)
            .create("org.timehands.stress.timers.TimerCampaign", UnaryOperator.class);
    return campaign;
  }

  private static Properties order(long first, long count) {
    Properties order = new Properties();
    order.setProperty("first", Long.toString(first));
    order.setProperty("count", Long.toString(count));
    order.setProperty("trace", Boolean.toString(Long.getLong(SEED) != null));
    return order;
  }
}

package org.timehands.stress.timers;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
 * tick modes that are switched, events that are late, lost and retried, or spurious; and planted
 * bugs in the production code, each of which the model must notice (3-13, 3-14, 3-19, 3-20, 3-21,
 * 3-30, 3-31, 3-35, 3-54, 3-55, 3-60, A25, A26).
 *
 * <p>{@code -Dtimehands.timers.schedules=1000000 -Dtimehands.timers.falls=10000} is the long mode,
 * {@code -Dtimehands.timers.seed=N} or {@code -Dtimehands.timers.fall.seed=N} replays one schedule.
 */
class TimerCampaignTest {
  private static final String SEED = "timehands.timers.seed";
  private static final long SCHEDULES = Long.getLong("timehands.timers.schedules", 5_000);
  private static final int MUTANT_SCHEDULES = 20_000;

  private static final String FALL_SEED = "timehands.timers.fall.seed";
  private static final long FALLS = Long.getLong("timehands.timers.falls", 60);

  private static final String SHARD = "timer/TimerShard.java";
  private static final String ALARM = "timer/ShardAlarm.java";
  private static final String HEAP = "timer/TimerHeap.java";
  private static final String TIMER = "timer/ClockTimer.java";
  private static final String PERIODS = "timer/Periods.java";
  private static final String TIMERS = "timer/Timers.java";
  private static final String CHUNKS = "clockevent/WaitChunks.java";

  @Test
  void everyScheduleAgreesWithTheModel() {
    Long seed = Long.getLong(SEED);
    Properties out =
        campaign(List.of())
            .apply(order(seed == null ? 1 : seed, seed == null ? SCHEDULES : 1));
    System.out.print(out.getProperty("trace"));
    expectNone("timers", SEED, out);
  }

  /**
   * 3-11, 3-21, 3-23, N6: the clocksource takes timers to low resolution and back, under switches
   * of the mode, sets and bad devices, in virtual worlds.
   */
  @Test
  void everyFallOfTheClocksourceLosesNothing() {
    Long seed = Long.getLong(FALL_SEED);
    Properties order = order(seed == null ? 1 : seed, seed == null ? FALLS : 1);
    order.setProperty("falls", "true");
    expectNone("falls", FALL_SEED, campaign(List.of()).apply(order));
  }

  private static void expectNone(String what, String property, Properties out) {
    if (out.containsKey("seed")) {
      fail(
          "seed " + out.getProperty("seed") + " breaks " + out.getProperty("rule") + ": "
              + out.getProperty("detail")
              + "\nreplay: ./timehands test -Dtest=TimerCampaignTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -D" + property + "="
              + out.getProperty("seed"));
    }
    System.out.println(
        what + ": " + out.getProperty("schedules") + " schedules, " + out.getProperty("expired")
            + " expiries, no violation");
  }

  /** A bug, the rules of which it must break one (any, if none is named), and the edit. */
  private record Planted(String name, String rules, SourceEdit edit) {}

  @TestFactory
  List<DynamicTest> everyPlantedBugIsFound() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Planted planted : planted()) {
      Properties order = order(1, MUTANT_SCHEDULES);
      tests.add(DynamicTest.dynamicTest(planted.name, () -> hunt(planted, order)));
    }
    for (Planted planted : ofFalls()) {
      Properties order = order(1, FALLS);
      order.setProperty("falls", "true");
      tests.add(DynamicTest.dynamicTest(planted.name, () -> hunt(planted, order)));
    }
    return tests;
  }

  private static void hunt(Planted planted, Properties order) {
    Properties out = campaign(List.of(planted.edit)).apply(order);
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
    all.addAll(ofTheBeat());
    return all;
  }

  private static List<Planted> ofExpiry() {
    return List.of(
        of("early by a microsecond", "EARLY", SHARD,
            "if (timer.softNanos > now ||", "if (timer.softNanos > now + 1000 ||"),
        of("a set within a pass is not noticed", "EARLY", SHARD,
            "if (setsSeen != sets) {", "if (false) {"),
        of("AGAIN is not heard", "LATE ORDER OVERSLEEPS STATE", SHARD,
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
                + " wakeAfter(deviceNanos, wakeIn(nextDelta()));",
            "clocks.read(view); wakeAfter(device.nowNanos(), wakeIn(nextDelta()));"),
        of("the device's clock is read last by who arms", "LATE OVERSLEEPS", ALARM,
            "long deviceNanos = device.nowNanos(); clocks.read(view);"
                + " long delta = wakeIn(nextDelta());",
            "clocks.read(view); long delta = wakeIn(nextDelta());"
                + " long deviceNanos = device.nowNanos();"),
        of("long waits are not cut", "LATE OVERSLEEPS", CHUNKS,
            "return Math.max(FINAL_NANOS, remainingNanos - (remainingNanos >> 3));",
            "return remainingNanos;"),
        of("long waits are cut by a thousandth", "LATE OVERSLEEPS", CHUNKS,
            "return Math.max(FINAL_NANOS, remainingNanos - (remainingNanos >> 3));",
            "return Math.max(FINAL_NANOS, remainingNanos - (remainingNanos >> 10));"),
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
            "delta = Math.min(delta, Math.min(settable, clocks.longestBlindWaitNanos()));",
            "delta = Math.min(settable, clocks.longestBlindWaitNanos());"));
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
            "timer.state = ClockTimer.QUEUED; long rank = counts.takeRank();"
                + " timer.setRank(rank);",
            "long rank = counts.takeRank();"
                + " if (timer.state != ClockTimer.QUEUED) { timer.setRank(rank); }"
                + " timer.state = ClockTimer.QUEUED;"),
        of("a timer that was moved stays first", "EARLY ORDER LATE OVERSLEEPS ENDLESS", HEAP,
            "} else if (top.rank() != keys[1] || top.hardNanos() != keys[0]) {",
            "} else if (false) {"),
        of("a timer that was moved sinks to its old key", "ORDER EARLY LATE OVERSLEEPS ENDLESS",
            HEAP, "down(0, top, top.hardNanos(), top.rank());",
            "top.softNanos = keys[0]; down(0, top, top.hardNanos(), top.rank());"),
        of("a timer that was moved sinks with its old rank", "ORDER", HEAP,
            "down(0, top, top.hardNanos(), top.rank());",
            "top.setRank(keys[1]); down(0, top, top.hardNanos(), top.rank());"),
        of("the top is not cleaned of who was cancelled", "UNARMED", HEAP,
            "if (top.state != ClockTimer.QUEUED) { take(0);", "if (false) { take(0);"),
        of("a timer for sooner keeps its place", "ORDER LATE OVERSLEEPS", HEAP,
            "if (placed && timer.hardNanos() >= timer.placeNanos()) {", "if (placed) {"),
        of("a timer for sooner keeps its place without the lock", "ORDER LATE OVERSLEEPS", TIMER,
            "if (nanos < placeNanos()) {", "if (false) {"),
        of("a place forgets its key when it sinks", "", HEAP,
            "top.setPlaceNanos(top.hardNanos());", ""),
        of("a rank is not told without the lock", "ORDER", TIMER,
            "setRank(newRank);", ""),
        of("who has no place is let go", "", HEAP, "frees && timer.position != NONE", "frees"),
        of("slack is lost when a timer is let go", "", HEAP,
            "&& timer.slackNanos() == 0", ""),
        of("a timer for sooner that comes first programs nothing", "LATE OVERSLEEPS", HEAP,
            "return timer.position == 0;", "return timer.position == 0 && places == 1;"),
        of("what is armed for another clock keeps its place", "", SHARD,
            "if (timer.clock != clock) { leave(timer);", "if (timer.clock != clock) {"),
        of("sweeping loses the last place", "", HEAP,
            "if (hole != places) {", "if (hole != places && !counts.isCrowded()) {"),
        of("a place that is taken is still thought to be there", "", HEAP,
            "gone.position = NONE;", ""));
  }

  /** Of tick modes. */
  private static List<Planted> ofTheBeat() {
    return List.of(
        of("a switch drops what was programmed", "LATE OVERSLEEPS BEAT", ALARM,
            "lookedTick = lastTick; program();",
            "lookedTick = lastTick; programmedAt = NEVER; device.cancel();"),
        of("a switch programs nothing anew", "LATE OVERSLEEPS BEAT", ALARM,
            "lookedTick = lastTick; program();",
            "lookedTick = lastTick;"),
        of("a tick is counted twice", "BEAT", ALARM,
            "lastTick = tick; return true;", "lastTick = tick - 1; return true;"),
        of("each tick counts for two", "BEAT", ALARM,
            "counts.ticks += tick - lastTick;", "counts.ticks += 2 * (tick - lastTick);"),
        of("ticks that were slept over are not counted", "BEAT", ALARM,
            "counts.ticks += tick - lastTick;", "counts.ticks++;"),
        of("what began before the switch is not counted", "BEAT", ALARM,
            "clocks.read(view); isTickDue(); counts.leave(mode);",
            "clocks.read(view); counts.leave(mode);"),
        of("timers run between ticks", "BEAT", ALARM,
            "if (tick <= lastTick) { return false; }", "if (tick <= lastTick) { return true; }"),
        of("a tick that comes while somebody looks is slept over", "LATE", ALARM,
            "cameMeanwhile ? 0 : wakeIn(deltaNanos)", "wakeIn(deltaNanos)"),
        of("a chunk ends between ticks", "BEAT", ALARM,
            "long wait = mode.onTick(mono, WaitChunks.next(wakeInNanos));",
            "long wait = WaitChunks.next(wakeInNanos);"),
        of("a periodic beat stops when idle", "BEAT", "tick/TickMode.java",
            "if (kind == Kind.PERIODIC || deltaNanos <= nextTick) {",
            "if (deltaNanos <= nextTick) {"));
  }

  /** Of the clocksource, which takes timers to low resolution and back. */
  private static List<Planted> ofFalls() {
    return List.of(
        of("a fall switches nothing", "BEAT LATE", TIMERS,
            "if (fine != isFine) { fine = isFine; applyMode();",
            "if (fine != isFine) { fine = isFine;"),
        of("nobody is told of another clocksource", "MODE", TIMERS,
            "setFine(clocksourceIsFine.getAsBoolean()); } };", "} };"),
        of("there is no way back", "MODE", TIMERS,
            "fine = isFine; applyMode();", "fine &= isFine; applyMode();"),
        of("a wish made on a bad clocksource is forgotten", "MODE", TIMERS,
            "wanted = Objects.requireNonNull(mode, \"mode\");",
            "Objects.requireNonNull(mode, \"mode\"); wanted = fine ? mode : wanted;"),
        of("a switch drops what was programmed for it", "LOST LATE", ALARM,
            "lookedTick = lastTick; program();",
            "lookedTick = lastTick; programmedAt = NEVER; device.cancel();"));
  }

  /** A machine whose device loses events that nobody retries: timers are lost with them. */
  @Test
  void aMachineThatForgetsIsNoticed() {
    Properties order = order(1, MUTANT_SCHEDULES);
    order.setProperty("forgets", "true");
    Properties out = campaign(List.of()).apply(order);
    assertEquals("LATE", out.getProperty("rule"), out.getProperty("detail"));
  }

  private static Planted of(String name, String rules, String file, String find, String by) {
    return new Planted(name, rules, new SourceEdit(file, find, by));
  }

  private static UnaryOperator<Properties> campaign(List<SourceEdit> edits) {
    List<SourceEdit> all = new ArrayList<>(edits);
    // Else queues as small as these would never be crowded, and hardly trimmed.
    all.add(new SourceEdit("timer/QueueCounts.java", "ONE_OF = 16;", "ONE_OF = 2;"));
    @SuppressWarnings("unchecked")
    UnaryOperator<Properties> campaign =
        World.with(all)
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

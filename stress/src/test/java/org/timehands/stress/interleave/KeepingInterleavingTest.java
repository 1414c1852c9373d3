package org.timehands.stress.interleave;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
 * The write side as it is, two writers beside two readers, in seeded schedules (2-05, 2-04, A9,
 * A26): no value from a mixed pair of counter and parameters, and who has set something reads it,
 * and has had it told.
 *
 * <p>{@code -Dtimehands.keeping.schedules=1000000} is the long mode; {@code
 * -Dtimehands.keeping.seed=N} replays one schedule.
 */
class KeepingInterleavingTest {
  private static final String SEED = "timehands.keeping.seed";
  private static final long SCHEDULES = Long.getLong("timehands.keeping.schedules", 300);
  private static final int LIMIT = 3_000;

  private static final String KEEPING = "timekeeping/Timekeeping.java";

  private static final String BELL = "timekeeping/Bell.java";

  /** Simulated threads wait for a lock by giving their turn away, and are threads of their own. */
  private static final List<SourceEdit> SIMULATED =
      List.of(
          new SourceEdit(
              KEEPING,
              "private final ReentrantLock lock = new ReentrantLock();",
              "private final ReentrantLock lock = new org.timehands.stress.interleave.TurnLock();"),
          new SourceEdit(
              BELL,
              "private final ReentrantLock lock = new ReentrantLock();",
              "private final ReentrantLock lock = new org.timehands.stress.interleave.TurnLock();"),
          new SourceEdit(
              BELL,
              "return Thread.currentThread();",
              "return org.timehands.stress.interleave.TurnLock.me();"));

  private record Planted(String name, String rules, SourceEdit edit) {}

  private static final List<Planted> PLANTED =
      List.of(
          new Planted(
              "a set returns before it is in force", "SET",
              new SourceEdit(KEEPING, "if (waits && after != before) {", "if (after < before) {")),
          new Planted(
              "a step is a read and a set", "SUM",
              new SourceEdit(
                  KEEPING,
                  "write(Operations.STEP, deltaNanos, 0, null, true);",
                  "setRealtime(clocks.realtimeNanos() + deltaNanos);")),
          new Planted(
              "no lock", "SUM,SET,PURE,MONO,CONVERT,THROWS,AUX,BOUND",
              new SourceEdit(KEEPING, "long events; lock.lock();", "long events;")),
          new Planted(
              "a change whose doubt is not in the bound", "BOUND",
              new SourceEdit(
                  "timeline/CounterChange.java",
                  "long open = standstillNanos + wholeNanos(toStepCycles, slope) + 1;",
                  "long open = 0;")),
          new Planted(
              "a change that forgets what is promised ahead", "BOUND,CONVERT",
              new SourceEdit(
                  "timeline/CounterChange.java",
                  "+ most(ahead, next, ratePpb);",
                  "+ most(0, next, ratePpb);")),
          new Planted(
              "auxiliary clocks stay behind", "AUX",
              new SourceEdit(
                  "timekeeping/Operations.java",
                  "forEachAux(on -> changeAux(on, change));",
                  "")),
          new Planted(
              "who finds another one telling returns", "TOLD",
              new SourceEdit(KEEPING, "bell.awaitTold(events);", "")),
          new Planted(
              "who sets waits for as many as there were before", "TOLD",
              new SourceEdit(KEEPING, "return news ? bell.rung() : 0;",
                  "return news ? bell.rung() - 1 : 0;")),
          new Planted(
              "what is going to be told counts as told", "TOLD",
              new SourceEdit(BELL, "count--; all = listeners;",
                  "count--; told++; all = listeners;")),
          new Planted(
              "a listener that sets waits for itself", "STEPS",
              new SourceEdit(BELL, "while (told < events && !isTelling() && left > 0) {",
                  "while (told < events && left > 0) {")),
          new Planted(
              "two tell at once", "ORDER,STEPS",
              new SourceEdit(BELL, "if (teller != null || count == 0) {", "if (count == 0) {")),
          new Planted(
              "listeners are told before it is in force", "ORDER",
              new SourceEdit(BELL, "line.await(segment);", "")));

  private static Properties run(List<SourceEdit> edits, long first, long count) {
    @SuppressWarnings("unchecked")
    UnaryOperator<Properties> campaign =
        World.with(edits)
            .create("org.timehands.stress.interleave.KeepingCampaign", UnaryOperator.class);
    Properties order = new Properties();
    order.setProperty("first", Long.toString(first));
    order.setProperty("count", Long.toString(count));
    return campaign.apply(order);
  }

  @Test
  void everyScheduleKeepsTheRules() {
    Long only = Long.getLong(SEED);
    Properties out = only != null ? run(SIMULATED, only, 1) : run(SIMULATED, 1, SCHEDULES);
    String seed = out.getProperty("seed");
    if (seed != null) {
      fail(
          "seed " + seed + " breaks " + out.getProperty("rule") + ": " + out.getProperty("detail")
              + "\nreplay: ./timehands test -Dtest=KeepingInterleavingTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -D" + SEED + "=" + seed);
    }
    System.out.println(
        "write side interleaved: " + out.getProperty("schedules") + " schedules, "
            + out.getProperty("reads") + " reads, " + out.getProperty("steps") + " steps");
    assertTrue(only != null || Long.parseLong(out.getProperty("reads")) >= 28 * SCHEDULES);
  }

  @Test
  void everyPlantedBugIsFound() {
    List<String> missed = new ArrayList<>();
    for (Planted each : PLANTED) {
      List<SourceEdit> edits = new ArrayList<>(SIMULATED);
      edits.add(each.edit);
      Properties out = run(edits, 1, LIMIT);
      String rule = out.getProperty("rule", "-");
      String detail = out.getProperty("detail", "NOT FOUND").lines().findFirst().orElse("");
      System.out.printf(
          "mutant | %-45s | %6s | %-7s | %.110s%n", each.name, out.getProperty("schedules"), rule,
          detail);
      if (!List.of(each.rules.split(",")).contains(rule)) {
        missed.add(each.name + " broke " + rule);
      }
    }
    assertEquals(List.of(), missed);
  }
}

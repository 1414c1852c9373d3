package org.timehands.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.app.text.Json;
import org.timehands.app.text.TinyJson;
import org.timehands.clocksource.ClockSources;

/** N2: The experiment itself: seqcount must go back as theory says, ours must not (1-06, 1-07). */
class VcpuRaceTest {
  private static final long SEED = Long.getLong("timehands.seed", 1);
  private static final String REPLAY =
      "replay: ./timehands test -Dtest=VcpuRaceTest -Dtimehands.seed=" + SEED;

  @Test
  void theSimulationAgreesWithTheory() {
    List<StallSimulation.Cell> cells = new StallSimulation(SEED).run(() -> {});
    assertEquals(16, cells.size());
    for (StallSimulation.Cell cell : cells) {
      String what = cell.change().name() + ", " + cell.stallNanos() + " ns; " + REPLAY;
      assertEquals(0, cell.ours().backward(), what);
      long theory = cell.change().stepPicos(cell.stallNanos()) / 1000;
      long seen = cell.seqcount().largestNanos();
      // A nanosecond each for the rounding of two reads and the time between them; and Linux's
      // multiplier has steps of 137 ppb.
      long tolerance = 3 + cell.stallNanos() * 137 / 1_000_000_000;
      assertTrue(Math.abs(seen - theory) <= tolerance, what + ": " + seen);
      if (theory >= 4) {
        assertEquals(cell.updates(), cell.seqcount().backward(), what);
      }
      assertTrue(cell.ours().reads() == cell.seqcount().reads() && cell.ours().reads() > 1000);
    }
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    assertEquals(report(SEED), report(SEED));
  }

  private static List<String> report(long seed) {
    VcpuRace race = new VcpuRace(seed, 0, words -> {});
    race.simulate();
    assertFalse(race.wentBack());
    return race.text();
  }

  @Test
  void theFormulaIsThatOfTheTable() {
    Change mult = Change.ALL.get(0);
    assertEquals(137_091, mult.stepPicos(1_000_000_000));
    assertEquals(10_000_000, Change.ALL.get(1).stepPicos(1_000_000_000));
    assertEquals(1_000_000, Change.ALL.get(2).stepPicos(1_000_000));
    assertEquals(100_000_000_000L, Change.ALL.get(3).stepPicos(1_000_000_000));
    long fast = SeqcountClock.multOf(StallSimulation.FREQUENCY_HZ, mult.fastPpt());
    assertEquals(1, fast - SeqcountClock.multOf(StallSimulation.FREQUENCY_HZ, mult.slowPpt()));
  }

  @Test
  void liveTheSeqcountGoesBackAndOursDoesNot() {
    StallLive live =
        new StallLive(ClockSources.best().source(), 5_000_000, 300_000_000);
    Change change = Change.ALL.get(3);
    // A reader that has no CPU while the other publishes sees nothing: on a busy machine, again.
    long seen = 0;
    for (int tries = 0; seen == 0 && tries < 200; tries++) {
      seen = live.seqcount(change).tally().backward();
    }
    assertTrue(seen > 0, "the harness does not show the race");
    StallLive.Outcome ours = live.ours(change);
    assertTrue(ours.updates() > 0 && ours.tally().reads() > 1000);
    assertEquals(0, ours.tally().backward());
  }

  @Test
  void reportsAsTextAndAsJson() {
    List<String> progress = new ArrayList<>();
    VcpuRace race = new VcpuRace(7, 100_000_000, progress::add);
    race.simulate();
    race.live(ClockSources.best().source());
    String text = String.join("\n", race.text());
    assertTrue(text.contains("timehands experiment vcpu-race --seed 7"), text);
    assertTrue(text.contains("^ published"), text);
    assertTrue(text.contains("On this machine: +500 to -500 ppm"), text);
    race.text().forEach(line -> assertTrue(line.length() <= 110, line));
    assertEquals("simulating: 16 of 16", progress.get(16));
    assertEquals(19, progress.size());
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{');
    race.json(json);
    json.close('}');
    assertEquals(7L, TinyJson.object(line.toString()).get("seed"));
    assertTrue(TinyJson.object(line.toString()).containsKey("live"));
  }

  /** The checker is checked: it counts exactly what goes back. */
  @Test
  void tallyCountsStepsBack() {
    Tally tally = new Tally();
    for (long nanos : new long[] {-5, 3, 3, 2, 10, 4, 5, 5}) {
      tally.read(nanos);
    }
    assertEquals(8, tally.reads());
    assertEquals(2, tally.backward());
    assertEquals(6, tally.largestNanos());
  }
}

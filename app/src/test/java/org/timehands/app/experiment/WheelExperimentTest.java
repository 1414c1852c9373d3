package org.timehands.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.app.text.Json;
import org.timehands.app.text.TinyJson;

/** The old wheel's model, and the experiments on it (3-37, 3-38). */
class WheelExperimentTest {
  private static final long SEED = Long.getLong("timehands.seed", 1);
  private static final String REPLAY =
      "replay: ./timehands test -Dtest=WheelExperimentTest -Dtimehands.seed=" + SEED;

  /** The model beside a sorted map: exact at each tick, whatever it moves meanwhile. */
  @ParameterizedTest
  @ValueSource(ints = {64, 256})
  void theModelRunsAllExactlyAndMovesAsItWasSaidTo(int primarySlots) {
    SplittableRandom random = new SplittableRandom(SEED);
    CascadingWheel wheel = new CascadingWheel(0, primarySlots);
    TreeMap<Long, Integer> expected = new TreeMap<>();
    Map<CascadingWheel.Entry, Long> armed = new HashMap<>();
    long now = -1;
    for (int i = 0; i < 30_000; i++) {
      int kind = random.nextInt(8);
      if (kind < 4) {
        CascadingWheel.Entry entry = new CascadingWheel.Entry();
        // Across all arrays, and sometimes too late already.
        long expires = now + random.nextLong(1L << random.nextInt(1, 24)) - random.nextInt(3);
        wheel.arm(entry, expires);
        long runs = Math.max(expires, now + 1);
        armed.put(entry, runs);
        expected.merge(runs, 1, Integer::sum);
      } else if (kind == 4 && !armed.isEmpty()) {
        CascadingWheel.Entry entry = armed.keySet().iterator().next();
        assertTrue(wheel.cancel(entry), REPLAY);
        assertFalse(wheel.cancel(entry));
        drop(expected, armed.remove(entry));
      } else {
        now += random.nextInt(1 << random.nextInt(1, 12));
        long until = now;
        wheel.advance(
            now,
            entry -> {
              long runs = armed.remove(entry);
              assertTrue(runs <= until, "early; " + REPLAY);
              drop(expected, runs);
            });
        assertTrue(expected.isEmpty() || expected.firstKey() > now, "late; " + REPLAY);
      }
      assertEquals(armed.size(), wheel.size(), REPLAY);
    }
    assertTrue(wheel.moves() > 1000 && wheel.worstMoves() > 0);
  }

  private static void drop(TreeMap<Long, Integer> expected, long tick) {
    expected.computeIfPresent(tick, (same, count) -> count == 1 ? null : count - 1);
  }

  /** 3-37: what is armed beyond the first array moves once for each array on its way. */
  @Test
  void cascadesAtTheWrap() {
    CascadingWheel wheel = new CascadingWheel(0);
    List<Long> ran = new ArrayList<>();
    for (long expires : new long[] {255, 256, 300, 20_000}) {
      wheel.arm(new CascadingWheel.Entry(), expires);
    }
    wheel.advance(255, entry -> ran.add(entry.expires()));
    assertEquals(0, wheel.moves());
    wheel.advance(256, entry -> ran.add(entry.expires()));
    assertEquals(2, wheel.moves(), "at the wrap those of the next 256 ticks are filed anew");
    assertEquals(2, wheel.worstMoves());
    wheel.advance(20_000, entry -> ran.add(entry.expires()));
    assertEquals(4, wheel.moves(), "from the third array to the second, and to the first");
    assertEquals(List.of(255L, 256L, 300L, 20_000L), ran);
  }

  private static WheelExperiment server(long[] stopwatch) {
    return WheelExperiment.webServer(SEED, 20_000, 1500, () -> stopwatch[0]++, words -> {});
  }

  /**
   * 3-37, 3-38, 3-40: at HZ 1000 what is not cancelled in 256 ms moves; in ours no timeout does,
   * but a place that is kept is filed anew when it comes up for one that is due later.
   */
  @Test
  void aWebServersTimeoutsMoveInTheOldWheelOnly() {
    WheelExperiment experiment = server(new long[1]);
    List<WheelRun> runs = experiment.runs();
    assertEquals(6, runs.size());
    assertFalse(experiment.ourOwnIsWrong(), REPLAY);
    assertEquals(0, runs.get(0).moves(), "half a second fits into 256 ticks of 10 ms");
    assertTrue(runs.get(2).moves() > 5_000 && runs.get(2).worstMoves() > 1_000, REPLAY);
    assertEquals("timehands, once", runs.get(5).wheel());
    assertEquals(0, runs.get(5).moves());
    assertEquals(0, runs.get(5).worstMoves());
    for (WheelRun run : runs) {
      double part = 1 - (double) run.ran() / run.armed();
      assertTrue(part > 0.90 && part < 0.98, run.wheel() + " cancelled " + part);
      assertTrue(run.mostLateMillis() <= 63, run.toString());
    }
    assertTrue(runs.get(0).leastLateMillis() < 0, "jiffies are early, by less than a tick");
    for (WheelRun ours : runs.subList(3, 6)) {
      assertTrue(ours.moves() <= ours.armed(), "once each, at most: " + ours);
      assertTrue(ours.leastLateMillis() >= 0, ours.toString());
    }
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    assertEquals(server(new long[1]).runs(), server(new long[1]).runs());
  }

  @Test
  void reportsAsTextAndAsJson() {
    List<String> progress = new ArrayList<>();
    long[] stopwatch = new long[1];
    WheelExperiment cascade =
        WheelExperiment.cascade(7, 5_000, () -> stopwatch[0]++, progress::add);
    String text = String.join("\n", cascade.text());
    assertTrue(text.contains("timehands experiment cascade --seed 7"), text);
    cascade.text().forEach(line -> assertTrue(line.length() <= 130, line));
    assertEquals("cascade: timehands, once", progress.getLast());
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{');
    cascade.json(json);
    json.close('}');
    assertEquals(7L, TinyJson.object(line.toString()).get("seed"));
    assertEquals(5, cascade.runs().size());
    for (WheelRun ours : cascade.runs().subList(3, 5)) {
      assertEquals(0, ours.moves());
      assertEquals(5_000, ours.ran());
    }
    assertTrue(cascade.runs().get(2).moves() > 5_000, "at HZ 1000 most move more than once");
  }
}

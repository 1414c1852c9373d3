package org.timehands.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.Timehands;
import org.timehands.app.text.Json;
import org.timehands.app.text.TinyJson;
import org.timehands.timekeeping.TimekeepingOptions;

/** The 20 s anomaly (3-31, 3-32, 3-33, 1.6): the text's figure comes out, and nobody is early. */
@Timeout(100)
class NanosleepAnomalyTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void atVirtualTimeTheTextsFigureComesOut() {
    List<SleepOverSet.Outcome> outcomes = SleepOverSet.simulated(20 * SECOND);
    assertEquals(3, outcomes.size());
    for (SleepOverSet.Outcome each : outcomes) {
      boolean absolute = each.kind() == SleepOverSet.Kind.ABSOLUTE_REALTIME;
      assertEquals(0, each.result());
      long mono = (absolute ? 40 : 20) * SECOND;
      long real = absolute ? 20 * SECOND : 0;
      // The set waits until it is in force: nanoseconds.
      assertTrue(Math.abs(each.monotonicNanos() - mono) < 1000, each.toString());
      assertTrue(Math.abs(each.realtimeNanos() - real) < 1000, each.toString());
      assertFalse(each.isWrong(20 * SECOND), each.toString());
    }
  }

  @Test
  void liveNobodyIsEarly() {
    long length = SECOND / 2;
    try (Timehands own = Timehands.standalone(TimekeepingOptions.defaults())) {
      List<SleepOverSet.Outcome> outcomes =
          SleepOverSet.live(own.clocks().timekeeping().orElseThrow(), length);
      for (SleepOverSet.Outcome each : outcomes) {
        assertFalse(each.isWrong(length), each.toString());
        // The wall clock shows what MONOTONIC does, less the set; the reads lie side by side.
        assertTrue(each.realtimeNanos() < each.monotonicNanos(), each.toString());
      }
    }
  }

  /** The judge is judged: a sleep that is short by a nanosecond, or that failed. */
  @Test
  void wrongSleepsAreSeen() {
    SleepOverSet.Kind relative = SleepOverSet.Kind.RELATIVE;
    SleepOverSet.Kind absolute = SleepOverSet.Kind.ABSOLUTE_REALTIME;
    assertFalse(new SleepOverSet.Outcome(relative, 0, 20, 0).isWrong(20));
    assertTrue(new SleepOverSet.Outcome(relative, 0, 19, 0).isWrong(20));
    assertTrue(new SleepOverSet.Outcome(relative, -4, 20, 0).isWrong(20));
    assertTrue(new SleepOverSet.Outcome(absolute, 0, 20, 0).isWrong(20));
    assertFalse(new SleepOverSet.Outcome(absolute, 0, 40, 20).isWrong(20));
  }

  @Test
  void reportsAsTextAndAsJson() {
    List<String> progress = new ArrayList<>();
    NanosleepAnomaly anomaly = new NanosleepAnomaly(SECOND / 2, progress::add);
    anomaly.simulate();
    try (Timehands own = Timehands.standalone(TimekeepingOptions.defaults())) {
      anomaly.live(own.clocks().timekeeping().orElseThrow());
    }
    assertFalse(anomaly.wasWrong());
    String text = String.join("\n", anomaly.text());
    assertTrue(text.contains("=~ 0 s"), text);
    assertTrue(text.contains("20.000000"), text);
    assertTrue(text.contains("On this machine"), text);
    anomaly.text().forEach(line -> assertTrue(line.length() <= 130, line));
    assertEquals(2, progress.size());
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{');
    anomaly.json(json);
    json.close('}');
    assertEquals(20 * SECOND, TinyJson.object(line.toString()).get("textNanos"));
    assertTrue(TinyJson.object(line.toString()).containsKey("live"));
  }
}

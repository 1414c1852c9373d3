package org.timehands.app.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.app.text.Json;
import org.timehands.app.text.TinyJson;

/** The spans of the old wheel as the text has them, and the levels of ours (3-36, 1.6, 2.8). */
class WheelSpansTest {
  @Test
  void theModelAgreesWithTheText() {
    List<WheelSpans.Span> spans = new WheelSpans().spans();
    assertEquals(6, spans.size());
    for (WheelSpans.Span span : spans) {
      assertEquals(span.textMillis(), span.modelMillis(), span.toString());
    }
  }

  /** The check is checked: another wheel has another span, and the model shows it. */
  @Test
  void anotherWheelHasAnotherSpan() {
    assertNotEquals(256, CascadingWheel.spanTicks(128));
    assertEquals(128, CascadingWheel.spanTicks(128));
    assertThrows(IllegalArgumentException.class, () -> new CascadingWheel(0, 200));
  }

  @Test
  void ourLevelsAreAsTheyAreDescribed() {
    List<WheelSpans.Level> levels = WheelSpans.levels();
    assertEquals(9, levels.size());
    long granularity = 1;
    for (int i = 0; i < 9; i++) {
      assertEquals(granularity, levels.get(i).granularityTicks());
      // The first tick of a level may stand for the last of the one before: both run there.
      assertTrue(Math.abs(63 * granularity - levels.get(i).lastTicks()) <= granularity);
      granularity *= 8;
    }
  }

  @Test
  void reportsAsTextAndAsJson() {
    WheelSpans spans = new WheelSpans();
    spans.text().forEach(line -> assertTrue(line.length() <= 100, line));
    String text = String.join("\n", spans.text());
    assertTrue(text.contains("2560 ms") && text.contains("16777216"), text);
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{');
    spans.json(json);
    json.close('}');
    assertTrue(TinyJson.object(line.toString()).containsKey("levels"));
  }
}

package org.timehands.app.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private final StringBuilder text = new StringBuilder();
  private final Json json = new Json(text);

  @Test
  void writesObjectsArraysAndCommas() {
    json.open('{').put("a", 1).open("b", '[').open('{').close('}').open('{').put("c", true);
    json.close('}').close(']').open("d", '{').close('}').put("e", "x").putBounded("f", 7);
    json.close('}');
    assertEquals(
        "{\"a\":1,\"b\":[{},{\"c\":true}],\"d\":{},\"e\":\"x\",\"f\":7}", text.toString());
    assertEquals(
        Map.of("a", 1L, "b", List.of(Map.of(), Map.of("c", true)), "d", Map.of(), "e", "x",
            "f", 7L),
        TinyJson.object(text.toString()));
  }

  @Test
  void startsAnewAfterReset() {
    json.open('{').put("a", 1).close('}');
    text.setLength(0);
    json.reset().open('{').put("a", Long.MIN_VALUE).close('}');
    assertEquals("{\"a\":-9223372036854775808}", text.toString());
  }

  @Test
  void unboundedIsNull() {
    json.open('{').putBounded("boundNanos", Long.MAX_VALUE).put("words", null).close('}');
    Map<String, Object> read = TinyJson.object(text.toString());
    assertEquals(2, read.size());
    assertNull(read.get("boundNanos"));
    assertNull(read.get("words"));
  }

  @Test
  void anyTextComesBackAsItWas() {
    long seed = Long.getLong("timehands.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 2000; round++) {
      StringBuilder any = new StringBuilder();
      int length = random.nextInt(20);
      for (int i = 0; i < length; i++) {
        int range = random.nextInt(3) == 0 ? 0x10000 : 0x100;
        any.append((char) random.nextInt(range));
      }
      text.setLength(0);
      json.reset().open('{').put("x", any).close('}');
      Map<String, Object> read = TinyJson.object(text.toString());
      String replay = "replay: ./timehands test -Dtest=JsonTest -Dtimehands.seed=" + seed;
      assertEquals(any.toString(), read.get("x"), replay);
    }
  }

  /** The checker is checked: texts that are no JSON. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "{", "{}}", "{\"a\"}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1.5}", "{\"a\":NaN}",
        "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{a:1}", "{\"a\":[1 2]}",
        "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "{\"a\":'x'}"
      })
  void tinyJsonRefuses(String wrong) {
    assertThrows(RuntimeException.class, () -> TinyJson.object(wrong));
  }
}

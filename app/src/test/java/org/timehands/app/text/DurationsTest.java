package org.timehands.app.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0", "0s, 0", "1ns, 1", "10us, 10000", "10µs, 10000", "10ms, 10000000",
    "1s, 1000000000", "1.5s, 1500000000", "1m, 60000000000", "1min, 60000000000",
    "2h, 7200000000000", "0.0000000019s, 1",
    "9223372036.854775807s, 9223372036854775807"
  })
  void readsWhatPeopleWrite(String text, long nanos) {
    assertEquals(nanos, Durations.parseNanos(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "ms", "-1s", "1 s", "1e3s", "1.s", ".5s", "1S", "1d", "1ss"})
  void refusesWithWhatIsAllowed(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Durations.parseNanos(text))
            .getMessage();
    assertTrue(message.contains("'" + text + "'"), message);
    assertTrue(message.contains("such as 10ms"), message);
  }

  @Test
  void refusesMoreThanALongHolds() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Durations.parseNanos("3000000h"))
            .getMessage();
    assertEquals("'3000000h' is longer than 292 years; use less", message);
  }
}

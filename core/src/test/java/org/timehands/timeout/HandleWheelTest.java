package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** The wheel of numbers: the same rules, and handles that know when they are over. */
class HandleWheelTest {
  @Test
  void runsCancelsAndRearms() {
    HandleWheel wheel = new HandleWheel();
    long a = wheel.add(10);
    long b = wheel.add(10);
    assertTrue(wheel.cancel(a));
    assertFalse(wheel.cancel(a));
    long c = wheel.add(20);
    assertFalse(wheel.isPending(a), "its place is used again, its handle is not");
    assertEquals(b, wheel.rearm(b, 15));
    List<Long> ran = new ArrayList<>();
    assertEquals(0, wheel.advance(14, 9, ran::add));
    assertEquals(1, wheel.advance(15, 9, ran::add));
    assertEquals(1, wheel.advance(100, 9, ran::add));
    assertEquals(List.of(b, c), ran);
    assertThrows(IllegalStateException.class, () -> wheel.rearm(b, 200));
    assertFalse(wheel.isPending(-1));
    assertFalse(wheel.isPending(1L << 20));
    assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
    assertEquals(20, HandleWheel.bytesPerTimeout());
  }

  @Test
  void neverEarlyNeverLostAtRandom() {
    Seeds.forEach(
        HandleWheelTest.class,
        20,
        random -> {
          HandleWheel wheel = new HandleWheel(8, random.nextLong());
          Map<Long, Long> expected = new HashMap<>();
          long[] now = {0};
          HandleWheel fresh = new HandleWheel(8, 0);
          HandleWheel.Handler handler =
              handle -> {
                long expires = expected.remove(handle);
                assertTrue(expires <= now[0], "early");
              };
          for (int i = 0; i < 20_000; i++) {
            long distance = random.nextLong(1L << random.nextInt(1, 30));
            switch (random.nextInt(4)) {
              case 0, 1 -> expected.put(fresh.add(now[0] + distance), now[0] + distance);
              case 2 -> {
                if (!expected.isEmpty()) {
                  long handle = expected.keySet().iterator().next();
                  expected.remove(handle);
                  assertTrue(fresh.cancel(handle));
                }
              }
              default -> {
                now[0] += distance >>> 4;
                fresh.advance(now[0], Integer.MAX_VALUE, handler);
                long limit = now[0];
                expected.forEach(
                    (handle, expires) -> assertTrue(expires > limit - (limit >> 3) - 8, "lost"));
              }
            }
            assertEquals(expected.size(), fresh.size());
          }
          assertEquals(0, wheel.size());
        });
  }
}

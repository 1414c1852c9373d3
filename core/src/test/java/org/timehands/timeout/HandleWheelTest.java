package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
    assertEquals(24, HandleWheel.bytesPerTimeout());
  }

  /** What a random run knows of a handle. */
  private record Due(long armedAt, long expires) {
    /** The last tick at which it may run (3-49): 8/63 late. */
    long latest() {
      return Math.max(expires, armedAt + Math.max(0, expires - armedAt) * 71 / 63);
    }
  }

  /** Cancelled places are taken over, handles are not; in any time, wraps too (3-37, 3-49). */
  @Test
  void neverEarlyNeverLostAtRandom() {
    Seeds.forEach(
        HandleWheelTest.class,
        20,
        random -> {
          long start = random.nextBoolean() ? Long.MAX_VALUE - 100_000 : random.nextInt(1000);
          HandleWheel wheel = new HandleWheel(8, start);
          Map<Long, Due> expected = new HashMap<>();
          List<Long> over = new ArrayList<>();
          long[] now = {0};
          HandleWheel.Handler handler =
              handle -> {
                assertTrue(expected.remove(handle).expires() <= now[0], "early");
                over.add(handle);
              };
          for (int i = 0; i < 20_000; i++) {
            long at = now[0] + random.nextLong(1L << random.nextInt(1, 24));
            switch (random.nextInt(5)) {
              case 0, 1 -> {
                long handle = wheel.add(start + at);
                assertNull(expected.put(handle, new Due(now[0], at)), "a handle twice");
              }
              case 2 -> {
                if (!expected.isEmpty()) {
                  long handle = expected.keySet().iterator().next();
                  expected.remove(handle);
                  assertTrue(wheel.cancel(handle));
                  over.add(handle);
                }
              }
              case 3 -> {
                if (!expected.isEmpty()) {
                  long handle = expected.keySet().iterator().next();
                  assertEquals(handle, wheel.rearm(handle, start + at));
                  expected.put(handle, new Due(now[0], at));
                }
              }
              default -> {
                now[0] += (at - now[0]) >>> 4;
                wheel.advance(start + now[0], Integer.MAX_VALUE, handler);
                expected.values().forEach(due -> assertTrue(due.latest() > now[0], "lost"));
              }
            }
            assertEquals(expected.size(), wheel.size());
            assertTrue(over.isEmpty() || !wheel.cancel(over.get(random.nextInt(over.size()))));
            long first =
                expected.values().stream().mapToLong(Due::latest).min().orElse(Long.MAX_VALUE);
            assertTrue(
                expected.isEmpty()
                    ? wheel.nextExpiry() == TimeoutWheel.NEVER
                    : wheel.nextExpiry() - start <= first,
                "next is later than a timeout");
          }
        });
  }

  /** A vacant place is taken over where it lies if that is in time, else left (3-50). */
  @Test
  void takesOverAPlaceInTime() {
    HandleWheel wheel = new HandleWheel();
    long far = wheel.add(5000);
    wheel.cancel(far);
    long near = wheel.add(70);
    assertEquals(0, wheel.moves());
    List<Long> ran = new ArrayList<>();
    wheel.advance(72, 9, ran::add);
    assertEquals(List.of(near), ran);
    long soon = wheel.add(100);
    wheel.cancel(soon);
    long late = wheel.add(6000);
    wheel.advance(5999, 9, ran::add);
    assertEquals(List.of(near), ran);
    assertEquals(1, wheel.moves(), "looked at where the first one lay, and filed anew once");
    wheel.advance(6800, 9, ran::add);
    assertEquals(List.of(near, late), ran);
  }
}

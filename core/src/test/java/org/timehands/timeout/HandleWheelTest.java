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
import java.util.Set;
import java.util.SplittableRandom;
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
    assertFalse(wheel.cancel(0));
    assertFalse(wheel.cancel(5));
    assertFalse(new HandleWheel().cancel(0));
    assertFalse(wheel.isPending(1L << 20));
    assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
    assertEquals(24, HandleWheel.bytesPerTimeout());
  }

  /** What a random run knows of a handle. */
  private record Due(long armedAt, long expires, int round) {
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
          Run run = new Run(random);
          for (int i = 0; i < 15_000; i++) {
            run.step();
          }
        });
  }

  /** One wheel, and what is expected of it. */
  private static final class Run {
    private final SplittableRandom random;
    private final long start;
    private final HandleWheel wheel;
    private final Map<Long, Due> expected = new HashMap<>();
    private final List<Long> over = new ArrayList<>();
    /** How many steps go by before somebody looks: what was armed meanwhile is not settled. */
    private final int lookEvery;
    private long now;
    private int round;
    private int steps;

    Run(SplittableRandom random) {
      this.random = random;
      start = random.nextBoolean() ? Long.MAX_VALUE - 100_000 : random.nextInt(1000);
      wheel = new HandleWheel(8, start);
      lookEvery = 1 + random.nextInt(300);
    }

    private long some() {
      return expected.keySet().stream().skip(random.nextInt(Math.min(8, expected.size())))
          .findFirst().orElseThrow();
    }

    void step() {
      if (random.nextInt(lookEvery + 4) == 0) {
        advance();
      } else {
        change(-100);
      }
      assertEquals(expected.size(), wheel.size());
      assertTrue(over.isEmpty() || !wheel.cancel(over.get(random.nextInt(over.size()))));
      if (++steps % lookEvery == 0) {
        look();
      }
    }

    /** Arms, cancels or arms anew; not for earlier than so long ahead. */
    private void change(int least) {
      long at = now + Math.max(least, random.nextLong(1L << random.nextInt(1, 24)) - 5);
      if (random.nextInt(40) == 0) {
        at += random.nextLong(1L << 34);
      } else if (least < 0 && random.nextInt(40) == 0) {
        at -= random.nextLong(1L << 34);
      }
      int kind = expected.isEmpty() ? 0 : random.nextInt(5);
      if (kind < 2) {
        long handle = wheel.add(start + at);
        assertNull(expected.put(handle, new Due(now, at, round)), "a handle twice");
      } else if (kind < 4) {
        long handle = some();
        expected.remove(handle);
        assertTrue(wheel.cancel(handle));
        over.add(handle);
      } else {
        long handle = some();
        assertEquals(handle, wheel.rearm(handle, start + at));
        expected.put(handle, new Due(now, at, -1));
      }
    }

    private void advance() {
      now += random.nextLong(1L << random.nextInt(1, 20));
      round++;
      int limit = random.nextInt(4) == 0 ? random.nextInt(3) : Integer.MAX_VALUE;
      int ran = wheel.advance(start + now, limit, this::expired);
      assertTrue(ran <= limit);
      if (limit == Integer.MAX_VALUE || !wheel.hasDue()) {
        expected.values().forEach(
            due -> assertTrue(due.latest() > now || due.armedAt == now, "lost: " + due));
      }
    }

    private void expired(long handle) {
      Due due = expected.remove(handle);
      assertTrue(due.expires <= now, "early");
      assertTrue(due.round != round, "armed by a handler, and run in the same call");
      over.add(handle);
      for (int i = random.nextInt(random.nextInt(30) == 0 ? 400 : 4); i > 0; i--) {
        change(random.nextInt(3) == 0 ? -5 : 1);
      }
    }

    private void look() {
      long first = expected.values().stream().mapToLong(Due::latest).min().orElse(Long.MAX_VALUE);
      assertTrue(
          expected.isEmpty()
              ? wheel.nextExpiry() == TimeoutWheel.NEVER
              : wheel.nextExpiry() - start <= Math.max(first, now),
          "next is later than a timeout");
      WheelCheck.check(wheel.structure());
    }
  }

  /** What is armed for later than its place is looked at stays; all else moves, in its batch. */
  @Test
  void settlesInBatches() {
    for (int count = 1; count < 200; count += 1 + count / 20) {
      HandleWheel wheel = new HandleWheel();
      List<Long> far = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        far.add(wheel.add(3000));
      }
      far.forEach(wheel::cancel);
      List<Long> near = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        near.add(wheel.add(i % 3 == 0 ? 4000 : 50));
      }
      List<Long> ran = new ArrayList<>();
      wheel.advance(49, 1000, ran::add);
      assertEquals(List.of(), ran);
      wheel.advance(50, 1000, ran::add);
      assertEquals(count - (count + 2) / 3, ran.size());
      wheel.advance(3999, 1000, ran::add);
      assertEquals(count - (count + 2) / 3, ran.size());
      wheel.advance(4032, 1000, ran::add);
      assertEquals(Set.copyOf(near), Set.copyOf(ran));
      assertEquals(0, wheel.size());
      WheelCheck.check(wheel.structure());
    }
  }

  /** What a handler arms runs in the next call, also in a place that runs in this one (3-37). */
  @Test
  void whatAHandlerArmsThatIsDueRunsInTheNextCall() {
    for (int more = 0; more < 200; more += 10) {
      int others = more;
      HandleWheel wheel = new HandleWheel();
      long first = wheel.add(10);
      long beside = wheel.add(10);
      List<Long> ran = new ArrayList<>();
      List<Long> made = new ArrayList<>();
      assertEquals(
          1,
          wheel.advance(
              10,
              9,
              handle -> {
                ran.add(handle);
                wheel.cancel(handle == first ? beside : first);
                made.add(wheel.add(10));
                for (int i = 0; i < others; i++) {
                  wheel.add(1000 + i);
                }
              }));
      assertEquals(1, wheel.advance(10, 9, ran::add));
      assertEquals(made.getFirst(), ran.getLast());
    }
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
    assertEquals(100, wheel.nextExpiry());
    wheel.cancel(soon);
    long late = wheel.add(6000);
    wheel.advance(5999, 9, ran::add);
    assertEquals(List.of(near), ran);
    assertEquals(1, wheel.moves(), "looked at where the first one lay, and filed anew once");
    wheel.advance(6800, 9, ran::add);
    assertEquals(List.of(near, late), ran);
  }

  /** The budget of a call (3-35): vacant places are looked at, too, and count. */
  @Test
  void aCallLooksAtEightPlacesForEachThatMayRun() {
    HandleWheel wheel = new HandleWheel();
    List<Long> handles = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      handles.add(wheel.add(10));
    }
    long last = wheel.add(10);
    assertFalse(wheel.hasDue()); // all are filed now
    handles.forEach(wheel::cancel);
    assertEquals(0, wheel.advance(10, 0, handle -> {}));
    int calls = 0;
    while (wheel.hasDue()) {
      assertTrue(wheel.isPending(last));
      assertEquals(1_001 - 32 * calls, wheel.structure().size());
      assertEquals(calls == 31 ? 1 : 0, wheel.advance(10, 4, handle -> {}));
      calls++;
    }
    assertEquals(32, calls);
    assertFalse(wheel.isPending(last));
  }

  /** What users keep beside the wheel fits into a table of as many rows as were armed at once. */
  @Test
  void aPlaceIsARowOfATable() {
    Seeds.forEach(
        HandleWheelTest.class,
        20,
        random -> {
          int most = 1 + random.nextInt(300);
          HandleWheel wheel = new HandleWheel();
          Long[] rows = new Long[most];
          long now = 0;
          for (int i = 0; i < 20_000; i++) {
            int row = random.nextInt(most);
            if (rows[row] != null && random.nextInt(3) == 0) {
              assertTrue(wheel.cancel(rows[row]));
              rows[row] = null;
            } else if (wheel.size() < most) {
              long handle = wheel.add(now + random.nextInt(1 << random.nextInt(1, 16)));
              assertNull(rows[HandleWheel.place(handle)], "two in one row");
              rows[HandleWheel.place(handle)] = handle;
            } else {
              now += random.nextInt(500);
              wheel.advance(
                  now,
                  most,
                  handle -> {
                    assertEquals(rows[HandleWheel.place(handle)], handle);
                    rows[HandleWheel.place(handle)] = null;
                  });
            }
          }
        });
  }
}

package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.testing.Seeds;

/**
 * Random operations on a wheel and on a sorted map beside it (3-37, 3-49): what runs, when, in
 * which order, what is pending, and the next expiry are the same, at all levels, over jumps of 2^62
 * ticks and over the wrap; callbacks arm, reduce and cancel as well. {@code
 * -Dtimehands.wheel.steps=} says how many (3-17).
 */
class RandomWheelTest {
  private static final int STEPS = Integer.getInteger("timehands.wheel.steps", 10_000_000);
  private static final int RUNS = 40;

  @Test
  void agreesWithASortedMap() {
    Seeds.forEach(
        RandomWheelTest.class,
        RUNS,
        random -> {
          int done = 0;
          while (done < STEPS / RUNS) {
            done += new Run(random, 4 + random.nextInt(400), 64).steps(STEPS / RUNS - done);
          }
        });
  }

  @Test
  void structureIsWholeAfterEveryOperation() {
    Seeds.forEach(
        RandomWheelTest.class,
        10,
        random -> new Run(random, 2 + random.nextInt(20), 1).steps(STEPS / 2_000));
  }

  /** The checker is checked: one thing done that the map was not told of is noticed. */
  @ParameterizedTest
  @ValueSource(strings = {"lost", "a tick late", "a tick early", "once too often"})
  void whatTheMapDoesNotKnowIsCaught(String planted) {
    Seeds.forEach(
        RandomWheelTest.class,
        20,
        random -> {
          Run run = new Run(random, 100, 64);
          run.steps(1_000);
          run.clearAll();
          run.agree();
          run.plant(planted);
          assertThrows(
              AssertionError.class,
              () -> {
                run.agree();
                run.advance(40, Integer.MAX_VALUE);
              });
        });
  }

  /** One wheel, one oracle. */
  private static final class Run {
    private final SplittableRandom random;
    private final int most;
    private final int checkEvery;
    private final long start;
    private final TimeoutWheel wheel;
    private final Oracle oracle;
    private final List<Timeout> handles = new ArrayList<>();
    private int ran;
    private int owned;

    Run(SplittableRandom random, int most, int checkEvery) {
      this.random = random;
      this.most = most;
      this.checkEvery = checkEvery;
      long first =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> Long.MAX_VALUE - random.nextInt(100_000);
            case 2 -> Long.MIN_VALUE + random.nextInt(100);
            default -> random.nextLong();
          };
      int levels = 8 + random.nextInt(2);
      wheel = new TimeoutWheel(levels, first);
      start = first & -1L << 40; // a multiple of every granularity
      oracle = new Oracle(levels, first - start);
      for (owned = 0; owned < most / 4; owned++) {
        handles.add(wheel.timeout(callback(owned)));
        oracle.make(owned, true);
      }
    }

    private Consumer<Timeout> callback(int id) {
      return timeout -> {
        assertTrue(start + oracle.clock() - timeout.expires() >= 0, "early: " + timeout);
        assertEquals(oracle.poll(), id, "what runs next");
        ran++;
        react(id);
      };
    }

    /** What a callback does: mostly nothing. */
    private void react(int id) {
      switch (random.nextInt(16)) {
        case 0 -> armFromCallback(id);
        case 1 -> arm(random.nextInt(handles.size()));
        case 2 -> reduce(random.nextInt(handles.size()));
        case 3 -> cancel(random.nextInt(handles.size()));
        case 4 -> add();
        default -> {}
      }
    }

    /** Also one of a single call may be armed anew by its own callback. */
    private void armFromCallback(int id) {
      long expires = oracle.clock() + distance();
      oracle.arm(id, expires);
      assertFalse(wheel.arm(handles.get(id), start + expires));
    }

    /** Does to one that the map has armed what the map does not hear of. */
    void plant(String what) {
      long expires = oracle.clock() + 40;
      oracle.arm(0, expires);
      wheel.arm(handles.get(0), start + expires);
      switch (what) {
        case "lost" -> handles.get(0).cancel();
        case "a tick late" -> wheel.arm(handles.get(0), start + expires + 1);
        case "a tick early" -> wheel.arm(handles.get(0), start + expires - 1);
        default -> wheel.add(start + expires, callback(0));
      }
    }

    /** Goes so many steps, and answers how many it went: an oracle's clock may not pass 2^62. */
    int steps(int steps) {
      int i = 0;
      for (; i < steps && oracle.clock() < 1L << 62; i++) {
        step();
        agree();
        if (i % checkEvery == 0) {
          WheelCheck.check(wheel.structure());
        }
      }
      assertEquals(oracle.moves, wheel.moves(), "moves");
      return i;
    }

    void agree() {
      assertEquals(oracle.pending(), wheel.size());
      long next = oracle.pending() == 0 ? TimeoutWheel.NEVER : start + oracle.next();
      assertEquals(next, wheel.nextExpiry(), "next expiry");
      assertEquals(oracle.hasDue(), wheel.hasDue(), "has due");
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0, 1 -> add();
        case 2 -> arm(random.nextInt(handles.size() + 1) - 1);
        case 3 -> cancel(random.nextInt(handles.size() + 1) - 1);
        case 4, 5 -> {
          if (owned > 0) {
            arm(random.nextInt(owned));
          }
        }
        case 6 -> advance();
        case 7 -> reduce(random.nextInt(handles.size() + 1) - 1);
        case 8 -> clear();
        default -> {
          if (owned > 0) {
            cancel(random.nextInt(owned));
          }
        }
      }
    }

    private void add() {
      if (wheel.size() < most) {
        int id = handles.size();
        long expires = oracle.clock() + distance();
        oracle.make(id, false);
        oracle.arm(id, expires);
        handles.add(wheel.add(start + expires, callback(id)));
      }
    }

    private void arm(int id) {
      if (id < 0 || id >= owned && !oracle.isPending(id)) {
        return;
      }
      long expires = oracle.clock() + distance();
      boolean before = oracle.isPending(id);
      oracle.arm(id, expires);
      assertEquals(before, wheel.arm(handles.get(id), start + expires));
    }

    private void reduce(int id) {
      if (id < 0 || id >= owned && !oracle.isPending(id)) {
        return;
      }
      long expires = oracle.clock() + distance();
      assertEquals(
          oracle.reduce(id, expires), wheel.reduce(handles.get(id), start + expires), "reduce");
    }

    private void clear() {
      if (random.nextInt(200) == 0) {
        clearAll();
      }
    }

    void clearAll() {
      Set<Timeout> expected = new HashSet<>();
      oracle.clear().forEach(id -> expected.add(handles.get(id)));
      List<Timeout> cleared = wheel.clear();
      assertEquals(expected.size(), cleared.size(), "cleared");
      assertEquals(expected, new HashSet<>(cleared), "cleared");
    }

    private void cancel(int id) {
      if (id >= 0) {
        assertEquals(oracle.cancel(id), wheel.cancel(handles.get(id)), "cancel");
      }
    }

    private void advance() {
      long distance = Math.max(-5, distance());
      int limit = random.nextInt(3) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
      // What stays due may not fall 2^63 behind.
      advance(distance, distance > 1L << 40 ? Integer.MAX_VALUE : limit);
    }

    void advance(long distance, int limit) {
      long now = oracle.clock() + distance;
      oracle.collect(now, limit);
      ran = 0;
      assertEquals(wheel.advance(start + now, limit), ran);
      if (ran < limit) {
        assertEquals(-1, oracle.poll(), "what it should have run");
      }
    }

    /** Each order of magnitude as likely as the next, and the edges of the levels on purpose. */
    private long distance() {
      int level = random.nextInt(10);
      return switch (random.nextInt(10)) {
        case 0 -> (63L << 3 * level) + random.nextInt(-2, 3);
        case 1 -> (64L << 3 * level) + random.nextInt(-2, 3);
        case 2 -> -random.nextInt(100);
        case 3 -> random.nextInt(100) == 0 ? 1L << random.nextInt(30, 63) : 1;
        default -> random.nextLong(1L << random.nextInt(1, random.nextInt(8) == 0 ? 36 : 14));
      };
    }
  }
}

package org.timehands.stress.timeout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.timehands.timeout.HandleWheel;
import org.timehands.timeout.TimeoutWheel;

/**
 * Random operations on a wheel of numbers, beside a map that knows what must run: what is wrong
 * first, or null. Loaded in a world of its own, where the wheel may have a planted bug.
 */
public final class HandleHunt implements Supplier<String> {
  private static final int RUNS = 60;
  private static final int STEPS = 4000;

  /** What was promised: armed when, due when, and in which call of advance if in one. */
  private record Due(long armedAt, long expires, int round) {
    long latest() {
      return Math.max(expires, armedAt + Math.max(0, expires - armedAt) * 71 / 63);
    }
  }

  private HandleWheel wheel;
  private SplittableRandom random;
  private long start;
  private long now;
  private int round;
  private Map<Long, Due> expected;
  private List<Long> over;
  private int most;
  private String wrong;

  /** Made by name. */
  public HandleHunt() {}

  @Override
  public String get() {
    for (int seed = 1; seed <= RUNS; seed++) {
      random = new SplittableRandom(seed);
      try {
        run(1 + random.nextInt(300));
      } catch (RuntimeException | AssertionError thrown) {
        wrong = "THROWS " + thrown;
      }
      if (wrong != null) {
        return "seed " + seed + ": " + wrong;
      }
    }
    return null;
  }

  private void run(int lookEvery) {
    start = random.nextBoolean() ? Long.MAX_VALUE - 100_000 : random.nextInt(1000);
    now = 0;
    wheel = new HandleWheel(8, start);
    expected = new HashMap<>();
    over = new ArrayList<>();
    most = 0;
    for (int i = 1; i <= STEPS && wrong == null; i++) {
      if (random.nextInt(lookEvery + 4) == 0) {
        advance();
      } else {
        change(-100);
      }
      require(expected.size() == wheel.size(), "size");
      require(over.isEmpty() || !wheel.cancel(over.get(random.nextInt(over.size()))), "undead");
      if (i % lookEvery == 0) {
        look();
      }
    }
  }

  private void require(boolean good, String what) {
    if (!good && wrong == null) {
      wrong = what;
    }
  }

  private void change(int least) {
    long at = now + Math.max(least, random.nextLong(1L << random.nextInt(1, 24)) - 5);
    if (random.nextInt(40) == 0) {
      at += random.nextLong(1L << 34);
    } else if (least < 0 && random.nextInt(40) == 0) {
      at -= random.nextLong(1L << 34);
    }
    int kind = expected.isEmpty() ? 0 : random.nextInt(5);
    if (kind < 2) {
      long added = wheel.add(start + at);
      require(expected.put(added, new Due(now, at, round)) == null, "a handle twice");
      most = Math.max(most, expected.size());
      require(HandleWheel.place(added) < most, "a place beyond the most that were armed");
      return;
    }
    long handle = expected.keySet().iterator().next();
    if (kind < 4) {
      expected.remove(handle);
      require(wheel.cancel(handle), "cancel");
      over.add(handle);
    } else {
      require(wheel.rearm(handle, start + at) == handle, "another handle");
      expected.put(handle, new Due(now, at, -1));
    }
  }

  private void advance() {
    now += random.nextLong(1L << random.nextInt(1, 20));
    round++;
    int limit = random.nextInt(4) == 0 ? random.nextInt(3) : Integer.MAX_VALUE;
    int ran = wheel.advance(start + now, limit, this::expired);
    require(ran <= limit, "over the limit");
    if (limit == Integer.MAX_VALUE || !wheel.hasDue()) {
      for (Due due : expected.values()) {
        require(due.latest() > now || due.armedAt == now, "LOST " + due);
      }
    }
  }

  private void expired(long handle) {
    Due due = expected.remove(handle);
    if (due == null) {
      require(false, "runs what is over");
      return;
    }
    require(due.expires <= now, "EARLY");
    require(due.round != round, "armed by a handler, and run in the same call");
    over.add(handle);
    for (int i = random.nextInt(random.nextInt(30) == 0 ? 400 : 4); i > 0; i--) {
      change(random.nextInt(3) == 0 ? -5 : 1);
    }
  }

  private void look() {
    long first = Long.MAX_VALUE;
    for (Due due : expected.values()) {
      first = Math.min(first, due.latest());
    }
    long next = wheel.nextExpiry();
    require(
        expected.isEmpty()
            ? next == TimeoutWheel.NEVER
            : next - start <= Math.max(first, now),
        "next is later than a timeout");
  }
}

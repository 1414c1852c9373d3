package org.timehands.stress.timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.TimeoutWheel;

/**
 * Random operations on a wheel, beside a plain list that knows what must run: what is wrong first,
 * or null. Loaded in a world of its own, where the wheel may have a planted bug.
 */
public final class WheelHunt implements Supplier<String> {
  private static final int RUNS = 60;
  private static final int STEPS = 4000;

  /** One timeout and when it was armed. */
  private static final class Item {
    Timeout handle;
    boolean owned;
    boolean pending;
    long armedAt;
    long expires;
    int order;
  }

  private TimeoutWheel wheel;
  private SplittableRandom random;
  private long start;
  private long now;
  private List<Item> items;
  private String wrong;
  private int order;
  /** Nothing is put off: so nothing moves, and the next expiry is exact. */
  private boolean pure;
  private long rearms;
  private int lastOrderAtTick;
  private long lastExpires;
  private long lastArmedAt;

  /** Made by name. */
  public WheelHunt() {}

  @Override
  public String get() {
    for (int seed = 1; seed <= RUNS; seed++) {
      random = new SplittableRandom(seed);
      try {
        run(seed % 2 == 0);
      } catch (RuntimeException | AssertionError thrown) {
        wrong = "THROWS " + thrown;
      }
      if (wrong != null) {
        return "seed " + seed + ": " + wrong;
      }
    }
    return null;
  }

  private void run(boolean isPure) {
    pure = isPure;
    start = random.nextBoolean() ? Long.MAX_VALUE - 5_000 : random.nextInt(100_000);
    wheel = new TimeoutWheel(9, start);
    now = 0;
    items = new ArrayList<>();
    rearms = 0;
    for (int step = 0; step < STEPS && wrong == null; step++) {
      switch (random.nextInt(14)) {
        case 0, 1, 2, 3 -> add();
        case 4, 5 -> cancel();
        case 6, 7 -> rearm();
        case 8 -> reduce();
        case 9 -> clear();
        default -> advance();
      }
      check();
    }
    if (wrong == null && wheel.moves() > rearms) {
      wrong = "MOVES " + wheel.moves() + " of " + rearms;
    }
  }

  private long distance() {
    int level = random.nextInt(4);
    long edge = (63L << 3 * level) + random.nextInt((1 << 3 * level) + 2);
    return random.nextInt(3) == 0 ? edge : random.nextInt(1 << random.nextInt(1, 16));
  }

  private void add() {
    if (items.size() > 200) {
      items.removeIf(each -> !each.pending && !each.owned);
    }
    Item item = new Item();
    item.owned = !pure && random.nextInt(4) == 0;
    item.handle =
        item.owned
            ? wheel.timeout(timeout -> ran(item))
            : wheel.add(armed(item), timeout -> ran(item));
    if (item.owned) {
      wheel.arm(item.handle, armed(item));
    }
    items.add(item);
  }

  private long armed(Item item) {
    item.pending = true;
    item.armedAt = now;
    item.expires = now + distance();
    item.order = order++;
    return start + item.expires;
  }

  private void cancel() {
    Item item = pick();
    if (item != null) {
      boolean told = random.nextBoolean() ? item.handle.cancel() : wheel.cancel(item.handle);
      if (told != item.pending) {
        wrong = "CANCEL said the contrary";
      }
      item.pending = false;
    }
  }

  private void rearm() {
    Item item = pick();
    if (item != null && !pure && (item.owned || item.pending)) {
      rearms++;
      wheel.arm(item.handle, armed(item));
    }
  }

  private void reduce() {
    Item item = pick();
    if (item == null || pure || !item.owned && !item.pending) {
      return;
    }
    long expires = now + distance();
    boolean sooner = !item.pending || expires < item.expires;
    if (wheel.reduce(item.handle, start + expires) != sooner) {
      wrong = "REDUCE said the contrary of " + sooner;
    }
    if (sooner) {
      rearms++;
      item.pending = true;
      item.armedAt = now;
      item.expires = expires;
      item.order = order++;
    } else if (item.handle.expires() - start != item.expires) {
      wrong = "REDUCE changed what it left alone";
    }
  }

  private void clear() {
    if (random.nextInt(30) > 0) {
      return;
    }
    List<Timeout> cleared = wheel.clear();
    for (Item item : items) {
      if (item.pending && !cleared.remove(item.handle)) {
        wrong = "CLEAR has lost one";
      }
      item.pending = false;
    }
    if (!cleared.isEmpty()) {
      wrong = "CLEAR answers what was not pending";
    }
  }

  private Item pick() {
    return items.isEmpty() ? null : items.get(random.nextInt(items.size()));
  }

  private void advance() {
    now += random.nextInt(1 << random.nextInt(1, 14));
    lastExpires = Long.MIN_VALUE;
    int limit = random.nextInt(4) == 0 ? 3 : Integer.MAX_VALUE;
    wheel.advance(start + now, limit);
    if (wheel.hasDue()) {
      wheel.advance(start + now, Integer.MAX_VALUE);
    }
  }

  private void ran(Item item) {
    if (!item.pending) {
      wrong = "RAN though not pending";
    } else if (item.expires > now) {
      wrong = "EARLY by " + (item.expires - now);
    } else if (item.expires == lastExpires
        && item.armedAt == lastArmedAt
        && item.order < lastOrderAtTick) {
      wrong = pure ? "ORDER within one tick" : wrong;
    }
    lastExpires = item.expires;
    lastArmedAt = item.armedAt;
    lastOrderAtTick = item.order;
    item.pending = false;
  }

  private void check() {
    int pending = 0;
    long soonest = Long.MAX_VALUE;
    for (Item item : items) {
      if (item.pending) {
        pending++;
        soonest = Math.min(soonest, latest(item));
        if (latest(item) < wheel.now() - start) {
          wrong = "LOST: asked for " + (item.expires - item.armedAt) + ", is late by more than "
              + (wheel.now() - start - latest(item));
        }
      }
    }
    if (wheel.size() != pending) {
      wrong = "SIZE " + wheel.size() + " of " + pending;
    }
    if (pending > 0 && wheel.nextExpiry() - start - soonest > 0) {
      wrong = "NEXT is later than a timeout";
    }
    long first = items.stream().filter(i -> i.pending).mapToLong(i -> i.expires).min().orElse(0);
    if (pure && pending > 0 && first > now && wheel.nextExpiry() - start < first) {
      wrong = "NEXT finds nothing";
    }
    if (pending > 0 && wheel.nextExpiry() - wheel.now() < 0) {
      wrong = "NEXT lies in the past";
    }
  }

  /** The last tick at which it may run: 8/63 late. */
  private static long latest(Item item) {
    return item.expires + (item.expires - item.armedAt) * 8 / 63;
  }
}

package org.timehands.timeout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a wheel is to do, said with a sorted map: no buckets, no bits, no links.
 *
 * <p>Times are kept as distances from a round tick before the start, so that a wrapping clock is
 * plain here.
 */
final class Oracle {
  /** Where something waits: the tick, coarser levels first, then in order of filing. */
  private record Place(long tick, int minusLevel, long order) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byTick = Long.compare(tick, other.tick);
      int byLevel = Integer.compare(minusLevel, other.minusLevel);
      return byTick != 0 ? byTick : byLevel != 0 ? byLevel : Long.compare(order, other.order);
    }
  }

  /** One timeout. */
  private static final class Item {
    final int id;
    final boolean owned;
    long expires;
    boolean pending;
    Place place;
    boolean due;
    boolean late;
    /** The tick of its place, or the clock when it was armed late. */
    long tick;

    Item(int id, boolean owned) {
      this.id = id;
      this.owned = owned;
    }

    boolean filed() {
      return place != null || due || late;
    }
  }

  private final int levels;
  private final Map<Integer, Item> items = new HashMap<>();
  private final TreeMap<Place, Item> waiting = new TreeMap<>();
  private final ArrayDeque<Item> due = new ArrayDeque<>();
  private final List<Item> late = new ArrayList<>();
  private long clock;
  private long order;
  private int pending;
  /** How many more may be looked at. */
  private long looks;
  /** How often something was put back. */
  long moves;

  Oracle(int levels, long clock) {
    this.levels = levels;
    this.clock = clock;
  }

  long clock() {
    return clock;
  }

  int pending() {
    return pending;
  }

  void make(int id, boolean owned) {
    items.put(id, new Item(id, owned));
  }

  boolean isPending(int id) {
    return items.get(id).pending;
  }

  void arm(int id, long expires) {
    Item item = items.get(id);
    pending += item.pending ? 0 : 1;
    item.pending = true;
    item.expires = expires;
    if (!item.filed()) {
      file(item);
    } else if (bitsAhead(item.tick)
        > Math.max(stillDoes(expires - clock), placeFor(expires).tick - clock)) {
      unfile(item);
      file(item);
    }
  }

  /** How far ahead a place may lie that somebody has already. */
  private static long stillDoes(long ahead) {
    return ahead <= 0 ? ahead : ahead + ahead / 64;
  }

  /**
   * How far ahead a place seems, of which 32 bits are known. One of what is due already, but was
   * not run, may seem far ahead; so it moves.
   */
  private int bitsAhead(long tick) {
    return (int) tick - (int) clock;
  }

  /** Arms for an earlier tick, or one that is not pending; whether it was changed. */
  boolean reduce(int id, long expires) {
    Item item = items.get(id);
    if (item.pending && expires >= item.expires) {
      return false;
    }
    arm(id, expires);
    return true;
  }

  /** Takes everything out; answers what was pending. */
  Set<Integer> clear() {
    Set<Integer> cleared = new HashSet<>();
    List<Item> filed = new ArrayList<>(waiting.values());
    filed.addAll(due);
    filed.addAll(late);
    for (Item item : filed) {
      unfile(item);
      if (item.pending) {
        item.pending = false;
        cleared.add(item.id);
      }
    }
    pending = 0;
    return cleared;
  }

  boolean cancel(int id) {
    Item item = items.get(id);
    if (!item.pending) {
      return false;
    }
    item.pending = false;
    pending--;
    if (!item.owned) {
      unfile(item);
    }
    return true;
  }

  private void unfile(Item item) {
    if (item.place != null) {
      waiting.remove(item.place);
      item.place = null;
    }
    if (item.due) {
      due.remove(item);
      item.due = false;
    }
    if (item.late) {
      late.remove(item);
      item.late = false;
    }
  }

  private Place placeFor(long expires) {
    long delta = expires - clock;
    if (delta <= 0) {
      return new Place(clock, 0, order++);
    }
    long granularity = 1;
    int level = 0;
    while (level < levels - 1 && delta > 63 * granularity) {
      level++;
      granularity *= 8;
    }
    long at = Math.min(expires, clock + 63 * granularity);
    long tick = -Math.floorDiv(-at, granularity) * granularity;
    return new Place(tick, -level, order++);
  }

  private void file(Item item) {
    Place place = placeFor(item.expires);
    item.tick = place.tick;
    if (item.expires <= clock) {
      item.place = null;
      item.late = true;
      late.add(item);
    } else {
      item.place = place;
      waiting.put(place, item);
    }
  }

  void collect(long now, int limit) {
    looks = 8L * limit;
    for (Item item : late) {
      item.late = false;
      item.due = true;
      due.add(item);
    }
    late.clear();
    while (!waiting.isEmpty() && waiting.firstKey().tick <= now) {
      Item item = waiting.pollFirstEntry().getValue();
      item.place = null;
      item.due = true;
      due.add(item);
    }
    clock = Math.max(clock, now);
  }

  /** The next that runs, or -1. */
  int poll() {
    for (; !due.isEmpty() && looks > 0; looks--) {
      Item item = due.poll();
      item.due = false;
      if (item.pending && item.expires > clock) {
        moves++;
        file(item);
      } else if (item.pending) {
        item.pending = false;
        pending--;
        looks--;
        return item.id;
      }
    }
    return -1;
  }

  boolean hasDue() {
    return pending > 0 && !(due.isEmpty() && late.isEmpty());
  }

  /** The tick at which something is looked at first; the clock if something is due. */
  long next() {
    return !due.isEmpty() || !late.isEmpty() ? clock : waiting.firstKey().tick;
  }
}

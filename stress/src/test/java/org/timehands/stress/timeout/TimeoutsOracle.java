package org.timehands.stress.timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What {@code Timeouts} promise, said with a sorted map: for each pending timeout the first instant
 * at which it may run, and the tick at which, if its owner looks then, it has to have run.
 *
 * <p>No wheel, no buckets, no words, no coarse clock: only what the documentation says of them. A
 * delay counts from the call, or, where the owner was late, from its next look; four ticks and 8/63
 * of the delay may be added, and nothing for an owner that was away, be it for years.
 */
final class TimeoutsOracle {
  /** Who arms after so long an absence of the owner cannot know what will be a whole second. */
  static final long AWAY_TICKS = 1L << 27;
  private static final long UNKNOWN = Long.MAX_VALUE;
  private static final long LONG_AGO = Long.MIN_VALUE / 2;
  private static final long SLACK_TICKS = 4;

  /** One arming or putting off. */
  static final class Word {
    final long mayRunNanos;
    final long delayTicks;
    final long moreTicks;
    final long fromTick;
    long latestTick = UNKNOWN;

    /** So long before the call the owner looked last: the coarse clock may be as old. */
    final long staleNanos;
    /** By a callback: so many ticks after its round began, from which the owner counts. */
    final long inRoundTicks;
    final boolean inRound;

    Word(
        long nowNanos,
        long delayNanos,
        long moreTicks,
        long tickNanos,
        long coarseNanos,
        long roundNanos) {
      staleNanos = nowNanos - coarseNanos;
      inRound = roundNanos >= 0;
      inRoundTicks = inRound ? Math.ceilDiv(roundNanos, tickNanos) : 0;
      mayRunNanos = nowNanos + delayNanos;
      delayTicks = Math.ceilDiv(delayNanos, tickNanos) + moreTicks;
      this.moreTicks = moreTicks;
      fromTick = Math.floorDiv(nowNanos, tickNanos);
    }

    /**
     * The owner looks at a tick: it may have to count from that, until it has seen that the word's
     * tick is over.
     */
    void settle(long tick) {
      latestTick = latestTick == UNKNOWN ? within(tick) : Math.max(latestTick, within(tick));
    }

    @Override
    public String toString() {
      return "at tick " + fromTick + " for " + delayTicks + " ticks, has to run by " + latestTick;
    }

    private long within(long tick) {
      long ticks = delayTicks + SLACK_TICKS;
      long counted = ticks + inRoundTicks;
      return tick + ticks + counted / 63 * 8 + counted % 63 * 8 / 63;
    }
  }

  /** One timeout. */
  static final class Item {
    final int id;
    final boolean once;
    final boolean deferrable;
    Word armed;
    Word off;
    boolean closed;
    /** Due, given to an executor, not run yet. */
    int handed;
    /** Under which tick it stands in the map. */
    long filed = UNKNOWN;
    private Word shownArmed;
    private Word shownOff;
    private long shownNanos;

    Item(int id, boolean once, boolean deferrable) {
      this.id = id;
      this.once = once;
      this.deferrable = deferrable;
    }

    boolean pending() {
      return armed != null;
    }

    @Override
    public String toString() {
      return (deferrable ? "deferrable " : once ? "" : "kept ") + id + ", armed " + armed
          + (off == null ? "" : ", put off " + off);
    }

    long mayRunNanos() {
      return off == null ? armed.mayRunNanos : Math.max(armed.mayRunNanos, off.mayRunNanos);
    }

    /** Until when it is armed at least, without what is added for an owner that was late. */
    long leastNanos() {
      long least = armed.mayRunNanos - armed.staleNanos;
      return off == null ? least : Math.max(least, off.mayRunNanos - off.staleNanos);
    }

    /** It says when it may run; by how much later that is than it said first. */
    long shown(long expiresNanos) {
      if (shownArmed != armed || shownOff != off) {
        shownArmed = armed;
        shownOff = off;
        shownNanos = expiresNanos;
      }
      return expiresNanos - shownNanos;
    }

    long fromTick() {
      return off == null ? armed.fromTick : Math.min(armed.fromTick, off.fromTick);
    }

    long lastFromTick() {
      return off == null ? armed.fromTick : Math.max(armed.fromTick, off.fromTick);
    }

    /** As far as its owner has looked since. */
    long settledTick() {
      long of = off == null || off.latestTick == UNKNOWN ? LONG_AGO : off.latestTick;
      return armed.latestTick == UNKNOWN ? of : Math.max(of, armed.latestTick);
    }

    long latestTick() {
      return off == null ? armed.latestTick : Math.max(armed.latestTick, off.latestTick);
    }
  }

  private final long tickNanos;
  private final List<Item> items = new ArrayList<>();
  private final TreeMap<Long, List<Item>> byLatest = new TreeMap<>();
  private final List<Item> unsettled = new ArrayList<>();
  private long lookedAtNanos;
  /** What the coarse clocks show at least: in a round not all have moved. */
  private long coarseNanos;
  private boolean looking;
  private long lastTick;
  /** The last look after which nothing was left to do; whether a leap since waits for the next. */
  private long caughtUpTick;
  private boolean staying;
  private int pending;

  TimeoutsOracle(long tickNanos, long nowNanos) {
    this.tickNanos = tickNanos;
    this.lookedAtNanos = nowNanos;
    this.coarseNanos = nowNanos;
    this.lastTick = Math.floorDiv(nowNanos, tickNanos);
    this.caughtUpTick = lastTick;
  }

  Item make(boolean once, boolean deferrable) {
    Item item = new Item(items.size(), once, deferrable);
    items.add(item);
    return item;
  }

  long coarseNanos() {
    return coarseNanos;
  }

  int pending() {
    return pending;
  }

  /** How many are kept, not pending, and may be armed again. */
  long idle() {
    return items.stream().filter(item -> !item.once && !item.closed && !item.pending()).count();
  }

  List<Item> items() {
    return items;
  }

  private Word word(long nowNanos, long delayNanos, long moreTicks) {
    long roundNanos = looking ? nowNanos - lookedAtNanos : -1;
    return new Word(nowNanos, delayNanos, moreTicks, tickNanos, coarseNanos, roundNanos);
  }

  /** Arms; answers whether it was pending. */
  boolean arm(Item item, long nowNanos, long delayNanos, long moreTicks) {
    boolean before = item.pending();
    unfile(item);
    if (!before) {
      pending++;
    }
    item.armed = word(nowNanos, delayNanos, moreTicks);
    item.off = null;
    unsettle(item);
    return before;
  }

  void postpone(Item item, long nowNanos, long delayNanos) {
    if (item.pending()) {
      unfile(item);
      Word before = item.off;
      item.off = word(nowNanos, delayNanos, 0);
      if (before != null && before.inRound) {
        before.settle(Math.floorDiv(nowNanos, tickNanos));
      }
      // The owner may wait for one that it has seen, though the last is sooner.
      item.off.latestTick = before == null ? UNKNOWN : before.latestTick;
      unsettle(item);
    }
  }

  private void unsettle(Item item) {
    if (!unsettled.contains(item)) {
      unsettled.add(item);
    }
  }

  /** It runs, is given to an executor, cancelled or drained: not pending any more. */
  void end(Item item) {
    unfile(item);
    item.armed = null;
    item.off = null;
    item.closed |= item.once;
    pending--;
  }

  private void unfile(Item item) {
    if (item.filed != UNKNOWN) {
      List<Item> there = byLatest.get(item.filed);
      there.remove(item);
      if (there.isEmpty()) {
        byLatest.remove(item.filed);
      }
      item.filed = UNKNOWN;
    }
  }

  private void file(Item item) {
    item.filed = item.latestTick();
    byLatest.computeIfAbsent(item.filed, tick -> new ArrayList<>()).add(item);
  }

  /** The owner begins to look. */
  void look(long nowNanos) {
    lookedAtNanos = nowNanos;
    looking = true;
    long tick = Math.floorDiv(nowNanos, tickNanos);
    unsettled.removeIf(item -> !item.pending());
    unsettled.forEach(item -> settle(item, tick));
    staying |= lastTick != caughtUpTick && tick - caughtUpTick > AWAY_TICKS;
    lastTick = tick;
  }

  /** Whether its owner has seen that it was armed, and that the tick of that is over. */
  boolean isSettled(Item item) {
    return !unsettled.contains(item);
  }

  void forEachSettled(Consumer<Item> viewer) {
    byLatest.values().forEach(each -> each.stream().filter(this::isSettled).forEach(viewer));
  }

  private void settle(Item item, long tick) {
    unfile(item);
    item.armed.settle(tick);
    if (item.off != null) {
      item.off.settle(tick);
    }
    file(item);
  }

  /**
   * The owner has looked, and goes to sleep, or looks again. Where several shards are polled, the
   * last began when the callbacks of the others were done.
   *
   * @param isDone nothing is left to do: an owner with a leap before it looks, and looks again,
   *     until then, and what was armed meanwhile counts from the end of that
   */
  void looked(long nowNanos, boolean isDone) {
    looking = false;
    coarseNanos = lookedAtNanos;
    staying &= !isDone;
    caughtUpTick = isDone ? lastTick : caughtUpTick;
    long tick = Math.floorDiv(nowNanos, tickNanos);
    for (Item item : List.copyOf(unsettled)) {
      if (item.filed != UNKNOWN) {
        settle(item, tick);
        if (lastTick > item.lastFromTick() && !staying) {
          unsettled.remove(item);
        }
      }
    }
  }

  /** Nothing was left to do at the last look: what should have run by then, or null. */
  Item overdue() {
    Map.Entry<Long, List<Item>> first = byLatest.firstEntry();
    return first == null || first.getKey() > lastTick ? null : first.getValue().getFirst();
  }

  /** The next of those that wake the owner; null if there is none. */
  Item next() {
    for (List<Item> each : byLatest.values()) {
      for (Item item : each) {
        if (!item.deferrable) {
          return item;
        }
      }
    }
    return null;
  }

  /** The tick by which it has to run; MAX_VALUE if there is none. */
  long nextTick() {
    Item next = next();
    return next == null ? UNKNOWN : next.filed;
  }
}

package com.github.benmanes.caffeine.cache;

import java.lang.ref.ReferenceQueue;

/** Caffeine's {@link TimerWheel} by itself. Not thread-safe, as the wheel. */
public final class TimerWheelAccess {
  private final TimerWheel<Object, Object> wheel = new TimerWheel<>();
  private final Nothing cache = new Nothing();

  /** What the wheel tells of expired entries, in the place of a cache that would drop them. */
  private static final class Nothing extends BoundedLocalCache<Object, Object> {
    private static final long serialVersionUID = 1;

    private int dropped;

    Nothing() {
      super(Caffeine.newBuilder(), null, false);
    }

    @Override
    boolean evictEntry(Node<Object, Object> entry, RemovalCause cause, long now) {
      dropped++;
      return true;
    }
  }

  /** An entry with what the wheel needs: its time and its neighbours. */
  public static final class Entry extends Node<Object, Object> {
    private long time;
    private Node<Object, Object> before;
    private Node<Object, Object> after;

    /** One that is nowhere. */
    public Entry() {}

    @Override
    public long getVariableTime() {
      return time;
    }

    @Override
    public void setVariableTime(long nanos) {
      time = nanos;
    }

    @Override
    public Node<Object, Object> getPreviousInVariableOrder() {
      return before;
    }

    @Override
    public void setPreviousInVariableOrder(Node<Object, Object> node) {
      before = node;
    }

    @Override
    public Node<Object, Object> getNextInVariableOrder() {
      return after;
    }

    @Override
    public void setNextInVariableOrder(Node<Object, Object> node) {
      after = node;
    }

    @Override
    public Object getKey() {
      return this;
    }

    @Override
    public Object getKeyReference() {
      return this;
    }

    @Override
    public Object getKeyReferenceOrNull() {
      return this;
    }

    @Override
    public Object getValue() {
      return this;
    }

    @Override
    public Object getValueReference() {
      return this;
    }

    @Override
    public void setValue(Object value, ReferenceQueue<Object> queue) {}

    @Override
    public boolean containsValue(Object value) {
      return value == this;
    }

    @Override
    public boolean isAlive() {
      return true;
    }

    @Override
    public boolean isRetired() {
      return false;
    }

    @Override
    public boolean isDead() {
      return false;
    }

    @Override
    public void retire() {}

    @Override
    public void die() {}
  }

  /** A wheel whose clock stands at 0. */
  public TimerWheelAccess() {}

  /** Arms an entry that is nowhere. */
  public void schedule(Entry entry, long atNanos) {
    entry.time = atNanos;
    wheel.schedule(entry);
  }

  /** Takes an entry out; whether it was in. */
  public boolean deschedule(Entry entry) {
    boolean in = entry.after != null;
    wheel.deschedule(entry);
    return in;
  }

  /**
   * Moves the clock, and drops what has expired.
   *
   * @return how many
   */
  public int advance(long nowNanos, int limit) {
    int before = cache.dropped;
    wheel.advance(cache, nowNanos, limit);
    return cache.dropped - before;
  }
}

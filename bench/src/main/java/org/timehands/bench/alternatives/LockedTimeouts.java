package org.timehands.bench.alternatives;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.TimeoutWheel;

/**
 * Wheels behind locks: one, or several that timeouts are dealt out to. Who arms may wait for who
 * runs callbacks, or for a thread that lost its processor with the lock in its hand; and the lock's
 * line travels between processors with each arming.
 */
public final class LockedTimeouts implements TimeoutAlternative {
  private static final int BUDGET = 256;

  /*
   * field | read | write | guard
   * next  | atomic | atomic | none
   */

  /** A wheel and its lock. */
  private static final class Shard {
    final ReentrantLock lock = new ReentrantLock();
    final TimeoutWheel wheel;

    Shard(long tick) {
      wheel = new TimeoutWheel(8, tick);
    }
  }

  /** A timeout and where it lives. */
  private record Item(Shard shard, Timeout timeout) {}

  private final LongSupplier nanos;
  private final Shard[] shards;
  private final AtomicInteger next = new AtomicInteger();

  /** So many wheels, on a clock that each arming reads. */
  public LockedTimeouts(int shards, LongSupplier nanos) {
    this.nanos = nanos;
    this.shards = new Shard[shards];
    for (int i = 0; i < shards; i++) {
      this.shards[i] = new Shard(tick());
    }
  }

  private long tick() {
    return Math.floorDiv(nanos.getAsLong(), TICK_NANOS);
  }

  @Override
  public Object timeout(Runnable callback) {
    Shard shard = shards[next.getAndIncrement() % shards.length];
    shard.lock.lock();
    try {
      return new Item(shard, shard.wheel.timeout(timeout -> callback.run()));
    } finally {
      shard.lock.unlock();
    }
  }

  @Override
  public void arm(Object timeout, long delayNanos) {
    Item item = (Item) timeout;
    long expires = Math.ceilDiv(nanos.getAsLong() + delayNanos, TICK_NANOS);
    item.shard.lock.lock();
    try {
      item.shard.wheel.arm(item.timeout, expires);
    } finally {
      item.shard.lock.unlock();
    }
  }

  @Override
  public boolean cancel(Object timeout) {
    Item item = (Item) timeout;
    item.shard.lock.lock();
    try {
      return item.timeout.cancel();
    } finally {
      item.shard.lock.unlock();
    }
  }

  @Override
  public void poll() {
    for (Shard shard : shards) {
      boolean more = true;
      while (more) {
        shard.lock.lock();
        try {
          shard.wheel.advance(tick(), BUDGET);
          more = shard.wheel.hasDue();
        } finally {
          shard.lock.unlock();
        }
      }
    }
  }
}

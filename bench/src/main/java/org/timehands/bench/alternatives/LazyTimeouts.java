package org.timehands.bench.alternatives;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.timehands.timeout.TimeoutWheel;

/**
 * Cancelling by one compare-and-set, and nobody takes out what was cancelled: it lies on the wheel
 * until its tick. Each arming is a new entry, handed to the owner by a queue. What is put off
 * leaves an entry behind each time: with 400 000 armed for 30 s and put off each second it is
 * twelve million.
 */
public final class LazyTimeouts implements TimeoutAlternative {
  private static final int ARMED = 0;
  private static final int OVER = 1;

  /*
   * field    | read     | write    | guard
   * arrivals | queue    | queue    | none
   * current  | volatile | exchange | none: an item's last entry
   * state    | volatile | CAS      | none: who turns it to OVER has decided
   */

  /** One arming. */
  private static final class Entry extends AtomicInteger {
    private static final long serialVersionUID = 1;

    final long expires;
    final transient Runnable callback;

    Entry(long expires, Runnable callback) {
      super(ARMED);
      this.expires = expires;
      this.callback = callback;
    }

    boolean end() {
      return compareAndSet(ARMED, OVER);
    }
  }

  /** What the user keeps: its last arming. */
  private static final class Item extends AtomicReference<Entry> {
    private static final long serialVersionUID = 1;

    final transient Runnable callback;

    Item(Runnable callback) {
      this.callback = callback;
    }
  }

  private final LongSupplier nanos;
  private final TimeoutWheel wheel;
  private final ConcurrentLinkedQueue<Entry> arrivals = new ConcurrentLinkedQueue<>();

  /** On a clock that each arming reads. */
  public LazyTimeouts(LongSupplier nanos) {
    this.nanos = nanos;
    this.wheel = new TimeoutWheel(8, Math.floorDiv(nanos.getAsLong(), TICK_NANOS));
  }

  @Override
  public Object timeout(Runnable callback) {
    return new Item(callback);
  }

  @Override
  public void arm(Object timeout, long delayNanos) {
    Item item = (Item) timeout;
    long expires = Math.ceilDiv(nanos.getAsLong() + delayNanos, TICK_NANOS);
    Entry entry = new Entry(expires, item.callback);
    Entry before = item.getAndSet(entry);
    if (before != null) {
      before.end();
    }
    arrivals.add(entry);
  }

  @Override
  public boolean cancel(Object timeout) {
    Entry entry = ((Item) timeout).get();
    return entry != null && entry.end();
  }

  @Override
  public void poll() {
    for (Entry entry = arrivals.poll(); entry != null; entry = arrivals.poll()) {
      Entry each = entry;
      wheel.add(each.expires, timeout -> run(each));
    }
    wheel.advance(Math.floorDiv(nanos.getAsLong(), TICK_NANOS), Integer.MAX_VALUE);
  }

  private static void run(Entry entry) {
    if (entry.end()) {
      entry.callback.run();
    }
  }
}

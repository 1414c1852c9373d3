package org.timehands.timeout;

import java.util.function.Consumer;

/** A wheel and who owns its entries: what a shard's owner files shared timeouts in. */
final class Lane {
  /** How many {@link #readAhead} reads. */
  static final int AHEAD = 16;

  final Wheel wheel;
  private final EntryMap<SharedTimeout> owners = new EntryMap<>();
  private final int due;

  Lane(long startTicks) {
    // Eight levels: so each place is looked at within 2^27 ticks, a quarter of a word's tick.
    wheel = new Wheel(Wheel.MIN_LEVELS, startTicks);
    due = wheel.buckets() - 2;
  }

  /** Files a timeout; answers where it will be looked at. Without memory nothing changes. */
  long file(SharedTimeout timeout, long deadlineTicks) {
    if (timeout.entry == Wheel.NONE) {
      timeout.entry = owners.take(wheel, timeout);
    }
    return wheel.file(timeout.entry, deadlineTicks);
  }

  /** Gives up a timeout's entry, filed or not, if it has one. */
  void drop(SharedTimeout timeout) {
    int e = timeout.entry;
    if (e == Wheel.NONE) {
      return;
    }
    if (wheel.isFiled(e)) {
      wheel.unfile(e);
    }
    owners.clear(e);
    wheel.give(e);
    timeout.entry = Wheel.NONE;
  }

  /** Takes out the next that is to be looked at; it keeps its entry. Null if there is none. */
  SharedTimeout poll() {
    int e = wheel.poll();
    return e == Wheel.NONE ? null : owners.get(e);
  }

  /**
   * Reads the words of those that {@link #poll} hands out next: at once, so that they miss the
   * cache together, and not one after the other between compare-and-sets.
   *
   * @return nothing of meaning
   */
  long readAhead() {
    long read = 0;
    int e = wheel.first(due);
    for (int i = 0; i < AHEAD && e >= 0; i++) {
      read += owners.get(e).word;
      e = wheel.nextOf(e);
    }
    return read;
  }

  /** Hands out all that is filed; whoever takes one drops it. */
  void takeAll(Consumer<SharedTimeout> taker) {
    for (int b = 0; b < wheel.buckets(); b++) {
      while (wheel.first(b) >= 0) {
        taker.accept(owners.get(wheel.first(b)));
      }
    }
  }
}

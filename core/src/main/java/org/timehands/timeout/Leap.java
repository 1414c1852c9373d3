package org.timehands.timeout;

import java.util.function.Consumer;

/**
 * What a shard's owner does when its clock has leapt, or it was kept from running for as long: it
 * leaves the leap out of its count, and brings nearer by as much whatever was armed before.
 *
 * <p>If anything is left out, no place lies beyond where the count goes on: all are looked at next.
 */
final class Leap {
  /*
   * Whoever arms meanwhile counts from the end of the leap (CoarseClock), and its word stays as it
   * is. A word of before is changed by compare-and-set, the word first, as in Shard.renew: who arms
   * anew at the same time has either seen the same put-off, and takes it away, or finds none.
   *
   * A thread that was stopped within its call, since before the leap, and writes its word when this
   * is over, has counted from before: it is as if it had called later.
   */
  private final Shard shard;
  private final CoarseClock clock;
  private final Anchor to;
  private final long byTicks;
  private final long nearTick;
  private final long fromTick;

  /**
   * Begins.
   *
   * @param nearTick where the owner was last
   */
  Leap(Shard shard, CoarseClock clock, long nearTick) {
    this.shard = shard;
    this.clock = clock;
    this.nearTick = nearTick;
    Anchor before = clock.anchor();
    this.to = clock.beginLeap();
    this.byTicks = to.leaptTicks() - before.leaptTicks();
    this.fromTick = before.nearerTick();
  }

  /** Goes through all that is filed or on its way, maybe twice, and ends. */
  void over(Lane urgent, Lane deferrable, Mailbox mailbox) {
    Consumer<SharedTimeout> each = this::bringNearer;
    mailbox.forEach(each);
    urgent.forEach(each);
    deferrable.forEach(each);
    clock.endLeap(to);
  }

  private void bringNearer(SharedTimeout timeout) {
    while (true) {
      long word = timeout.word;
      long off = timeout.later();
      if (!SharedTimeout.isArmed(word) || isFromTheEnd(word)) {
        return;
      }
      long old = off == 0 || isFromTheEnd(off) ? 0 : off;
      long deadline = shard.deadline(word, old) - byTicks;
      long delay = Math.max(1, deadline - fromTick - CoarseClock.SLACK_TICKS);
      if (timeout.change(word, SharedTimeout.word(fromTick, delay))) {
        timeout.forgetLater(old);
        return;
      }
    }
  }

  private boolean isFromTheEnd(long word) {
    long from = SharedTimeout.tick(word, nearTick);
    return from == fromTick || clock.isCountedFromTheEnd(from);
  }
}

package org.timehands.timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A timing wheel without a thread: whoever owns it says what time it is, and things that are due
 * run in that call.
 *
 * <p>Time is a count of ticks, whatever a tick is: a millisecond, an event, a cycle. It may start
 * anywhere and wrap; only differences count, and they must stay below 2^63.
 *
 * <p>A timeout runs in the first {@link #advance} to or past its expiry rounded up to the
 * granularity of its level ({@code Wheel}'s table), or in one soon after if that call's limit left
 * it due: never early, later than asked for by less than 8/63 of what was asked for (12.70 %),
 * exact within 63 ticks. Beyond the last level (1 056 964 608 ticks, twelve days of milliseconds)
 * it waits in the last bucket and is filed anew from there: still never early, still late by less
 * than an eighth. One that is armed anew while it is pending may keep its place for that, if it is
 * looked at there less than its level's granularity late.
 *
 * <p>Arming, cancelling and re-arming take constant time. Nothing ever cascades: {@link #moves}
 * stays zero but for timeouts that were put off, or lie beyond the last level.
 *
 * <p>Order: by the tick at which they are due; at one tick what lies in coarser levels comes first,
 * then what was armed first. What a callback arms that is due already runs in the next call; what
 * was due before, and is only armed anew for a time that has passed, may run in this one.
 *
 * <p>Two kinds. {@link #add} makes one that is over when it has run or was cancelled. {@link
 * #timeout} makes one to keep and arm again and again, as for a connection's idle timeout: arming
 * it and cancelling it allocate nothing, and arming it for later is one store. It keeps its place,
 * cancelled or not, until the wheel looks at that, so {@link #nextExpiry} may be early for it.
 *
 * <p>Not thread-safe: one thread at a time, with a hand-over between. Callbacks may arm and cancel,
 * but not advance.
 */
public final class TimeoutWheel {
  /**
   * What {@link #nextExpiry} answers when nothing is armed. It is a tick, too: where time comes to
   * that, {@link #size} tells.
   */
  public static final long NEVER = Long.MAX_VALUE;

  /** How many places a call looks at for each that may run. */
  static final long LOOKS_PER_RUN = 8;

  /** No place lies as far ahead. */
  private static final long FURTHER_THAN_ANY = 1L << 31;

  private final Wheel wheel;
  private final EntryMap<WheelTimeout> owners = new EntryMap<>();
  private int pending;
  private boolean advancing;

  /** A wheel of nine levels whose clock stands at tick 0. */
  public TimeoutWheel() {
    this(Wheel.MAX_LEVELS, 0);
  }

  /**
   * A wheel.
   *
   * @param levels 8 or 9: how far it reaches before entries are looked at on the way
   * @param startTicks what its clock shows
   * @throws IllegalArgumentException for other levels
   */
  public TimeoutWheel(int levels, long startTicks) {
    wheel = new Wheel(levels, startTicks);
  }

  /**
   * Arms a new timeout.
   *
   * @param expires tick at or after which it runs; one that has passed runs in the next advance
   * @param callback takes the timeout when it runs
   * @return a handle, of no further use once it has run or was cancelled
   * @throws IllegalStateException if 2^30 are armed
   */
  public Timeout add(long expires, Consumer<? super Timeout> callback) {
    WheelTimeout made = new WheelTimeout(this, callbackOf(callback), false);
    armNew(made, expires);
    return made;
  }

  /**
   * Makes a timeout to keep, not armed. Who gives it up calls {@link #shutdown}.
   *
   * @param callback takes the timeout whenever it runs
   */
  public Timeout timeout(Consumer<? super Timeout> callback) {
    return new WheelTimeout(this, callbackOf(callback), true);
  }

  private static Consumer<? super Timeout> callbackOf(Consumer<? super Timeout> callback) {
    return Objects.requireNonNull(callback, "callback");
  }

  /**
   * Arms a timeout, or arms it anew.
   *
   * @param timeout of this wheel; one made by {@link #add} only while it is pending, or from its
   *     own callback
   * @param expires tick at or after which it runs
   * @return whether it was pending
   * @throws IllegalArgumentException if it is another wheel's
   * @throws IllegalStateException if it is over
   */
  public boolean arm(Timeout timeout, long expires) {
    WheelTimeout own = own(timeout);
    long clock = wheel.clock();
    // Where it lies does if the wheel looks there in time: it will see the new expiry. A 64th of
    // what is asked for is less than the granularity of any level that takes that.
    long ahead = Math.clamp(expires - clock, 0, FURTHER_THAN_ANY);
    if (own.isFiled() && own.looksAtTicks - (int) clock <= ahead + (ahead >> 6)) {
      own.expiresTicks = expires;
      return pend(own);
    }
    return armOrMove(own, expires);
  }

  /**
   * Makes one that is filed pending; answers whether it was. A branch, though counting needs none:
   * a processor goes on by a guess, but with a sum it waits for a timeout that misses the cache.
   */
  private boolean pend(WheelTimeout timeout) {
    if (timeout.isPending()) {
      return true;
    }
    timeout.setPending();
    pending++;
    return false;
  }

  private boolean armOrMove(WheelTimeout timeout, long expires) {
    if (timeout.callback == null) {
      throw new IllegalStateException(
          "this timeout is over or shut down; keep one made by timeout() to arm it again");
    }
    if (!timeout.isFiled()) {
      armNew(timeout, expires);
      return false;
    }
    timeout.expiresTicks = expires;
    long clock = wheel.clock();
    long looksAt = Wheel.looksAt(expires, clock, wheel.reachTicks());
    // The place may do though it is later than the expiry: that is rounded up.
    if (timeout.looksAtTicks - (int) clock > looksAt - clock) {
      int e = timeout.entry();
      wheel.unfile(e);
      timeout.looksAtTicks = (int) wheel.file(e, expires);
    }
    return pend(timeout);
  }

  /**
   * Arms a timeout for an earlier tick than it is armed for; leaves it alone otherwise. One that is
   * not pending is armed.
   *
   * @param timeout as for {@link #arm}
   * @param expires tick at or after which it runs
   * @return whether it was changed
   */
  public boolean reduce(Timeout timeout, long expires) {
    WheelTimeout own = own(timeout);
    if (own.isPending() && expires - own.expiresTicks >= 0) {
      return false;
    }
    arm(own, expires);
    return true;
  }

  private WheelTimeout own(Timeout timeout) {
    if (timeout instanceof WheelTimeout own && own.isOf(this)) {
      return own;
    }
    throw new IllegalArgumentException(timeout + " is not of this wheel: arm it where it was made");
  }

  private void armNew(WheelTimeout timeout, long expires) {
    int e = owners.take(wheel, timeout);
    timeout.expiresTicks = expires;
    timeout.filed(e, wheel.file(e, expires));
    pending++;
  }

  /**
   * Keeps a timeout from running: {@link Timeout#cancel} for who knows the wheel.
   *
   * @param timeout of this wheel
   * @return whether it was pending
   * @throws IllegalArgumentException if it is another wheel's
   */
  public boolean cancel(Timeout timeout) {
    return cancel(own(timeout));
  }

  boolean cancel(WheelTimeout timeout) {
    if (!timeout.isPending()) {
      return false;
    }
    pending--;
    if (timeout.isKept()) {
      timeout.clearPending();
    } else {
      wheel.unfile(timeout.entry());
      leave(timeout);
      timeout.forget();
    }
    return true;
  }

  /**
   * Cancels a timeout for good: it lets go of its callback and attachment and leaves its place, and
   * is never armed again. For one that was kept and is given up: cancelled only, it lies on the
   * wheel until that looks at its place.
   *
   * @param timeout as for {@link #arm}
   * @return whether it was pending
   */
  public boolean shutdown(Timeout timeout) {
    WheelTimeout own = own(timeout);
    boolean before = own.isPending();
    if (own.isFiled()) {
      wheel.unfile(own.entry());
      leave(own);
    }
    pending -= before ? 1 : 0;
    own.forget();
    return before;
  }

  /** Gives back the entry of a timeout that is not filed. */
  private void leave(WheelTimeout timeout) {
    int e = timeout.entry();
    owners.clear(e);
    wheel.give(e);
    timeout.left();
  }

  /**
   * Sets the clock, and runs what is due, in order, up to a limit.
   *
   * <p>Where a kept timeout was cancelled or put off, its place is looked at in vain, and there may
   * be many: so a call looks at eight places for each that may run, and leaves the others due. Who
   * wants all of it, in short calls, goes on while {@link #hasDue}.
   *
   * <p>A callback that throws ends the call with what it threw; it counts as run, and whatever else
   * is due runs in the next call.
   *
   * @param nowTicks the time; one before the last changes nothing, but what is due runs
   * @param limit how many may run, 0 or more; the rest stays due; Integer.MAX_VALUE runs all
   * @return how many ran
   * @throws IllegalArgumentException if the limit is negative
   * @throws IllegalStateException if a callback calls this
   */
  public int advance(long nowTicks, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "limit " + limit + ": must be 0 or more; Integer.MAX_VALUE runs all");
    }
    if (advancing) {
      throw new IllegalStateException("a callback must not advance the wheel that runs it");
    }
    advancing = true;
    try {
      wheel.collect(nowTicks);
      int ran = 0;
      for (long looks = LOOKS_PER_RUN * limit;
          ran < limit && looks > 0 && wheel.hasCollected();
          looks--) {
        ran += look(owners.get(wheel.poll())) ? 1 : 0;
      }
      return ran;
    } finally {
      advancing = false;
    }
  }

  /** Looks at a timeout that was filed here; true if it ran. */
  private boolean look(WheelTimeout timeout) {
    boolean runs = timeout.isPending();
    if (runs && timeout.expiresTicks - wheel.clock() > 0) {
      timeout.looksAtTicks = (int) wheel.putBack(timeout.entry(), timeout.expiresTicks);
      return false;
    }
    leave(timeout);
    if (!runs) {
      return false;
    }
    pending--;
    try {
      timeout.callback.accept(timeout);
    } finally {
      if (!timeout.isKept() && !timeout.isPending()) {
        timeout.callback = null;
      }
    }
    return true;
  }

  /**
   * Whether another {@link #advance} to the same tick may have something to run: what the last one
   * left, or what has been armed since for a tick that has passed.
   */
  public boolean hasDue() {
    return pending > 0 && wheel.hasDue();
  }

  /**
   * The first tick at which {@link #advance} may have something to do, found without looking at any
   * timeout.
   *
   * @return a tick at or after the clock, never after the first timeout would run; {@link #NEVER}
   *     if nothing is armed
   */
  public long nextExpiry() {
    return pending == 0 ? NEVER : wheel.nextTicks();
  }

  /** How many timeouts are pending. */
  public int size() {
    return pending;
  }

  /** The tick that the wheel was last advanced to. */
  public long now() {
    return wheel.clock();
  }

  /**
   * How many times a timeout went from one bucket to another: zero, but for those that were put off
   * and those beyond the last level.
   */
  public long moves() {
    return wheel.moves();
  }

  /**
   * Cancels everything.
   *
   * @return what was pending, in no order; each keeps its attachment
   */
  public List<Timeout> clear() {
    List<Timeout> cleared = new ArrayList<>(pending);
    for (int b = 0; b < wheel.buckets(); b++) {
      while (wheel.first(b) >= 0) {
        int e = wheel.first(b);
        WheelTimeout timeout = owners.get(e);
        boolean before = timeout.isPending();
        wheel.unfile(e);
        leave(timeout);
        if (before) {
          timeout.callback = timeout.isKept() ? timeout.callback : null;
          cleared.add(timeout);
        }
      }
    }
    pending = 0;
    return cleared;
  }

  /** For tests: the structure beneath. */
  Wheel structure() {
    return wheel;
  }
}

package org.timehands.timeout;

import java.util.function.Consumer;

/** The timeout of a {@link TimeoutWheel}: one thread. */
final class WheelTimeout implements Timeout {
  /*
   * Arming and cancelling what is kept touch this object and no other. Where many are armed that
   * costs what it misses in the cache, so what they look at lies together, and the object is small:
   * 40 bytes where references take 4.
   *
   * The two highest bits of the state say where it is; the others are its entry on the wheel:
   *
   *   00  nowhere, and the lowest bit says whether its user keeps it
   *   01  filed, pending, and over when it has run or was cancelled
   *   10  filed, kept, not pending
   *   11  filed, kept, pending
   */
  static final int PENDING = 1 << 30;
  private static final int KEPT = 1 << 31;
  private static final int ENTRY = PENDING - 1;

  /** As above; the fields that follow stand in the order in which a JVM puts them. */
  private int state;

  /** The tick before which it does not run. */
  long expiresTicks;

  /** The last 32 bits of the tick at which the wheel looks at it: known while it is filed. */
  int looksAtTicks;

  private final TimeoutWheel wheel;

  /** What runs; null once a timeout of one call is over. */
  Consumer<? super Timeout> callback;

  private Object attachment;

  /** One that is filed nowhere; kept, if the user may arm it again, else gone when it has run. */
  WheelTimeout(TimeoutWheel wheel, Consumer<? super Timeout> callback, boolean kept) {
    this.wheel = wheel;
    this.callback = callback;
    this.state = kept ? 1 : 0;
  }

  boolean isFiled() {
    return state >>> 30 != 0;
  }

  boolean isKept() {
    return state < 0 || state == 1;
  }

  /** Its entry; only while it is filed. */
  int entry() {
    return state & ENTRY;
  }

  /** It was filed, and is pending. */
  void filed(int entry, long looksAt) {
    state = isKept() ? KEPT | PENDING | entry : PENDING | entry;
    looksAtTicks = (int) looksAt;
  }

  /** It is filed nowhere, so it is not pending. */
  void left() {
    state = isKept() ? 1 : 0;
  }

  /** Makes one that is filed pending. */
  void setPending() {
    state |= PENDING;
  }

  /** Makes one that is kept and filed not pending. */
  void clearPending() {
    state &= ~PENDING;
  }

  @Override
  public boolean cancel() {
    return wheel.cancel(this);
  }

  @Override
  public boolean isPending() {
    return (state & PENDING) != 0;
  }

  @Override
  public long expires() {
    return expiresTicks;
  }

  @Override
  public void attach(Object attached) {
    attachment = attached;
  }

  @Override
  public Object attachment() {
    return attachment;
  }

  boolean isOf(TimeoutWheel other) {
    return wheel == other;
  }

  void forget() {
    callback = null;
    attachment = null;
  }

  @Override
  public String toString() {
    String pending = isPending() ? "pending" : "not pending";
    return "Timeout[expires " + expiresTicks + ", " + pending + "]";
  }
}

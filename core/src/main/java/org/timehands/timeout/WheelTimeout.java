package org.timehands.timeout;

import java.util.function.Consumer;

/** The timeout of a {@link TimeoutWheel}: one thread. */
final class WheelTimeout implements Timeout {
  private final TimeoutWheel wheel;
  /** Whether the user keeps it to arm it again; else it is gone when it has run. */
  final boolean owned;
  /** What runs; null once a timeout of one call is over. */
  Consumer<? super Timeout> callback;
  private Object attachment;
  /** Its entry in the wheel, or Wheel.NONE if it is not filed. */
  int entry = Wheel.NONE;
  /** Whether it is armed. */
  boolean pending;
  /** The tick before which it does not run. */
  long expiresTicks;
  /** The tick at which the wheel looks at it: known while it is filed. */
  long looksAtTicks;

  WheelTimeout(TimeoutWheel wheel, Consumer<? super Timeout> callback, boolean owned) {
    this.wheel = wheel;
    this.callback = callback;
    this.owned = owned;
  }

  @Override
  public boolean cancel() {
    return wheel.cancel(this);
  }

  @Override
  public boolean isPending() {
    return pending;
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
    return "Timeout[expires " + expiresTicks + ", " + (pending ? "pending" : "not pending") + "]";
  }
}

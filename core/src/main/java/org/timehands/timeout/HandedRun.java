package org.timehands.timeout;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A run of a timeout that an executor is given: once, whoever calls it first, since an executor may
 * take it, or even run it, and throw all the same; then the owner runs it.
 *
 * <p>It holds the callback: who shuts the timeout down meanwhile takes it from the timeout only.
 */
final class HandedRun extends AtomicBoolean implements Runnable {
  /*
   * The boolean itself: whether it was taken; one exchange turns it on, and whoever did runs it.
   */
  private static final long serialVersionUID = 1;

  private final transient SharedTimeout timeout;
  private final transient Consumer<? super Timeout> callback;

  HandedRun(SharedTimeout timeout, Consumer<? super Timeout> callback) {
    this.timeout = timeout;
    this.callback = callback;
  }

  @Override
  public void run() {
    if (!getAndSet(true)) {
      Shard shard = timeout.shard;
      shard.call(timeout, callback, shard.metered());
    }
  }
}

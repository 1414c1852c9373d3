package org.timehands.timeout;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits on the host's clock by a semaphore: no wake-up between, none lost. */
final class SemaphoreDevice implements TimeoutDevice {
  private final Semaphore woken = new Semaphore(0);

  @Override
  public void await(long nanos) throws InterruptedException {
    if (nanos == FOR_EVER) {
      woken.acquire();
    } else if (!woken.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      return;
    }
    woken.drainPermits();
  }

  @Override
  public void wake() {
    woken.release();
  }
}

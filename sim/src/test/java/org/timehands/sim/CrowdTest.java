package org.timehands.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.testing.Await;

/** Who runs and who sleeps, as threads say it. */
@Timeout(300)
class CrowdTest {
  private final Crowd crowd = new Crowd(60_000, null);
  private final Thread driver = Thread.currentThread();
  private final CountDownLatch idle = new CountDownLatch(1);
  private final CountDownLatch cleared = new CountDownLatch(1);
  private final AtomicBoolean settled = new AtomicBoolean();
  private final AtomicBoolean answered = new AtomicBoolean();

  /** As a pool's thread waits for a task; slow between the end of its wait and its word of it. */
  private void waitAsAPoolDoes() {
    crowd.idles();
    idle.countDown();
    while (!Thread.interrupted()) {
      LockSupport.park(this);
    }
    cleared.countDown();
    Await.until(
        () -> driver.getState() == Thread.State.TIMED_WAITING || settled.get(),
        "the driver waits, or does not");
    answered.set(true);
    crowd.answers();
  }

  @Test
  void whoWasInterruptedRunsBeforeItSaysSo() throws InterruptedException {
    Thread thread = crowd.threads().newThread(this::waitAsAPoolDoes);
    thread.start();
    idle.await();
    thread.interrupt();
    cleared.await();
    crowd.settle();
    boolean before = answered.get();
    settled.set(true);
    thread.join();
    assertTrue(before, "time could pass while the thread ran");
  }

  /** Interrupted already, it does not sleep at all. */
  @Test
  void whoIsInterruptedBeforeItWaitsGoesOnRunning() throws InterruptedException {
    Thread thread =
        crowd
            .threads()
            .newThread(
                () -> {
                  Thread.currentThread().interrupt();
                  waitAsAPoolDoes();
                });
    thread.start();
    cleared.await();
    crowd.settle();
    boolean before = answered.get();
    settled.set(true);
    thread.join();
    assertTrue(before, "time could pass while the thread ran");
  }
}

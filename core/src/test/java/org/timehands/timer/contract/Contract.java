package org.timehands.timer.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.timehands.testing.Await;

/** What the suites share: executors that are ended after each test, and patience. */
@Timeout(120)
abstract class Contract {
  /** A wait that ends. */
  static final long SHORT_MILLIS = 12;

  /** A wait that no test sits out. */
  static final long LONG_SECONDS = 600;

  static final long MILLI = 1_000_000;

  /** After so long a test fails; with a planted fault it need not take that long. */
  static volatile long patienceSeconds = Await.PATIENCE_SECONDS;

  final Kit kit;
  private final List<ScheduledExecutorService> made = new ArrayList<>();
  private final List<CountDownLatch> latches = new ArrayList<>();

  Contract(Kit kit) {
    this.kit = kit;
  }

  final ScheduledExecutorService make(int threads) {
    return keep(kit.make(threads));
  }

  final <T extends ScheduledExecutorService> T keep(T executor) {
    made.add(executor);
    return executor;
  }

  /** One that is opened when the test is over, if not before. */
  final CountDownLatch latch() {
    CountDownLatch latch = new CountDownLatch(1);
    latches.add(latch);
    return latch;
  }

  @AfterEach
  final void clean() throws InterruptedException {
    latches.forEach(CountDownLatch::countDown);
    made.forEach(ScheduledExecutorService::shutdownNow);
    kit.clean();
    for (ScheduledExecutorService each : made) {
      assertTrue(each.awaitTermination(60, TimeUnit.SECONDS), "it ends");
    }
  }

  static void nothing() {}

  /** Waits until it is interrupted, which it tells. */
  static Callable<String> slow(CountDownLatch interrupted) {
    return () -> {
      try {
        new CountDownLatch(1).await();
        return "never";
      } catch (InterruptedException ended) {
        interrupted.countDown();
        throw ended;
      }
    };
  }

  static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(patienceSeconds, TimeUnit.SECONDS), "it comes to that");
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  static void until(BooleanSupplier condition) {
    Await.until(condition, "it comes to that", patienceSeconds);
  }

  /** Lets some time pass in which what must not happen would have happened. */
  static void aWhile() throws InterruptedException {
    Thread.sleep(3 * SHORT_MILLIS);
  }

  static void end(ScheduledExecutorService executor) throws InterruptedException {
    assertTrue(executor.awaitTermination(patienceSeconds, TimeUnit.SECONDS), "it ends");
    assertTrue(executor.isTerminated());
  }
}

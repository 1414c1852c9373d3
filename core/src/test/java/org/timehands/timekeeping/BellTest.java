package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Await;

/**
 * A26 with several setters at once, live; in every order: {@code KeepingInterleavingTest}, with the
 * planted bugs.
 */
class BellTest {
  private static final long SECOND = Workshop.SECOND;

  private final Workshop shop = new Workshop();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      throw new IllegalStateException(ended);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException ended) {
      throw new IllegalStateException(ended);
    }
  }

  /** Waits until a thread waits for another one, or has ended. */
  static void awaitWaiting(Thread thread) {
    Await.until(
        () ->
            switch (thread.getState()) {
              case TIMED_WAITING, WAITING, BLOCKED, TERMINATED -> true;
              default -> false;
            },
        thread + " waits or has ended");
  }

  /** A26: a setter that finds another one telling returns when its own set is told, not before. */
  @Test
  void everySetterReturnsAfterItsOwnSetIsTold() {
    AtomicInteger told = new AtomicInteger();
    CountDownLatch isTelling = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    shop.keeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void clockWasSet(long sequence) {
            isTelling.countDown();
            await(go);
            told.set((int) sequence);
          }
        });
    List<Integer> toldAtReturn = Collections.synchronizedList(new ArrayList<>());
    Thread first = Thread.ofPlatform().start(() -> shop.keeping.injectOffset(SECOND));
    await(isTelling);
    List<Thread> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    shop.keeping.injectOffset(SECOND);
                    toldAtReturn.add(told.get());
                  }));
      awaitWaiting(others.get(i));
    }
    go.countDown();
    join(first);
    others.forEach(BellTest::join);
    assertEquals(4, told.get());
    assertEquals(3, toldAtReturn.size());
    // Each set is one of 2, 3, 4, and told when its setter returns; who returns when, nobody knows.
    List<Integer> sorted = toldAtReturn.stream().sorted().toList();
    for (int i = 0; i < 3; i++) {
      assertTrue(sorted.get(i) >= i + 2, toldAtReturn.toString());
    }
  }

  /** An interrupt does not make a setter return sooner, and is kept. */
  @Test
  void anInterruptIsKept() {
    CountDownLatch isTelling = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    shop.keeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void clockWasSet(long sequence) {
            isTelling.countDown();
            await(go);
            heard.add("set " + sequence);
          }
        });
    Thread first = Thread.ofPlatform().start(() -> shop.keeping.injectOffset(SECOND));
    await(isTelling);
    Thread second =
        Thread.ofPlatform()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  shop.keeping.injectOffset(SECOND);
                  heard.add("interrupted " + Thread.currentThread().isInterrupted());
                });
    awaitWaiting(second);
    go.countDown();
    join(first);
    join(second);
    assertEquals(List.of("set 1", "set 2", "interrupted true"), heard);
  }

  /** A listener that waits for who sets, which it must not: the setter goes on, nothing is lost. */
  @Test
  void aListenerThatWaitsForASetterDelaysItOnly() {
    Bell bell = new Bell(1_000_000);
    Clockwork line = shop.keeping.aux().enable(16).line();
    bell.add(
        new Timekeeping.Listener() {
          @Override
          public void clockWasSet(long number) {
            heard.add("begins " + number);
            if (number == 1) {
              join(
                  Thread.ofPlatform()
                      .start(
                          () -> {
                            bell.ring(Bell.SET, 2, line.sequence());
                            bell.tell(line);
                            bell.awaitTold(2);
                            heard.add("goes on");
                          }));
            }
          }
        });
    bell.ring(Bell.SET, 1, line.sequence());
    bell.tell(line);
    bell.awaitTold(1);
    assertEquals(List.of("begins 1", "goes on", "begins 2"), heard);
  }

  /** What Java would not let a listener throw, other languages do. */
  @Test
  void whateverAListenerThrowsTheOthersAreTold() {
    shop.keeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void clockWasSet(long sequence) {
            throw BellTest.<RuntimeException>sneaky(new Exception("planted"));
          }
        });
    shop.keeping.addListener(shop);
    shop.keeping.injectOffset(SECOND);
    shop.keeping.injectOffset(SECOND);
    assertEquals(List.of("set 1", "set 2"), shop.heard);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }
}

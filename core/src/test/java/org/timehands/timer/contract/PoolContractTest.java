package org.timehands.timer.contract;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a ScheduledThreadPoolExecutor has beyond its interface: threads, counts and its queue. */
@ParameterizedClass
@MethodSource("org.timehands.timer.contract.Kit#pools")
class PoolContractTest extends Contract {
  PoolContractTest(Kit kit) {
    super(kit);
  }

  private ThreadPoolExecutor pool(int threads) {
    return (ThreadPoolExecutor) make(threads);
  }

  private static ScheduledExecutorService timed(ThreadPoolExecutor pool) {
    return (ScheduledExecutorService) pool;
  }

  private static ScheduledFuture<?> far(ThreadPoolExecutor pool) {
    return timed(pool).schedule(Contract::nothing, LONG_SECONDS, SECONDS);
  }

  @Test
  void counts() throws Exception {
    ThreadPoolExecutor pool = pool(2);
    assertEquals(0, pool.getActiveCount());
    assertEquals(0, pool.getPoolSize());
    assertEquals(0, pool.getLargestPoolSize());
    assertEquals(0, pool.getTaskCount());
    assertEquals(0, pool.getCompletedTaskCount());
    assertEquals(2, pool.getCorePoolSize());
    CountDownLatch entered = latch();
    CountDownLatch go = latch();
    Future<?> running =
        pool.submit(
            () -> {
              entered.countDown();
              await(go);
            });
    await(entered);
    ScheduledFuture<?> far = far(pool);
    until(() -> pool.getActiveCount() == 1);
    assertEquals(2, pool.getTaskCount());
    assertEquals(0, pool.getCompletedTaskCount());
    assertTrue(pool.getLargestPoolSize() <= 2);
    go.countDown();
    running.get();
    until(() -> pool.getCompletedTaskCount() == 1);
    until(() -> pool.getActiveCount() == 0);
    assertEquals(2, pool.getTaskCount());
    assertFalse(far.isDone());
    assertEquals(2, pool.getLargestPoolSize(), "each submission begins a thread of the core");
  }

  @Test
  void phases() throws Exception {
    ThreadPoolExecutor pool = pool(1);
    assertFalse(pool.isTerminating());
    CountDownLatch entered = latch();
    CountDownLatch go = latch();
    pool.execute(
        () -> {
          entered.countDown();
          await(go);
        });
    await(entered);
    assertTrue(pool.toString().contains("Running"), pool.toString());
    pool.shutdown();
    assertTrue(pool.isTerminating());
    assertFalse(pool.isTerminated());
    assertTrue(pool.toString().contains("Shutting down"), pool.toString());
    go.countDown();
    end(timed(pool));
    assertFalse(pool.isTerminating());
    assertTrue(pool.toString().contains("Terminated"), pool.toString());
    assertTrue(pool.toString().contains("completed tasks = 1"), pool.toString());
  }

  @Test
  void threadFactories() throws Exception {
    AtomicInteger made = new AtomicInteger();
    ThreadFactory ordinary = Executors.defaultThreadFactory();
    ThreadFactory counting =
        task -> {
          made.incrementAndGet();
          return ordinary.newThread(task);
        };
    ThreadPoolExecutor pool =
        kit.pool(1, counting, new ThreadPoolExecutor.AbortPolicy());
    keep(timed(pool));
    assertSame(counting, pool.getThreadFactory());
    pool.submit(Contract::nothing).get();
    assertEquals(1, made.get());
    pool.setThreadFactory(ordinary);
    assertSame(ordinary, pool.getThreadFactory());
    pool.setCorePoolSize(3);
    pool.prestartAllCoreThreads();
    assertEquals(1, made.get());
    assertEquals(3, pool.getPoolSize());
    assertThrows(NullPointerException.class, () -> pool.setThreadFactory(null));
    assertThrows(
        NullPointerException.class,
        () -> kit.pool(1, null, new ThreadPoolExecutor.AbortPolicy()));
    assertThrows(NullPointerException.class, () -> kit.pool(1, ordinary, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> kit.pool(-1, ordinary, new ThreadPoolExecutor.AbortPolicy()));
  }

  @Test
  void coreSizes() throws Exception {
    ThreadPoolExecutor pool = pool(1);
    assertTrue(pool.prestartCoreThread());
    assertFalse(pool.prestartCoreThread());
    assertEquals(1, pool.getPoolSize());
    pool.setCorePoolSize(2);
    assertEquals(1, pool.prestartAllCoreThreads());
    assertEquals(2, pool.getCorePoolSize());
    assertThrows(IllegalArgumentException.class, () -> pool.setCorePoolSize(-1));
    pool.setKeepAliveTime(1, MILLISECONDS);
    assertEquals(1, pool.getKeepAliveTime(MILLISECONDS));
    pool.allowCoreThreadTimeOut(true);
    assertTrue(pool.allowsCoreThreadTimeOut());
    until(() -> pool.getPoolSize() == 0);
    assertEquals(1, pool.submit(() -> 1).get().intValue());
    // As long as something waits, somebody is there for it.
    assertEquals(1, timed(pool).schedule(() -> 1, SHORT_MILLIS, MILLISECONDS).get());
    assertEquals(Integer.MAX_VALUE, pool.getMaximumPoolSize());
  }

  @Test
  void aPoolWithoutACoreRunsWhatItIsGiven() throws Exception {
    ThreadPoolExecutor pool = pool(0);
    assertEquals(1, pool.submit(() -> 1).get().intValue());
    assertEquals(2, timed(pool).schedule(() -> 2, SHORT_MILLIS, MILLISECONDS).get());
    AtomicInteger runs = new AtomicInteger();
    timed(pool).scheduleAtFixedRate(runs::incrementAndGet, 0, 1, MILLISECONDS);
    until(() -> runs.get() > 3);
    assertEquals(0, pool.getCorePoolSize());
    assertTrue(pool.getLargestPoolSize() <= 1);
    pool.shutdown();
    end(timed(pool));
  }

  /** What the factory throws, the submitter gets; sizes are as before. */
  @Test
  void aFactoryThatThrowsChangesNoSize() throws Exception {
    for (int core = 0; core < 2; core++) {
      ThreadPoolExecutor pool = pool(core);
      ThreadFactory ordinary = pool.getThreadFactory();
      pool.setThreadFactory(
          task -> {
            throw new ArithmeticException("planted");
          });
      assertThrows(ArithmeticException.class, () -> far(pool));
      assertEquals(core, pool.getCorePoolSize());
      assertEquals(0, pool.getPoolSize());
      assertEquals(1, pool.getQueue().size());
      pool.setThreadFactory(ordinary);
      assertEquals(1, pool.submit(() -> 1).get().intValue());
      assertEquals(core, pool.getCorePoolSize());
    }
  }

  /* ---- what is rejected ---------------------------------------------------------------------- */

  @Test
  void handlers() throws Exception {
    List<Runnable> seen = new ArrayList<>();
    ThreadPoolExecutor pool =
        kit.pool(1, Executors.defaultThreadFactory(), (task, from) -> seen.add(task));
    keep(timed(pool));
    pool.shutdown();
    ScheduledFuture<?> rejected = far(pool);
    assertEquals(1, seen.size());
    assertSame(rejected, seen.getFirst());
    assertFalse(rejected.isDone());
    pool.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    pool.execute(Contract::nothing);
    assertEquals(1, seen.size());
    assertTrue(pool.getRejectedExecutionHandler() instanceof ThreadPoolExecutor.DiscardPolicy);
  }

  /* ---- the queue --------------------------------------------------------------------------- */

  @Test
  void theQueueHoldsWhatWaits() {
    ThreadPoolExecutor pool = pool(1);
    BlockingQueue<Runnable> queue = pool.getQueue();
    assertSame(queue, pool.getQueue());
    List<ScheduledFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(timed(pool).schedule(Contract::nothing, LONG_SECONDS - i, SECONDS));
    }
    assertEquals(5, queue.size());
    assertFalse(queue.isEmpty());
    all.forEach(each -> assertTrue(queue.contains(each)));
    assertSame(all.get(4), queue.peek());
    assertNull(queue.poll(), "nothing is due");
    assertEquals(5, queue.toArray().length);
    assertEquals(5, queue.toArray(new Runnable[0]).length);
    assertEquals(0, queue.drainTo(new ArrayList<>()), "nothing is due");
    assertThrows(NullPointerException.class, () -> queue.drainTo(null));
    assertThrows(IllegalArgumentException.class, () -> queue.drainTo(queue));
    assertThrows(NullPointerException.class, () -> queue.add(null));
    assertEquals(Integer.MAX_VALUE, queue.remainingCapacity());
    assertFalse(queue.contains("another"));
    assertFalse(queue.remove("another"));
    Iterator<Runnable> each = queue.iterator();
    assertThrows(IllegalStateException.class, each::remove);
    Runnable first = each.next();
    each.remove();
    assertThrows(IllegalStateException.class, each::remove);
    assertFalse(queue.contains(first));
    assertEquals(4, queue.size());
    queue.clear();
    assertEquals(0, queue.size());
    assertArrayEquals(new Object[0], queue.toArray());
  }

  @Test
  void removingAndPurging() throws Exception {
    ThreadPoolExecutor pool = pool(1);
    ScheduledFuture<?> removed = far(pool);
    assertTrue(pool.remove((Runnable) removed));
    assertFalse(pool.remove((Runnable) removed));
    assertFalse(removed.isDone());
    for (int i = 0; i < 10; i++) {
      ScheduledFuture<?> task = far(pool);
      if (i % 2 == 0) {
        task.cancel(true);
      }
    }
    assertEquals(10, pool.getQueue().size(), "cancelled ones stay");
    pool.purge();
    assertEquals(5, pool.getQueue().size());
    kit.setRemoveOnCancel(timed(pool), true);
    far(pool).cancel(false);
    assertEquals(5, pool.getQueue().size());
    pool.shutdownNow();
    assertEquals(0, pool.getQueue().size());
    end(timed(pool));
  }

  /** Half of a lot of tasks is cancelled from the queue; the other half runs, each once. */
  @Test
  void manyTasks() throws Exception {
    ThreadPoolExecutor pool = pool(2);
    kit.setRemoveOnCancel(timed(pool), true);
    AtomicInteger runs = new AtomicInteger();
    List<ScheduledFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(
          timed(pool).schedule(runs::incrementAndGet, 1 + i * 7919 % 50, MILLISECONDS));
    }
    int cancelled = 0;
    for (int i = 0; i < 1000; i += 2) {
      cancelled += all.get(i).cancel(false) ? 1 : 0;
    }
    pool.shutdown();
    end(timed(pool));
    assertEquals(1000, runs.get() + cancelled);
    // One that is cancelled when a thread has taken it already counts as completed.
    assertTrue(pool.getCompletedTaskCount() >= runs.get());
  }
}

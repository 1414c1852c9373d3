package org.timehands.timer.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.timehands.timekeeping.ClockId;
import org.timehands.timeout.TimeoutScheduler;
import org.timehands.timeout.TimeoutsOptions;
import org.timehands.timer.TimerExecutor;
import org.timehands.timer.TimerScheduler;
import org.timehands.timer.Timers;

/** A kind of scheduled executor, which the suites of this package are run against. */
abstract class Kit {
  private final String name;
  private final LongSupplier clock;

  Kit(String name, LongSupplier clock) {
    this.name = name;
    this.clock = clock;
  }

  /** The JDK's own: what it fails is no part of the contract. */
  static final Kit JDK = new Jdk("the JDK's pool", Executors.defaultThreadFactory());

  static final Kit OURS = new Ours("TimerExecutor", Executors.defaultThreadFactory());
  static final Kit VIRTUAL =
      new Ours("TimerExecutor, virtual threads", Thread.ofVirtual().factory());
  static final Kit HANDING = new Handing();

  static final Kit WHEEL = new Wheel("TimeoutScheduler", Executors::newFixedThreadPool);
  static final Kit WHEEL_VIRTUAL = new Wheel("TimeoutScheduler, virtual threads", null);

  static List<Kit> all() {
    return List.of(JDK, OURS, VIRTUAL, HANDING, WHEEL, WHEEL_VIRTUAL);
  }

  static List<Kit> pools() {
    return List.of(JDK, OURS, VIRTUAL);
  }

  /** One with a number of threads. */
  abstract ScheduledExecutorService make(int threads);

  ThreadPoolExecutor pool(int threads, ThreadFactory factory, RejectedExecutionHandler handler) {
    throw new UnsupportedOperationException(name + " is no pool");
  }

  /** The clock that it promises not to be early on. */
  long nanos() {
    return clock.getAsLong();
  }

  /** Whether it has no more threads than were asked for, which keep what they run in order. */
  boolean isBounded() {
    return true;
  }

  /** Whether it can be told what outlives a shutdown. */
  boolean hasPolicies() {
    return true;
  }

  /** Whether periodic tasks go on, and delayed ones run, after a shutdown. */
  abstract void setPolicies(ScheduledExecutorService made, boolean periodic, boolean delayed);

  abstract void setRemoveOnCancel(ScheduledExecutorService made, boolean value);

  /** Called when a test is over. */
  void clean() {}

  @Override
  public String toString() {
    return name;
  }

  static class Jdk extends Kit {
    private final ThreadFactory factory;

    Jdk(String name, ThreadFactory factory) {
      super(name, System::nanoTime);
      this.factory = factory;
    }

    @Override
    ScheduledExecutorService make(int threads) {
      return new ScheduledThreadPoolExecutor(threads, factory);
    }

    @Override
    ThreadPoolExecutor pool(
        int threads, ThreadFactory threadFactory, RejectedExecutionHandler handler) {
      return new ScheduledThreadPoolExecutor(threads, threadFactory, handler);
    }

    @Override
    void setPolicies(ScheduledExecutorService made, boolean periodic, boolean delayed) {
      ScheduledThreadPoolExecutor pool = (ScheduledThreadPoolExecutor) made;
      pool.setContinueExistingPeriodicTasksAfterShutdownPolicy(periodic);
      pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(delayed);
    }

    @Override
    void setRemoveOnCancel(ScheduledExecutorService made, boolean value) {
      ((ScheduledThreadPoolExecutor) made).setRemoveOnCancelPolicy(value);
    }
  }

  private static final class Ours extends Kit {
    private final ThreadFactory factory;

    Ours(String name, ThreadFactory factory) {
      super(name, () -> Timers.common().nanos(ClockId.MONOTONIC));
      this.factory = factory;
    }

    @Override
    ScheduledExecutorService make(int threads) {
      return new TimerExecutor(threads, factory);
    }

    @Override
    ThreadPoolExecutor pool(
        int threads, ThreadFactory threadFactory, RejectedExecutionHandler handler) {
      return new TimerExecutor(Timers.common(), threads, threadFactory, handler);
    }

    @Override
    void setPolicies(ScheduledExecutorService made, boolean periodic, boolean delayed) {
      TimerExecutor pool = (TimerExecutor) made;
      pool.setContinueExistingPeriodicTasksAfterShutdownPolicy(periodic);
      pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(delayed);
    }

    @Override
    void setRemoveOnCancel(ScheduledExecutorService made, boolean value) {
      ((TimerExecutor) made).setRemoveOnCancelPolicy(value);
    }
  }

  /** The scheduler that hands tasks to an executor: here, to a pool of the JDK's. */
  private static final class Handing extends Kit {
    private final List<ExecutorService> workers = new ArrayList<>();

    Handing() {
      super("TimerScheduler", () -> Timers.common().nanos(ClockId.MONOTONIC));
    }

    @Override
    ScheduledExecutorService make(int threads) {
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      workers.add(pool);
      Executor noMoreThanThat = pool::execute;
      return new TimerScheduler(Timers.common(), noMoreThanThat);
    }

    @Override
    void setPolicies(ScheduledExecutorService made, boolean periodic, boolean delayed) {
      TimerScheduler scheduler = (TimerScheduler) made;
      scheduler.setContinueExistingPeriodicTasksAfterShutdownPolicy(periodic);
      scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(delayed);
    }

    @Override
    void setRemoveOnCancel(ScheduledExecutorService made, boolean value) {
      // It always does.
    }

    @Override
    void clean() {
      workers.forEach(ExecutorService::shutdownNow);
      workers.clear();
    }
  }

  /** The scheduler whose delays lie on a wheel, with workers of its own or a pool of the JDK's. */
  private static final class Wheel extends Kit {
    private final IntFunction<ExecutorService> pools;
    private final List<ExecutorService> workers = new ArrayList<>();

    Wheel(String name, IntFunction<ExecutorService> poolsOrNull) {
      super(name, System::nanoTime);
      this.pools = poolsOrNull;
    }

    @Override
    ScheduledExecutorService make(int threads) {
      if (pools == null) {
        return TimeoutScheduler.start(System::nanoTime, TimeoutsOptions.DEFAULT);
      }
      ExecutorService pool = pools.apply(threads);
      workers.add(pool);
      return TimeoutScheduler.start(System::nanoTime, TimeoutsOptions.DEFAULT, pool);
    }

    @Override
    boolean isBounded() {
      return pools != null;
    }

    @Override
    boolean hasPolicies() {
      return false;
    }

    @Override
    void setPolicies(ScheduledExecutorService made, boolean periodic, boolean delayed) {
      throw new UnsupportedOperationException("what is delayed runs, what is periodic does not");
    }

    @Override
    void setRemoveOnCancel(ScheduledExecutorService made, boolean value) {
      // It always does.
    }

    @Override
    void clean() {
      workers.forEach(ExecutorService::shutdown);
      workers.clear();
    }
  }

  /** The JDK's pool with a planted fault. */
  static Kit broken(String fault, IntFunction<ScheduledThreadPoolExecutor> maker) {
    return new Jdk(fault, Executors.defaultThreadFactory()) {
      @Override
      ScheduledExecutorService make(int threads) {
        return maker.apply(threads);
      }
    };
  }
}

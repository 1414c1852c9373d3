package org.timehands.timer;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.timehands.stress.interleave.Orders;

/**
 * One simulated thread: a virtual thread that goes on when it is told to, on the calling thread.
 * Locks and conditions of the JDK exclude it and wake it, as they do any thread.
 */
/*
 * Each is its own scheduler, so what is handed to that is its own continuation. The JDK's builder
 * with a scheduler is for tests, and not public: the test JVM opens java.lang.
 */
final class TimerActor implements Executor, Orders.Actor {
  private static final Constructor<?> BUILDER = builder();

  final Thread thread;
  private Runnable next;
  private BooleanSupplier awaited = () -> true;
  private boolean over;

  TimerActor(Runnable body) {
    try {
      Thread.Builder builder = (Thread.Builder) BUILDER.newInstance(this);
      thread =
          builder.start(
              () -> {
                try {
                  body.run();
                } finally {
                  over = true;
                }
              });
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Constructor<?> builder() {
    try {
      Constructor<?> builder =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      builder.setAccessible(true);
      return builder;
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** What the thread hands over when it can go on. */
  @Override
  public void execute(Runnable continuation) {
    next = continuation;
  }

  @Override
  public boolean canRun() {
    return next != null && awaited.getAsBoolean();
  }

  boolean isOver() {
    return over;
  }

  @Override
  public void run() {
    Runnable now = next;
    next = null;
    now.run();
  }

  /** Called by the thread itself: stands until something is so, and it is told to go on. */
  void await(BooleanSupplier condition) {
    awaited = condition;
    stand();
    awaited = () -> true;
  }

  /** Stands here until it is told to go on; does nothing on other threads. */
  static void stand() {
    if (Thread.currentThread().isVirtual()) {
      Thread.yield();
    }
  }
}

package org.timehands.timer;

import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.Pause;
import org.timehands.linux.Cpus;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.NativeAccess;
import org.timehands.linux.ThreadTuning;

/**
 * The thread of a shard: expires what is due, then waits for the device.
 *
 * <p>It is a platform thread: a wait in the kernel holds a carrier. It never blocks a safepoint,
 * because it waits in a downcall that leaves Java, or parked (ExpiryThreadTest).
 */
/*
 * field  | read                | write | guard
 * thread | the starting thread | start | before others can see this
 */
final class ExpiryThread {
  /** Bound to no processor. */
  static final int ANY_CPU = -1;

  private static final System.Logger LOG = System.getLogger("org.timehands.timer");

  private final TimerShard shard;
  private final Runnable onSet;
  private final TimerOptions options;
  private Thread thread;

  ExpiryThread(TimerShard shard, Runnable onSet, TimerOptions options) {
    this.shard = shard;
    this.onSet = onSet;
    this.options = options;
  }

  void start(String name, int cpu) {
    thread = Thread.ofPlatform().daemon().name(name).start(() -> run(cpu));
  }

  private void run(int cpu) {
    tune();
    bind(cpu);
    ClockEventDevice device = shard.device();
    try {
      while (!shard.isClosed()) {
        turn(device);
      }
    } finally {
      device.close();
    }
  }

  private void turn(ClockEventDevice device) {
    try {
      // An interrupt that a callback has left behind is no concern of those after it.
      boolean _ = Thread.interrupted();
      shard.expire();
      if (shard.hasSeenASet()) {
        onSet.run();
      }
      device.await();
    } catch (Throwable broken) { // other languages check none
      // Ours or the system's: timers are kept, late, in preference to none.
      LOG.log(System.Logger.Level.ERROR, "Expiring timers failed; trying again", broken);
      pause();
    }
  }

  private static void pause() {
    try {
      Pause.upTo(1_000_000);
    } catch (InterruptedException noted) {
      LOG.log(System.Logger.Level.DEBUG, "The thread of timers was interrupted; it goes on");
    }
  }

  private void tune() {
    if (!NativeAccess.available()) {
      return;
    }
    try {
      ThreadTuning.setTimerSlackNanos(options.timerSlackNanos());
    } catch (ErrnoException refused) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Timers run with the usual slack: {0}",
          refused.getMessage());
    }
    if (options.fifoPriority() == 0) {
      return;
    }
    try {
      ThreadTuning.setFifo(options.fifoPriority());
    } catch (ErrnoException refused) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Timers run without real-time priority: {0}; run as root, with CAP_SYS_NICE, or raise the"
              + " limit (ulimit -r)",
          refused.getMessage());
    }
  }

  private static void bind(int cpu) {
    if (cpu == ANY_CPU) {
      return;
    }
    try {
      Cpus.bindThread(cpu);
    } catch (ErrnoException refused) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A thread of timers is not bound to its processor: {0}",
          refused.getMessage());
    }
  }

  boolean isCurrent() {
    return Thread.currentThread().equals(thread);
  }

  /**
   * Ends the thread, once its shard is closed.
   *
   * @param waits whether to wait for that
   */
  void close(boolean waits) {
    shard.device().kick();
    boolean interrupted = false;
    while (waits && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

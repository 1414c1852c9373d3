package org.timehands.timeout;

/** What a worker of a {@link TimeoutScheduler} was given: it has not begun, runs, or is over. */
final class HandedWork implements Runnable {
  /*
   * field         | read         | write        | guard
   * taken, runner | synchronized | synchronized | this: who runs it is interrupted only meanwhile
   */
  private final TimeoutScheduler scheduler;
  private final Runnable work;
  private final boolean isCommand;
  private boolean taken;
  private Thread runner;

  HandedWork(TimeoutScheduler scheduler, Runnable work, boolean isCommand) {
    this.scheduler = scheduler;
    this.work = work;
    this.isCommand = isCommand;
  }

  Runnable work() {
    return work;
  }

  /** Whether it was submitted as it is; else it is a {@link ScheduledTask}. */
  boolean isCommand() {
    return isCommand;
  }

  /** True for the first caller, of this or of those below: the work is its. */
  synchronized boolean takes() {
    boolean first = !taken;
    taken = true;
    return first;
  }

  /** Interrupts who runs it, if anybody does. */
  synchronized void interrupt() {
    if (runner != null) {
      runner.interrupt();
    }
  }

  private synchronized boolean begins() {
    if (!takes()) {
      return false;
    }
    runner = Thread.currentThread();
    return true;
  }

  private synchronized void ends() {
    runner = null;
  }

  @Override
  public void run() {
    if (!begins()) {
      return;
    }
    try {
      work.run();
    } finally {
      ends();
      scheduler.done(this);
    }
  }
}

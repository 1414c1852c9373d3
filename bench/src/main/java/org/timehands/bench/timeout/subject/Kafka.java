package org.timehands.bench.timeout.subject;

import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;
import org.apache.kafka.server.util.timer.TimerTask;

/** Kafka's {@link SystemTimer}, and the thread that a broker moves its clock with. */
final class Kafka extends Subject {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final SystemTimerReaper timer =
      new SystemTimerReaper("kafka-reaper", new SystemTimer("kafka-timer"));
  private TimerTask[] handles;

  /** One timeout. */
  private static final class Task extends TimerTask {
    private final Runnable task;

    Task(long delayNanos, Runnable task) {
      super(Math.ceilDiv(delayNanos, NANOS_PER_MILLI));
      this.task = task;
    }

    @Override
    public void run() {
      task.run();
    }
  }

  @Override
  public void prepare(int places) {
    handles = new TimerTask[places];
  }

  @Override
  public void arm(int place, int more) {
    TimerTask task = new Task(delayNanos(more), () -> {});
    timer.add(task);
    handles[place] = task;
  }

  /** Kafka does not tell, so this asks before. */
  @Override
  public boolean cancel(int place) {
    boolean pending = !handles[place].isCancelled();
    handles[place].cancel();
    return pending;
  }

  @Override
  public void cancelAndArm(int place, int more) {
    handles[place].cancel();
    arm(place, more);
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    timer.add(new Task(delayNanos, task));
  }

  @Override
  public void close() {
    try {
      timer.close();
    } catch (Exception refused) {
      throw new IllegalStateException("Kafka's timer does not close", refused);
    }
  }
}

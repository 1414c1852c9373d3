package org.timehands.bench.timeout.subject;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.TimeUnit;

/** Netty's {@link HashedWheelTimer} with ticks as long as ours. */
final class NettyWheel extends Subject {
  private final HashedWheelTimer timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
  private Timeout[] handles;

  @Override
  public void prepare(int places) {
    handles = new Timeout[places];
  }

  @Override
  public void arm(int place, int more) {
    handles[place] = timer.newTimeout(timeout -> {}, delayNanos(more), TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean cancel(int place) {
    return handles[place].cancel();
  }

  @Override
  public void cancelAndArm(int place, int more) {
    handles[place].cancel();
    arm(place, more);
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    timer.newTimeout(timeout -> task.run(), delayNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    timer.stop();
  }
}

package org.timehands.bench.timeout.subject;

import java.util.concurrent.locks.LockSupport;
import org.timehands.bench.alternatives.LazyTimeouts;
import org.timehands.bench.alternatives.LockedTimeouts;
import org.timehands.bench.alternatives.ObjectWheel;
import org.timehands.bench.alternatives.TimeoutAlternative;

/** The designs that were not taken, with a thread that polls at each tick. */
final class Alternatives extends Subject {
  private final TimeoutAlternative timeouts;
  private final Thread owner;
  private volatile boolean closed;
  private Object[] kept;

  private Alternatives(TimeoutAlternative timeouts) {
    this.timeouts = timeouts;
    this.owner = Thread.ofPlatform().daemon().name("alternative").start(this::own);
  }

  static Subject oneLock() {
    return new Alternatives(new LockedTimeouts(1, System::nanoTime));
  }

  static Subject locks() {
    return new Alternatives(new LockedTimeouts(16, System::nanoTime));
  }

  static Subject lazy() {
    return new Alternatives(new LazyTimeouts(System::nanoTime));
  }

  private void own() {
    while (!closed) {
      timeouts.poll();
      LockSupport.parkNanos(TimeoutAlternative.TICK_NANOS);
    }
  }

  @Override
  public void prepare(int places) {
    kept = new Object[places];
    for (int i = 0; i < places; i++) {
      kept[i] = timeouts.timeout(() -> {});
    }
  }

  @Override
  public void arm(int place, int more) {
    timeouts.arm(kept[place], delayNanos(more));
  }

  @Override
  public boolean cancel(int place) {
    return timeouts.cancel(kept[place]);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    timeouts.cancel(kept[place]);
    timeouts.arm(kept[place], delayNanos(more));
  }

  @Override
  public void armAnew(int place, int more) {
    timeouts.arm(kept[place], delayNanos(more));
  }

  @Override
  public boolean armsAnew() {
    return true;
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    timeouts.arm(timeouts.timeout(task), delayNanos);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(owner);
  }

  /** The engine of linked objects, one thread. */
  static final class Links extends ByHand {
    private final ObjectWheel wheel = new ObjectWheel(0);
    private ObjectWheel.Link[] links;
    private int ran;

    @Override
    void make(int places) {
      links = new ObjectWheel.Link[places];
      for (int i = 0; i < places; i++) {
        links[i] = new ObjectWheel.Link();
      }
    }

    @Override
    public void arm(int place, int more) {
      wheel.arm(links[place], expiry(more));
    }

    @Override
    public boolean cancel(int place) {
      return wheel.cancel(links[place]);
    }

    @Override
    public void cancelAndArm(int place, int more) {
      ObjectWheel.Link link = links[place];
      wheel.cancel(link);
      wheel.arm(link, expiry(more));
    }

    /** It has no limit: all that is due runs in one call. */
    @Override
    public int advance(long toTick, int limit) {
      int before = ran;
      wheel.advance(toTick, link -> ran++);
      return ran - before;
    }
  }
}

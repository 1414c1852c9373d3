package org.timehands.tick;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Those who are told when a shard of timers goes idle and when it comes back.
 *
 * <p>In each idle period a listener is told of entering and then of leaving, once each, in the
 * order of registration; one that was registered meanwhile hears of the next period. What a
 * listener throws is logged and harms nobody. Listeners may be added and removed at any time, also
 * from a listener; a removed one is told no more. Thread-safe; calls for one shard do not overlap.
 */
public final class IdleListeners {
  /*
   * field   | read         | write        | guard
   * entries | synchronized | synchronized | this
   */
  private static final System.Logger LOG = System.getLogger(IdleListeners.class.getName());

  private final List<Listener> entries = new ArrayList<>();

  /** Is told of idle periods. */
  public interface Listener {
    /**
     * Nothing is due for longer than a tick.
     *
     * @param shard which
     */
    default void enter(int shard) {}

    /**
     * The shard looks at its timers again.
     *
     * @param shard which
     * @param idleNanos how long it was idle, on MONOTONIC
     * @param ticks how many ticks have passed meanwhile
     */
    default void leave(int shard, long idleNanos, long ticks) {}
  }

  /** One idle period of one shard. */
  public final class Period {
    private final int shard;
    private final List<Listener> told;

    private Period(int shard, List<Listener> told) {
      this.shard = shard;
      this.told = told;
    }

    /** Ends it: tells those who were told of its beginning. */
    public void leave(long idleNanos, long ticks) {
      // By index: an iterator would be made for each expiry, where the compiler does not see
      // that it is not needed (ExpiryThreadTest.anExpiryAllocatesNothing).
      for (int i = 0; i < told.size(); i++) {
        Listener each = told.get(i);
        tell(each, () -> each.leave(shard, idleNanos, ticks));
      }
    }
  }

  /** The same for all periods that nobody is told of: timers go idle a thousand times a second. */
  private final Period nobody = new Period(-1, List.of());

  /** Nobody is told yet. */
  public IdleListeners() {}

  /** Adds a listener; it hears of idle periods that begin from now on. */
  public synchronized void add(Listener listener) {
    entries.add(Objects.requireNonNull(listener, "listener"));
  }

  /** Removes a listener: it is told no more. */
  public synchronized void remove(Listener listener) {
    entries.remove(listener);
  }

  private synchronized boolean has(Listener listener) {
    return entries.contains(listener);
  }

  private synchronized boolean isEmpty() {
    return entries.isEmpty();
  }

  private synchronized List<Listener> copy() {
    return List.copyOf(entries);
  }

  /** Begins an idle period: tells everybody. */
  public Period enter(int shard) {
    if (isEmpty()) {
      return nobody;
    }
    List<Listener> told = copy();
    for (Listener each : told) {
      tell(each, () -> each.enter(shard));
    }
    return new Period(shard, told);
  }

  private void tell(Listener listener, Runnable call) {
    if (!has(listener)) {
      return;
    }
    try {
      call.run();
    } catch (RuntimeException | Error failed) {
      LOG.log(System.Logger.Level.WARNING, "A listener for idle periods failed", failed);
    }
  }
}

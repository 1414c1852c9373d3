package org.timehands.timer;

import java.util.function.BooleanSupplier;
import org.timehands.clockevent.Passage;

/**
 * Is told of the threads that wait for timers: for who makes time by hand, and lets it pass only
 * when nobody runs. See {@link Timers#watchWaits}.
 *
 * <p>Called by any thread, some of them with locks held: must not call timers, and must not wait,
 * but for {@link #sleeps} and {@link #awaits}.
 */
public interface TimerWaits extends Passage {
  /**
   * The calling thread is going to sleep. May make time pass until the sleep is over.
   *
   * @param over whether somebody has ended the sleep
   */
  void sleeps(BooleanSupplier over);

  /** The calling thread goes on, for whatever reason. */
  void wakes();

  /**
   * A sleep is over: has the thread woken now or later, before any time passes.
   *
   * @param thread who sleeps
   * @param wake wakes it
   */
  void ends(Thread thread, Runnable wake);

  /** The calling thread, a pool's, is going to wait for a task that is due. */
  void idles();

  /** One of a pool's waiting threads has been called to a task. */
  void calls();

  /** The calling thread, a pool's, does not wait any more. */
  void answers();

  /** The calling thread's number: those of one number have their timers in one shard. */
  long number();
}

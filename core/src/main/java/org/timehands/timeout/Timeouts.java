package org.timehands.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ParkDevice;
import org.timehands.clockevent.Pause;
import org.timehands.clocksource.IntervalCounter;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeper;

/**
 * Timeouts for any number of threads: armed and cancelled in a few nanoseconds, run by a thread of
 * their own, which sleeps when there is nothing to do.
 *
 * <p><b>Assumptions.</b> (1) The clock never goes back, and processors agree on it to a
 * microsecond. (2) Most timeouts are cancelled or put off before they run.
 *
 * <p><b>Guarantees.</b> (1) Never early: a callback runs when the clock has passed the arming by
 * the whole delay. (2) Late by at most 8/63 (12.70 %) of the delay plus four ticks, while the owner
 * gets its processor and callbacks keep to the budget. (3) Each arming ends once: it runs, or
 * {@link Timeout#cancel} has answered true, or a later arming has taken its place. (4) A callback
 * that throws or takes long is reported and costs the others at most its own time, and on an
 * executor nothing. (5) What was cancelled is let go of at once; a kept
 * one when it is shut down. (6) An idle wheel wakes nobody.
 *
 * <p><b>Progress.</b> Arming and cancelling are lock-free; arming a kept timeout for later is one
 * compare-and-set, postponing it one store.
 *
 * <p>Order: by tick; at one tick as {@link TimeoutWheel}, per shard. With an executor, its own.
 *
 * <p>Timeouts do not see a clock set. Whether they count the time of a suspend is a choice ({@link
 * TimeoutsOptions#clock}): MONOTONIC stands still in it, BOOTTIME goes on. After a pause, of either
 * kind and however long, whatever is due runs in rounds of the budget. What was armed in the very
 * tick in which the pause began may count from its end: nobody can tell it from what was armed
 * then. After one of 2^27 ticks (37 hours of milliseconds) the owner looks at all that is armed, in
 * such rounds as well; what is armed before it has caught up counts from the end of another that
 * begins meanwhile.
 *
 * <p>Thread-safe. {@link #byHand} makes one without threads, for tests at virtual time.
 */
public final class Timeouts implements AutoCloseable {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long SKEW_TICKS = 3;

  /** Fewer than the longest delay begins, and than 2^63 nanoseconds do, however long a tick. */
  private static final long USUAL_TICKS = 1L << 29;

  private final TimeoutsOptions options;
  private final Shard[] shards;
  /**
   * The clock of the only shard, null of several: so nothing but a comparison waits for a timeout
   * to come from memory, and the processor is at the next one's already.
   */
  private final CoarseClock only;
  private final List<Thread> owners = new ArrayList<>();
  private final ReentrantLock requests = new ReentrantLock();
  private final long tickNanos;
  private final long reciprocal;
  private final long maxDelayNanos;

  private Timeouts(LongSupplier nanos, TimeoutsOptions options, boolean threads) {
    this.options = options;
    this.tickNanos = options.tickNanos();
    this.reciprocal = Long.divideUnsigned(-1L, tickNanos) + 1;
    // One less than a word can tell, for the tick too many.
    this.maxDelayNanos =
        (SharedTimeout.MAX_DELAY_TICKS - 1) * Math.min(tickNanos, (1L << 29) - 1);
    IntervalCounter meter = threads ? IntervalCounter.ofHost() : IntervalCounter.of(nanos);
    this.shards = new Shard[options.shards()];
    List<ClockEventDevice> begun = new ArrayList<>();
    try {
      for (int i = 0; i < shards.length; i++) {
        // By hand nobody waits, so nobody is woken.
        ClockEventDevice device = threads ? options.devices().get() : new ParkDevice();
        begun.add(device);
        shards[i] = new Shard(this, i, options, nanos, meter, device);
      }
    } catch (Throwable failed) { // a device could not be opened, or the clock not be read
      begun.forEach(device -> closeBeside(failed, device));
      throw failed;
    }
    this.only = shards.length == 1 ? shards[0].clock : null;
  }

  private static void closeBeside(Throwable failed, ClockEventDevice device) {
    try {
      device.close();
    } catch (Throwable also) {
      failed.addSuppressed(also);
    }
  }

  /**
   * Starts timeouts on a clock, with a daemon thread for each shard. If one cannot be had, what the
   * others had is closed, and the caller gets what was thrown.
   *
   * @param nanos a clock that never goes back, such as {@code clocks::monotonicNanos}; one that
   *     jumps ahead after a suspend is to be named BOOTTIME in the options
   * @param options how
   */
  public static Timeouts start(LongSupplier nanos, TimeoutsOptions options) {
    Timeouts timeouts = new Timeouts(nanos, options, true);
    Shard[] shards = timeouts.shards;
    int begun = 0;
    try {
      for (; begun < shards.length; begun++) {
        timeouts.owners.add(owner(shards[begun]));
      }
    } catch (Throwable failed) { // "unable to create native thread" is one
      for (int i = 0; i < shards.length; i++) {
        if (i < begun) {
          // Its owner ends, and closes its device.
          shards[i].send(new Request(true, new ArrayList<>(0)));
        } else {
          shards[i].closeDevice();
        }
      }
      throw failed;
    }
    return timeouts;
  }

  private static Thread owner(Shard shard) {
    return Thread.ofPlatform()
        .daemon()
        .name("timehands-timeouts-" + shard.index)
        .start(() -> own(shard));
  }

  /** Starts timeouts on the clock of a timekeeper that the options name. */
  public static Timeouts start(Timekeeper clocks, TimeoutsOptions options) {
    boolean counts = options.clock() == ClockId.BOOTTIME;
    return start(counts ? clocks::boottimeNanos : clocks::monotonicNanos, options);
  }

  /**
   * Makes timeouts without a thread: {@link #poll} runs what is due. Any thread arms and cancels,
   * but only one at a time calls {@link #poll}, {@link #drain} and {@link #shutdown()}.
   *
   * @param nanos a clock that never goes back
   * @param options how
   */
  public static Timeouts byHand(LongSupplier nanos, TimeoutsOptions options) {
    return new Timeouts(nanos, options, false);
  }

  private static void own(Shard shard) {
    try {
      while (!shard.isOver()) {
        turn(shard);
      }
    } finally {
      shard.closeDevice();
    }
  }

  private static void turn(Shard shard) {
    try {
      shard.turn();
    } catch (Throwable broken) {
      // The clock's, the device's or the system's: timeouts are kept, late, in preference to none.
      try {
        System.getLogger(Timeouts.class.getName())
            .log(System.Logger.Level.ERROR, "Running timeouts failed; trying again", broken);
        pause();
      } catch (Throwable unheard) { // no memory to say that there is none
        Thread.onSpinWait();
      }
    }
  }

  private static void pause() {
    try {
      Pause.upTo(NANOS_PER_SECOND / 1000);
    } catch (InterruptedException goesOn) {
      Thread.onSpinWait(); // the next pause is not cut short by this
    }
  }

  // --- making ------------------------------------------------------------------------------------

  /**
   * Arms a new timeout, which is over when it has run or was cancelled.
   *
   * @param delayNanos how long, 0 or more; at most {@link #maxDelayNanos}
   * @param callback takes the timeout when it runs
   * @throws IllegalArgumentException if the delay is out of range
   * @throws IllegalStateException after the shutdown, if the options say so
   */
  public Timeout after(long delayNanos, Consumer<? super Timeout> callback) {
    return after(delayNanos, callback, null);
  }

  /**
   * Arms a new timeout with an attachment.
   *
   * @param delayNanos as for {@link #after(long, Consumer)}
   * @param callback takes the timeout when it runs
   * @param attachment anything, or null
   */
  public Timeout after(
      long delayNanos, Consumer<? super Timeout> callback, Object attachment) {
    Objects.requireNonNull(callback, "callback");
    long delay = ticks(delayNanos);
    Shard shard = here();
    SharedTimeout made = new SharedTimeout(shard, callback, SharedTimeout.ONCE);
    made.attach(attachment);
    answer(made, made.arm(tick(made), delay));
    return made;
  }

  /** As {@link #after(long, Consumer)}. */
  public Timeout after(Duration delay, Consumer<? super Timeout> callback) {
    return after(nanos(delay), callback);
  }

  /**
   * Makes a timeout to keep, not armed: arming it again and again allocates nothing. Who gives it
   * up calls {@link #shutdown(Timeout)}: cancelled only, it lies on the wheel, with its callback,
   * until that looks at its place.
   *
   * @param callback takes the timeout whenever it runs; on an executor two runs may overlap
   */
  public Timeout timeout(Consumer<? super Timeout> callback) {
    return make(here(), callback, 0);
  }

  /**
   * Makes a timeout to keep that wakes nobody: it runs when the wheel is awake anyhow, which is
   * once in 2^26 ticks at least while one is armed (18 hours of milliseconds). Only a wheel that
   * would sleep for longer is woken, once, to take it in.
   */
  public Timeout deferrable(Consumer<? super Timeout> callback) {
    return make(here(), callback, SharedTimeout.DEFERRABLE);
  }

  /**
   * Makes a timeout to keep on one shard, whichever thread makes it: those of one shard run one
   * after the other.
   *
   * @param shard 0 to shards - 1
   * @param callback takes the timeout whenever it runs
   */
  public Timeout pinned(int shard, Consumer<? super Timeout> callback) {
    if (shard < 0 || shard >= shards.length) {
      throw new IllegalArgumentException(
          "shard " + shard + ": must be 0 to " + (shards.length - 1)
              + "; the options say how many there are");
    }
    return make(shards[shard], callback, 0);
  }

  private static Timeout make(Shard shard, Consumer<? super Timeout> callback, int traits) {
    return new SharedTimeout(shard, Objects.requireNonNull(callback, "callback"), traits);
  }

  private Shard here() {
    int count = shards.length;
    return count == 1 ? shards[0] : shards[(int) (Thread.currentThread().threadId() % count)];
  }

  // --- arming ------------------------------------------------------------------------------------

  /**
   * Arms a timeout, or arms it anew.
   *
   * @param timeout of these timeouts; one made by {@code after} only while it is pending
   * @param delayNanos how long from now, 0 or more, at most {@link #maxDelayNanos}
   * @return whether it was pending
   * @throws IllegalArgumentException if it is a stranger, or the delay is out of range
   * @throws IllegalStateException if it is over, or shut down and the options say so
   */
  public boolean arm(Timeout timeout, long delayNanos) {
    SharedTimeout own = own(timeout);
    return answer(own, own.arm(tick(own), ticks(delayNanos)));
  }

  /**
   * Puts a pending timeout off, and does not answer: the keep-alive of a connection, for one store
   * where {@link #arm} has to decide between it and whoever cancels or runs it.
   *
   * <p>It runs no earlier than what it was armed for and than this delay from now; of several calls
   * the last counts, but it may run as late as the farthest of them says: who wants it sooner uses
   * {@link #arm} or {@link #reduce}. Arming it anew ends that. One that is not pending is left
   * alone. A call at the very instant at which it becomes due may come too late: who must know uses
   * {@link #arm}.
   *
   * @param timeout as for {@link #arm}
   * @param delayNanos as for {@link #arm}
   * @throws IllegalArgumentException if it is a stranger, or the delay is out of range
   */
  public void postpone(Timeout timeout, long delayNanos) {
    SharedTimeout own = own(timeout);
    own.putOff(tick(own), ticks(delayNanos));
  }

  /**
   * Arms a timeout for the next whole second of the clock after the delay, or the tick at or after
   * that, so that many run together and wake the machine once. Shards keep three ticks apart.
   *
   * @param timeout as for {@link #arm}
   * @param delayNanos as for {@link #arm}
   * @return whether it was pending
   */
  public boolean armRounded(Timeout timeout, long delayNanos) {
    SharedTimeout own = own(timeout);
    long from = tick(own);
    long base = from + CoarseClock.SLACK_TICKS;
    long skew = SKEW_TICKS * own.shard.index;
    long deadline = base + ticks(delayNanos);
    long rounded = wholeSecond(own.shard, deadline - skew) + skew;
    return answer(own, own.arm(from, Math.min(rounded - base, SharedTimeout.MAX_DELAY_TICKS)));
  }

  /** The first tick at or after the whole second that comes at or after a tick. */
  private long wholeSecond(Shard shard, long tick) {
    long leapt = shard.leaptTicks();
    long ticks = tick + leapt;
    if (ticks > (Long.MAX_VALUE - NANOS_PER_SECOND) / tickNanos) {
      return tick; // the clock's end is no whole second
    }
    long second = Math.ceilDiv(ticks * tickNanos, NANOS_PER_SECOND);
    return Math.ceilDiv(second * NANOS_PER_SECOND, tickNanos) - leapt;
  }

  /**
   * Arms a timeout for an earlier time than it is armed for; leaves it alone otherwise. One that is
   * not pending is armed.
   *
   * <p>Where the owner has been late, and so has put off what was armed meanwhile ({@link
   * TimeoutStats#lateTicks}), one that is left alone may run later than this by as much.
   *
   * @param timeout as for {@link #arm}
   * @param delayNanos as for {@link #arm}
   * @return whether it was changed
   */
  public boolean reduce(Timeout timeout, long delayNanos) {
    SharedTimeout own = own(timeout);
    long delay = ticks(delayNanos);
    long from = tick(own);
    while (true) {
      long seen = own.later();
      long before = own.word;
      if (before == SharedTimeout.CLOSED) {
        answer(own, before);
        return false;
      }
      if (SharedTimeout.isArmed(before)
          && own.clock.isWithin(before, from, delay)
          && (seen == 0 || own.clock.isWithin(seen, from, delay))) {
        return false;
      }
      if (own.change(before, SharedTimeout.word(from, delay))) {
        own.forgetLater(seen);
        answer(own, own.armed(before, from, delay));
        return true;
      }
    }
  }

  /**
   * Fails a future that is not completed in time; one that is takes its timeout away. What depends
   * on it runs as a callback does; if that is slow, it is reported with the future and the limit.
   *
   * @param future completed with a {@link java.util.concurrent.TimeoutException} when the time
   *     is over
   * @param limit how long from now, as for {@link #after(Duration, Consumer)}; or what is left of
   *     {@link Deadline#NEVER}, or longer: that is never over
   * @return the future
   * @throws IllegalArgumentException if the limit is out of range
   */
  public <T> CompletableFuture<T> timeout(CompletableFuture<T> future, Duration limit) {
    if (!future.isDone() && nanos(limit) != Long.MAX_VALUE) {
      Timeout armed = after(limit, new FutureLimit(future, limit));
      CompletableFuture<T> _ = future.whenComplete((result, thrown) -> armed.cancel());
    }
    return future;
  }

  /**
   * Cancels a timeout for good: it is never armed again, and lets go of its callback.
   *
   * @return whether it was pending, and will not run; false if it was not, or was due already: a
   *     run that an executor was given is not taken back
   */
  public boolean shutdown(Timeout timeout) {
    SharedTimeout own = own(timeout);
    return SharedTimeout.isArmed(own.close());
  }

  private SharedTimeout own(Timeout timeout) {
    if (timeout instanceof SharedTimeout own) {
      if (own.clock == only || own.clock.house == this) {
        return own;
      }
    }
    throw new IllegalArgumentException(
        timeout + " is not one of these timeouts: arm it where it was made");
  }

  private long tick(SharedTimeout own) {
    return own.tick(only == null ? own.clock : only);
  }

  private boolean answer(SharedTimeout timeout, long before) {
    if (before != SharedTimeout.CLOSED) {
      return SharedTimeout.isArmed(before);
    }
    if (options.lateArms() == LateArms.REFUSE) {
      throw new IllegalStateException(
          timeout.shard.isClosed()
              ? "these timeouts are shut down: nothing can be armed any more"
              : "this timeout is over or shut down; keep one made by timeout() to arm it again");
    }
    return false;
  }

  /** What is more than a long holds is the longest, which is refused with its range. */
  private static long nanos(Duration delay) {
    return TimeUnit.NANOSECONDS.convert(delay);
  }

  /**
   * In whole ticks, rounded up, at least one: by a product, because a division costs more. One tick
   * too many may come out of delays of hours.
   */
  private long ticks(long delayNanos) {
    // Those begun before the last nanosecond; of 0 and less as of numbers beyond 2^63.
    long begun = Math.unsignedMultiplyHigh(delayNanos - 1, reciprocal);
    return Long.compareUnsigned(begun, USUAL_TICKS) < 0 ? begun + 1 : rareTicks(delayNanos, begun);
  }

  private long rareTicks(long delayNanos, long begun) {
    if (delayNanos == 0) {
      return 1;
    }
    if (delayNanos > 0 && delayNanos <= maxDelayNanos) {
      return begun + 1;
    }
    throw new IllegalArgumentException(
        "delay " + delayNanos + " ns: must be 0 to " + maxDelayNanos
            + " ns; for what is over already take 0, for more a longer tick");
  }

  /**
   * The longest delay, in nanoseconds: 2^34 - 5 ticks (198 days of milliseconds), and no more than
   * 292 years, which are fewer ticks if a tick is longer than 2^29 ns (0.54 s).
   */
  public long maxDelayNanos() {
    return maxDelayNanos;
  }

  // --- running by hand, and the end --------------------------------------------------------------

  /**
   * Runs what is due, by hand: one round of each shard.
   *
   * @return nanoseconds of the clock until which nothing is to be done; {@link Long#MIN_VALUE} if
   *     there is more at once, {@link Long#MAX_VALUE} if nothing is armed
   * @throws IllegalStateException if threads do that
   */
  public long poll() {
    if (!owners.isEmpty()) {
      throw new IllegalStateException("threads run these timeouts: poll only those made by hand");
    }
    long next = Long.MAX_VALUE;
    boolean interrupted = false;
    try {
      for (Shard shard : shards) {
        long tick = shard.poll();
        boolean plain = tick == Shard.AWAKE || tick == Long.MAX_VALUE;
        next = Math.min(next, plain ? tick : shard.nanosOf(tick));
      }
      // What a callback of one shard armed on another lies there unread.
      for (Shard shard : shards) {
        next = shard.hasMail() ? Shard.AWAKE : next;
        shard.complain();
      }
    } finally {
      for (Shard shard : shards) {
        interrupted |= shard.wasInterrupted();
      }
      // The thread is its caller's: a callback's, or whose it was before.
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return next;
  }

  /**
   * Cancels all that is pending.
   *
   * @return what was pending; each keeps its attachment
   */
  public List<Timeout> drain() {
    return request(false);
  }

  /**
   * Cancels all that is pending, for good, and ends the threads. What is armed later is refused or
   * ignored, as the options say. Waits for callbacks that the wheels' own threads run, unless it is
   * called by one: so hold no lock that they want.
   *
   * @return what was pending; empty the second time
   */
  public List<Timeout> shutdown() {
    return request(true);
  }

  private List<Timeout> request(boolean close) {
    int here = owners.indexOf(Thread.currentThread());
    // An owner that waited for the lock would keep whoever holds it waiting for that owner.
    while (here >= 0 && !requests.tryLock()) {
      shards[here].answerNow();
      Thread.onSpinWait();
    }
    if (here < 0) {
      requests.lock();
    }
    try {
      ArrayList<Timeout> pending = new ArrayList<>(0); // grows when it is told to, not before
      for (int i = 0; i < shards.length; i++) {
        if (!shards[i].isClosed()) {
          Request wanted = new Request(close, pending);
          shards[i].send(wanted);
          if (owners.isEmpty() || i == here) {
            shards[i].answerOwn(wanted);
          } else {
            await(wanted);
          }
        }
      }
      return pending;
    } finally {
      requests.unlock();
    }
  }

  private static void await(Request wanted) {
    boolean interrupted = false;
    while (true) {
      try {
        wanted.done.await();
        break;
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** As {@link #shutdown()}, forgetting what was pending. */
  @Override
  public void close() {
    shutdown();
  }

  /** Whether these were shut down. */
  public boolean isClosed() {
    return shards[0].isClosed();
  }

  /** What happened so far. */
  public TimeoutStats stats() {
    TimeoutStats sum = shards[0].stats();
    for (int i = 1; i < shards.length; i++) {
      sum = sum.plus(shards[i].stats());
    }
    return sum;
  }

  /** The length of a tick. */
  public long tickNanos() {
    return tickNanos;
  }

  /** How many shards there are. */
  public int shards() {
    return shards.length;
  }
}

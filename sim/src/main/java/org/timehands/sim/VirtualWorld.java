package org.timehands.sim;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timeout.TimeoutScheduler;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;
import org.timehands.timer.QueueStatus;
import org.timehands.timer.Sleeper;
import org.timehands.timer.TimerExecutor;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/**
 * A world with a time of its own, for tests: the production clocks, timers, timeouts, sleeps and
 * schedulers on a simulated counter and simulated devices. A day of sleeping and scheduled tasks
 * takes as long as the code in it runs.
 *
 * <pre>{@code
 * try (VirtualWorld world = VirtualWorld.begin(VirtualSettings.defaults())) {
 *   ScheduledExecutorService executor = world.executor(1);
 *   executor.scheduleAtFixedRate(report::write, 1, 1, TimeUnit.HOURS);
 *   world.advance(Duration.ofDays(1)); // 24 reports later
 * }
 * }</pre>
 *
 * <p><b>When time passes.</b> Only while the thread that drives the world (the one that made it)
 * is in {@link #advance} or one of its kin, sleeps by {@link #sleeper}, or waits for tasks or the
 * end of an executor here, or for a {@code TimerDescriptor}; and then only while all threads of the
 * world sleep or wait so. Threads of the world are those of {@link #executor}, {@link #start} and
 * {@link #call}, and each thread from its first sleep here on. If one of them waits for something
 * else for too long in real time, the driver throws, and says who waits where.
 *
 * <p><b>One seed, one run.</b> Threads are woken one after the other, in the order of their
 * expiries, each when the one before sleeps again. (Two threads of one pool that take tasks of one
 * instant race as they do on a machine.)
 *
 * <p>Limits: code that asks the JVM for the time or sleeps by it is not reached; hand it what this
 * world gives. If the driving thread waits for what is the JDK's own, such as a {@code
 * CompletableFuture}, it waits for ever: {@code world.call(() -> world.aside(future::join))}. A
 * {@code TimerScheduler} on {@link #timers} takes {@code world::start} for its executor. A world
 * keeps 25 KB outside the heap until the process ends, since a reader may be parked there. One
 * thread drives; the rest is thread-safe.
 */
/*
 * Time passes in steps, from one event to the next: a device's, a timeout, a second of the
 * timekeeping. Each step first waits until the crowd is asleep, so that all that was to be armed is
 * armed before the next event is looked for.
 */
public final class VirtualWorld implements AutoCloseable {
  private static final long NEVER = Long.MAX_VALUE;
  private static final long IDLE_LIMIT_NANOS = 366L * 86_400 * 1_000_000_000L;

  private final VirtualMachineRoom room;
  private final Timers timers;
  private final Sleeper sleeper;
  private final Timeouts timeouts;
  private final List<Timeouts> wheels = new CopyOnWriteArrayList<>();
  private final Crowd crowd;
  private final VirtualSettings settings;
  private final List<TimerExecutor> executors = new CopyOnWriteArrayList<>();
  private final List<TimeoutScheduler> schedulers = new CopyOnWriteArrayList<>();
  private boolean inCallback;

  private VirtualWorld(
      VirtualSettings settings, SplittableRandom random, Adversary adversary) {
    this.settings = settings;
    this.room = new VirtualMachineRoom(settings, random, adversary);
    this.crowd = new Crowd(settings.patienceMillis(), new Driving());
    this.timers =
        Timers.byHand(
            room.clocks(),
            TimerOptions.defaults()
                .withShards(settings.cpus())
                .withDevices(room::newDevice)
                .withDeferred(crowd::start));
    timers.watchWaits(crowd);
    timers.setTickMode(settings.tickMode());
    this.sleeper = new Sleeper(timers);
    this.timeouts = newWheel();
  }

  private Timeouts newWheel() {
    Timeouts made =
        Timeouts.byHand(
            room.clocks()::monotonicNanos, TimeoutsOptions.DEFAULT.withShards(1));
    wheels.add(made);
    return made;
  }

  /** Begins a world, driven by the calling thread. */
  public static VirtualWorld begin(VirtualSettings settings) {
    SplittableRandom random = new SplittableRandom(settings.seed());
    Adversary usual =
        settings.isAdverse() ? new Adversary(random, 200, 20, 50) : Adversary.none();
    return new VirtualWorld(settings, random, usual);
  }

  /** Begins a world with an adversary of one's own. */
  static VirtualWorld begin(VirtualSettings settings, Adversary adversary) {
    return new VirtualWorld(settings, new SplittableRandom(settings.seed()), adversary);
  }

  /** What this world is like. */
  public VirtualSettings settings() {
    return settings;
  }

  /* ---- what it has --------------------------------------------------------------------------- */

  /** The clocks. */
  public Timekeeper clocks() {
    return room.clocks();
  }

  /**
   * The true time of this world's machine, in nanoseconds, for further counters: a {@code
   * SimulatedClockSource} or a {@code TickClockSource} that {@link #timekeeping} changes to.
   */
  public long trueNanos() {
    return room.now();
  }

  /** What sets, steps and steers them. */
  public Timekeeping timekeeping() {
    return room.keeping();
  }

  /** REALTIME for code that takes a {@link Clock}. */
  public Clock clock(ZoneId zone) {
    return clocks().clock(zone);
  }

  /** REALTIME for code that takes an {@link InstantSource}. */
  public InstantSource instantSource() {
    return clocks().instantSource();
  }

  /** The timers; hard callbacks run on the driving thread, soft ones on threads of their own. */
  public Timers timers() {
    return timers;
  }

  /** Puts threads to sleep; on the driving thread, a sleep makes time pass. */
  public Sleeper sleeper() {
    return sleeper;
  }

  /** The timeouts, in ticks of a millisecond; callbacks run on the driving thread. */
  public Timeouts timeouts() {
    return timeouts;
  }

  /**
   * A pool in place of a ScheduledThreadPoolExecutor; it is shut down with this world.
   *
   * @param threads how many threads, at least 1
   */
  public TimerExecutor executor(int threads) {
    TimerExecutor made = new TimerExecutor(timers, threads, crowd.threads());
    executors.add(made);
    return made;
  }

  /** A scheduler with a wheel of its own, as {@link #timeouts}, and a thread for each run. */
  public TimeoutScheduler timeoutScheduler() {
    Executor workers = crowd::start;
    TimeoutScheduler made =
        TimeoutScheduler.byHand(newWheel(), clocks()::monotonicNanos, workers, crowd);
    schedulers.add(made);
    return made;
  }

  /** A number that two runs have in common if the same was expired at the same times. */
  public long fingerprint() {
    return room.fingerprint();
  }

  /* ---- threads ------------------------------------------------------------------------------- */

  /** Starts a thread of this world; it runs when time is driven next. */
  public void start(Runnable code) {
    crowd.start(Objects.requireNonNull(code, "code"));
  }

  /**
   * Runs code on a thread of this world, and lets time pass until it is done.
   *
   * @param code may sleep and wait by what this world gives
   * @return what it returns
   * @throws Exception what it throws
   */
  public <T> T call(Callable<T> code) throws Exception {
    FutureTask<T> task = new FutureTask<>(code);
    crowd.drivenHere();
    crowd.start(task);
    drive(NEVER, task::isDone);
    try {
      return task.get();
    } catch (ExecutionException thrown) {
      if (thrown.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw thrown;
    }
  }

  /**
   * Waits for something that is not of this world: time passes without the calling thread.
   *
   * @param wait waits, such as {@code queue::take}; when it comes back, time stands until the
   *     thread sleeps again
   */
  public <T> T aside(Callable<T> wait) throws Exception {
    if (!crowd.isKnownHere()) {
      return wait.call();
    }
    crowd.aside(true);
    try {
      return wait.call();
    } finally {
      crowd.aside(false);
    }
  }

  /** Lets a thread go: time passes whatever it does, until it sleeps here again. */
  public void forget(Thread thread) {
    crowd.forget(thread);
  }

  /* ---- time ---------------------------------------------------------------------------------- */

  /**
   * Lets time pass, with all that is due meanwhile.
   *
   * @param duration how long on MONOTONIC, unless that is steered; not negative, and no further
   *     than 292 years from where the world began
   * @throws IllegalArgumentException for another
   * @throws IllegalStateException if a thread of this world does not come to sleep
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "advance of " + duration + " must not be negative: to set the clock back, use"
              + " timekeeping()");
    }
    crowd.drivenHere();
    drive(room.now() + nanosLeft(duration), () -> false);
  }

  /** A world's time is 64 bits of nanoseconds. */
  private long nanosLeft(Duration duration) {
    Duration left = Duration.ofNanos(NEVER - 1 - room.now());
    if (duration.compareTo(left) > 0) {
      throw new IllegalArgumentException(
          "advance of " + duration + " is more than this world has left: at most " + left
              + " (292 years from its beginning)");
    }
    return duration.toNanos();
  }

  /**
   * Lets time pass until REALTIME comes to an instant.
   *
   * @param instant not before now
   */
  public void advanceTo(Instant instant) {
    Instant now = instantSource().instant();
    if (instant.isBefore(now)) {
      throw new IllegalArgumentException(
          "advance to " + instant + " must not lie before now, " + now
              + ": to set the clock back, use timekeeping()");
    }
    advance(Duration.between(now, instant));
  }

  /**
   * Lets time pass until nothing is armed and nobody sleeps.
   *
   * @throws IllegalStateException if that takes more than 366 days: something is periodic
   */
  public void runUntilIdle() {
    crowd.drivenHere();
    drive(room.now() + IDLE_LIMIT_NANOS, this::isIdle);
    if (!isIdle()) {
      throw new IllegalStateException(
          "not idle in 366 days: "
              + timers.queues().stream().mapToInt(QueueStatus::armed).sum() + " timers and up to "
              + wheels.stream().mapToLong(each -> each.stats().places()).sum()
              + " timeouts are armed; stop what is periodic, or use advance");
    }
  }

  private boolean isIdle() {
    return !timers.isAnyArmed() && poll() == NEVER && crowd.nextDeadline() == NEVER;
  }

  /** What the crowd has of the thread that drives. */
  private final class Driving implements Crowd.DrivenBy {
    @Override
    public void sleep(BooleanSupplier over) {
      drive(NEVER, over);
    }

    @Override
    public boolean await(BooleanSupplier over, long mostNanos) {
      if (inCallback) {
        return awaitInCallback(over, mostNanos);
      }
      long now = room.now();
      drive(mostNanos < NEVER - now ? now + mostNanos : NEVER, over);
      return true;
    }

    @Override
    public long now() {
      return room.now();
    }
  }

  /** Time stands, but another thread may bring about what is waited for. */
  private boolean awaitInCallback(BooleanSupplier over, long mostNanos) {
    if (TimeUnit.NANOSECONDS.toMillis(mostNanos) < settings.patienceMillis()) {
      return false;
    }
    if (!crowd.awaitStanding(over)) {
      throw new IllegalStateException(
          "a callback waits for what has not come in " + settings.patienceMillis()
              + " ms of real time: time stands while it runs; use a soft timer");
    }
    return true;
  }

  private void drive(long target, BooleanSupplier over) {
    if (inCallback) {
      throw new IllegalStateException(
          "a callback must not sleep or advance: time stands while it runs; use a soft timer");
    }
    long patienceNanos = TimeUnit.MILLISECONDS.toNanos(settings.patienceMillis());
    for (;;) {
      long nextTimeout = settle();
      if (over.getAsBoolean()) {
        return;
      }
      long next = Math.min(Math.min(room.nextEvent(), nextTimeout), crowd.nextDeadline());
      if (target == NEVER && next == NEVER) {
        long waited = crowd.awaitAside();
        patienceNanos -= waited;
        if (waited < 0 || patienceNanos < 0) {
          throw new IllegalStateException(
              "deadlock at virtual time " + instantSource().instant()
                  + ": what is waited for never comes, nothing is armed (a thread that is not of"
                  + " this world is not waited for: give a scheduler world::start)");
        }
        continue;
      }
      if (next > target && room.nextSecond() > target) {
        room.moveTo(target);
        return;
      }
      deliver(next);
    }
  }

  /** Has all run that can run now; returns when the next timeout is due. */
  private long settle() {
    for (;;) {
      crowd.settle();
      long next = poll();
      if (next != Long.MIN_VALUE) {
        // What ran may have woken somebody.
        crowd.settle();
        next = poll();
      }
      if (next != Long.MIN_VALUE) {
        return next == NEVER ? NEVER : room.inMonotonic(next);
      }
    }
  }

  private void deliver(long next) {
    inCallback = true;
    try {
      room.deliver(next, timers);
    } finally {
      inCallback = false;
    }
  }

  private long poll() {
    inCallback = true;
    try {
      return wheels.stream().mapToLong(Timeouts::poll).min().orElse(NEVER);
    } finally {
      inCallback = false;
    }
  }

  /** Ends the world: pools are shut down, sleepers wake with an exception. */
  @Override
  public void close() {
    executors.forEach(TimerExecutor::shutdownNow);
    schedulers.forEach(TimeoutScheduler::shutdownNow);
    timers.watchWaits(null);
    timers.close();
    wheels.forEach(Timeouts::close);
    room.close();
    crowd.close();
  }

  /** What a clock of this world tells, in nanoseconds. */
  public long nanos(ClockId clock) {
    return clocks().nanos(clock);
  }
}

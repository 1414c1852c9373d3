package org.timehands.timer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.timehands.clockevent.Passage;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.linux.Cpus;
import org.timehands.tick.IdleListeners;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;

/**
 * The timers of one timekeeper: makes them, keeps them in order and runs them, never early.
 *
 * <p>A timer stands in one of some shards (one by default); within a shard, timers of one clock,
 * sleepers among them, expire in the order of their instants, and of their arming where those are
 * equal. Each shard has a thread and a clock event device, unless it is stepped by hand.
 *
 * <p>Of a set of a clock these timers are told by the write side of their timekeeper, if it is in
 * this process; else somebody may call {@link #clockWasSet}, and without that, timers on clocks
 * that can be set look at them once a second. What a set costs depends on the number of shards, not
 * on how many timers are armed.
 *
 * <p>Thread-safe.
 */
/*
 * field        | read         | write        | guard
 * wanted, fine | synchronized | synchronized | this
 * lasting      | whoever      | once         | none: written before these timers are given away
 * waits        | volatile     | volatile     | none: a wait keeps to whom it has told
 */
public final class Timers implements AutoCloseable {
  private static final TickMode COARSE = TickMode.dynamic(1000);
  private static final int COMMON_SLOTS = 64;

  private final TimerClocks clocks;
  private final ReportList reports;
  private final Set<Thread> softRunners = ConcurrentHashMap.newKeySet();
  private final List<TimerShard> shards = new ArrayList<>();
  private final List<ExpiryThread> threads = new ArrayList<>();
  private final IdleListeners idleListeners = new IdleListeners();
  private final WaitGraph waitGraph = new WaitGraph();
  private final List<Runnable> setListeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> endListeners = new CopyOnWriteArrayList<>();

  private final Timekeeping.Listener sets =
      new Timekeeping.Listener() {
        @Override
        public void clockWasSet(long sequence) {
          Timers.this.clockWasSet();
        }

        @Override
        public void clocksourceChanged(long sequence) {
          setFine(clocksourceIsFine.getAsBoolean());
        }
      };
  private BooleanSupplier clocksourceIsFine = () -> true;
  private TickMode wanted = TickMode.tickless();
  private boolean fine = true;
  private Runnable forget = () -> {};
  private boolean lasting;
  private volatile TimerWaits waits;
  /** What the shards are bound to, ascending; empty if to none. */
  private final int[] cpus;

  /** Made when somebody asks for them. */
  private static final class Common {
    static final Timers TIMERS = begin();

    private Common() {}

    private static Timers begin() {
      Candidate best = ClockSources.best();
      Timekeeping keeping =
          Timekeeping.ofThisMachine(
              best.source(), best.rate(), TimekeepingOptions.defaults().withSlots(COMMON_SLOTS));
      Timers timers = start(keeping.clocks(), TimerOptions.defaults());
      timers.lasting = true;
      return timers;
    }
  }

  private Timers(TimerClocks clocks, TimerOptions options) {
    this.clocks = Objects.requireNonNull(clocks, "clocks");
    this.cpus = options.cpus().stream().mapToInt(Integer::intValue).toArray();
    this.reports = new ReportList(options.reports());
    TimerOptions told = options.withReports(reports).withDeferred(marking(options.deferred()));
    try {
      for (int i = 0; i < options.shards(); i++) {
        shards.add(new TimerShard(i, clocks, told, waitGraph, idleListeners));
      }
    } catch (RuntimeException | Error refused) {
      shards.forEach(shard -> shard.device().close());
      throw refused;
    }
  }

  /** Marks the threads that run callbacks of soft timers. */
  private Executor marking(Executor deferred) {
    return task ->
        deferred.execute(
            () -> {
              boolean isOutermost = softRunners.add(Thread.currentThread());
              try {
                task.run();
              } finally {
                if (isOutermost) {
                  softRunners.remove(Thread.currentThread());
                }
              }
            });
  }

  /**
   * The timers that all parts of this process may share: one shard on the best counter of this
   * machine, started when somebody asks for them first. Their clocks begin at the machine's time
   * and are free running, so they are for whiles, not for dates. They last as long as the process:
   * {@link #close} does nothing.
   */
  public static Timers common() {
    return Common.TIMERS;
  }

  /**
   * Starts timers with a daemon thread for each shard.
   *
   * @param keeper whose clocks they are held against
   * @param options how they are kept
   */
  public static Timers start(Timekeeper keeper, TimerOptions options) {
    Timers timers = start(new KeeperClocks(keeper), options);
    timers.listenTo(keeper);
    return timers;
  }

  /** As {@link #start(Timekeeper, TimerOptions)}, with clocks of any kind. */
  public static Timers start(TimerClocks clocks, TimerOptions options) {
    Timers timers = new Timers(clocks, options);
    for (int i = 0; i < timers.shards.size(); i++) {
      TimerShard shard = timers.shards.get(i);
      ExpiryThread thread =
          new ExpiryThread(shard, timers::clockWasSet, options);
      timers.threads.add(thread);
      int[] cpus = timers.cpus;
      thread.start(
          "timehands-timer-" + i,
          cpus.length == 0 ? ExpiryThread.ANY_CPU : cpus[i % cpus.length]);
    }
    return timers;
  }

  /**
   * Makes timers without threads: somebody calls {@link #expire} when a device says so.
   *
   * @param clocks what they are held against
   * @param options how they are kept
   */
  public static Timers byHand(TimerClocks clocks, TimerOptions options) {
    return new Timers(clocks, options);
  }

  /** As {@link #byHand(TimerClocks, TimerOptions)}, against the clocks of a timekeeper. */
  public static Timers byHand(Timekeeper keeper, TimerOptions options) {
    Timers timers = byHand(new KeeperClocks(keeper), options);
    timers.listenTo(keeper);
    return timers;
  }

  private void listenTo(Timekeeper keeper) {
    keeper.timekeeping().ifPresent(told -> {
      clocksourceIsFine = () -> told.clocksource().validForHighResolution();
      told.addListener(sets);
      setFine(clocksourceIsFine.getAsBoolean());
      forget = () -> told.removeListener(sets);
    });
  }

  /**
   * Makes a timer whose callback is run by the thread that expires it: at once, and delaying the
   * timers behind it.
   *
   * @param callback what to run
   */
  public ClockTimer timer(TimerCallback callback) {
    return timer(shardOfThread(), callback, false);
  }

  /**
   * Makes a timer whose callback is handed to the executor: later than that of a hard timer, and
   * delaying nobody. It runs once at a time.
   *
   * @param callback what to run
   */
  public ClockTimer softTimer(TimerCallback callback) {
    return timer(shardOfThread(), callback, true);
  }

  /**
   * Makes a timer in a shard of choice.
   *
   * @param shard in [0, shards)
   * @param callback what to run
   * @param soft whether the executor runs it
   */
  public ClockTimer timer(int shard, TimerCallback callback, boolean soft) {
    Objects.requireNonNull(callback, "callback");
    return new ClockTimer(shards.get(Objects.checkIndex(shard, shards.size())), callback, soft);
  }

  /** How many shards there are. */
  public int shards() {
    return shards.size();
  }

  /**
   * A clock's time now.
   *
   * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
   */
  public long nanos(ClockId clock) {
    if (clock == ClockId.MONOTONIC) {
      return clocks.monotonicNanos();
    }
    ClockView view = new ClockView();
    clocks.read(view);
    return view.nanos(clock);
  }

  /**
   * Runs what is due in all shards, and programs their devices: for timers by hand. Callbacks of
   * hard timers run on the calling thread.
   *
   * @return how many timers have expired
   * @throws IllegalStateException if called from a callback, or while another thread expires
   */
  public int expire() {
    int ran = 0;
    // By number: an iterator is 32 bytes, and an expiry allocates nothing.
    for (int i = 0; i < shards.size(); i++) {
      ran += expire(i);
    }
    return ran;
  }

  /**
   * Runs what is due in one shard, and programs its device, as {@link #expire()} does in all.
   *
   * @param shard in [0, shards)
   * @return how many timers have expired
   */
  public int expire(int shard) {
    TimerShard one = shards.get(Objects.checkIndex(shard, shards.size()));
    int ran = one.expire();
    if (one.hasSeenASet()) {
      clockWasSet();
    }
    return ran;
  }

  /**
   * Has somebody told of all threads that wait for these timers, in {@link Sleeper}, the
   * executors, {@link TimerDescriptor} and {@link ClockTimer#cancel}: for tests that make time by
   * hand.
   *
   * @param watcher is told; null for nobody
   */
  public void watchWaits(TimerWaits watcher) {
    waits = watcher;
    waitGraph.letPassBy(watcher == null ? Passage.BY_ITSELF : watcher);
  }

  /** Who is told of waits, or null. */
  TimerWaits waits() {
    return waits;
  }

  /**
   * Tells that REALTIME or TAI was set, stepped or leapt, or that the machine has slept. Call it
   * when the new time is in force, and before whoever set it is told so: timers that are due now
   * run as soon as their thread can, those that are not any more wait. Then listeners of {@link
   * #onClockSet} are told.
   */
  public void clockWasSet() {
    shards.forEach(TimerShard::clockWasSet);
    setListeners.forEach(Runnable::run);
  }

  /**
   * Switches how timers are woken, with timers armed; none is lost. Tickless from the beginning.
   *
   * <p>High resolution needs a clocksource that is good enough for it. While the timekeeper has
   * none, a tickless mode stands for a dynamic beat of 1000 Hertz, and comes back by itself. Of
   * closed timers nothing wakes any more, whatever the mode.
   *
   * @param mode how from now on
   */
  public synchronized void setTickMode(TickMode mode) {
    wanted = Objects.requireNonNull(mode, "mode");
    applyMode();
  }

  /** How timers are woken now. */
  public synchronized TickMode tickMode() {
    return fine || !wanted.isHighResolution() ? wanted : COARSE;
  }

  private synchronized void setFine(boolean isFine) {
    if (fine != isFine) {
      fine = isFine;
      applyMode();
    }
  }

  private void applyMode() {
    TickMode mode = tickMode();
    shards.forEach(shard -> shard.setTickMode(mode));
  }

  /** Those who are told when a shard goes idle and comes back; on the thread that expires. */
  public IdleListeners idleListeners() {
    return idleListeners;
  }

  /** Adds somebody who is told that a clock was set, after the timers know. */
  void onClockSet(Runnable listener) {
    setListeners.add(listener);
  }

  void forgetClockSet(Runnable listener) {
    setListeners.remove(listener);
  }

  /** Adds somebody who is told when these timers are closed. */
  void onEnd(Runnable listener) {
    endListeners.add(listener);
  }

  void forgetEnd(Runnable listener) {
    endListeners.remove(listener);
  }

  TimerClocks clocks() {
    return clocks;
  }

  /** Whether any timer is armed, or somebody sleeps: cheaper to ask than how many. */
  public boolean isAnyArmed() {
    boolean any = false;
    for (TimerShard shard : shards) {
      any |= shard.isAnyArmed();
    }
    return any;
  }

  /**
   * What all this has done so far, in whatever tick mode. Those that are armed are counted now: to
   * ask with a million armed takes tens of milliseconds, and delays no timer.
   */
  public TimerStatistics statistics() {
    return statisticsByMode().values().stream()
        .reduce(TimerStatistics.NONE, TimerStatistics::plus);
  }

  /** What was done in each tick mode that has been in force, in the order of their first use. */
  public Map<TickMode, TimerStatistics> statisticsByMode() {
    Map<TickMode, TimerStatistics> sum = new LinkedHashMap<>();
    for (TimerShard shard : shards) {
      shard
          .statistics()
          .forEach((mode, counted) -> sum.merge(mode, counted, TimerStatistics::plus));
    }
    return sum;
  }

  /**
   * The queues in which timers stand, shard by shard, with the first events of each. Counts as
   * {@link #statistics} does.
   */
  public List<QueueStatus> queues() {
    List<QueueStatus> all = new ArrayList<>();
    shards.forEach(shard -> all.addAll(shard.queues()));
    return all;
  }

  /**
   * Has somebody else told what goes wrong as well, from now on.
   *
   * @param more is told after those before
   */
  public void addReports(TimerReports more) {
    reports.add(more);
  }

  /** Tells somebody no more. */
  public void removeReports(TimerReports gone) {
    reports.remove(gone);
  }

  /** The devices' names, for reports. */
  public List<String> devices() {
    return shards.stream().map(shard -> shard.device().name()).toList();
  }

  /** Whether {@link #close} has been called. */
  public boolean isClosed() {
    return shards.getFirst().isClosed();
  }

  /**
   * Ends the threads, closes the devices and drops all timers, which are told. Callbacks that are
   * running go on; sleepers wake with an exception. It waits until the threads have ended, but not
   * if a callback calls it, hard or soft: they may be waiting for that one. Nothing happens to the
   * {@linkplain #common common ones}.
   */
  @Override
  public void close() {
    if (lasting) {
      return;
    }
    forget.run();
    shards.forEach(TimerShard::close);
    endListeners.forEach(Runnable::run);
    // Callbacks of two shards that close at once would wait for each other's threads; and a soft
    // one for a hard one that cancels its timer (TimerFaultsTest.aSoftCallbackMayClose).
    boolean isCallback = softRunners.contains(Thread.currentThread());
    boolean waits = !isCallback && threads.stream().noneMatch(ExpiryThread::isCurrent);
    threads.forEach(thread -> thread.close(waits));
    if (threads.isEmpty()) {
      shards.forEach(shard -> shard.device().close());
    }
  }

  /** Whether the calling thread runs the callback of a hard timer of any shard. */
  boolean isExpiringHere() {
    for (TimerShard shard : shards) {
      if (shard.looksOfOthers() < 0) {
        return true;
      }
    }
    return false;
  }

  /** What lets time pass for who waits. */
  Passage passage() {
    return waitGraph.passage();
  }

  int shardOfThread() {
    TimerWaits watcher = waits;
    if (watcher == null && cpus.length > 0) {
      int at = Arrays.binarySearch(cpus, Cpus.current());
      return Math.max(0, at) % shards.size();
    }
    long number = watcher == null ? Thread.currentThread().threadId() : watcher.number();
    return (int) (number % shards.size());
  }
}

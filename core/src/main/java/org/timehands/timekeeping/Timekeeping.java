package org.timehands.timekeeping;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.clocksource.ClockSource;
import org.timehands.discipline.Ntp;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.linux.HostClocks;
import org.timehands.rate.CounterRate;
import org.timehands.timekeeping.TimekeepingStateException.Why;
import org.timehands.timeline.Counters;
import org.timehands.timeline.History;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Page;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * The write side of a timekeeper: what sets, steps, steers, suspends and changes the counter of one
 * timeline, as the kernel's {@code timekeeping.c} and {@code ntp.c} do.
 *
 * <p>Every method may be called from any thread, beside any number of readers, and from inside a
 * {@link Listener}; none but {@link #close} from inside a step of the writer itself (a hook, an
 * edit), where they throw {@link IllegalStateException}. Reads never wait for a writer, and may be
 * made from anywhere, hooks included. Writers wait for one another.
 *
 * <p>A setter returns when what it set is in force: a read that follows gives it. It waits for at
 * most the horizon step (L), or the heartbeat's lead, by doing {@code whileWaiting} again and
 * again; a counter that stands still is given up. And it returns after all listeners have been told
 * of what it set, also where another thread tells them, but for one that takes 5 s. {@link
 * #advance} and {@link #pps} do not wait, except to tell listeners.
 *
 * <p>There is no thread inside. Somebody calls {@link #advance} about once a second, such as a
 * {@code TimekeepingDriver}: slews end in time, and the leap second is announced. Calling it late
 * costs no more than slews that last too long, which are paid back in the seconds after.
 *
 * <p>Nobody vouches for the wall clock until {@link #adjtimex} says that somebody does: until
 * {@code STA_UNSYNC} is cleared REALTIME has no bound. MONOTONIC's bound holds against the nominal
 * rate of the counter: it grows by the counter's drift and by all that it is steered.
 */
/*
 * field       | read     | write      | guard
 * holder      | volatile | under lock | lock: diagnostics alone read it without
 * sinceCycles | volatile | under lock | lock, as above
 * sinceId     | volatile | under lock | lock, as above
 * others (the lines, the counts told, closed) | under lock | under lock | lock
 */
public final class Timekeeping implements AutoCloseable {
  /** REALTIME may be set to less than this: 30 years before the end of 64-bit time, in 2232. */
  public static final long REALTIME_END_NANOS =
      (Long.MAX_VALUE / 1_000_000_000L - 30L * 365 * 86_400) * 1_000_000_000L;

  /** Largest TAI-UTC, in seconds. */
  public static final int TAI_OFFSET_MAX_SECONDS = 100_000;

  private static final long SECOND_NANOS = 1_000_000_000L;

  private final ReentrantLock lock = new ReentrantLock();
  private final Bell bell = new Bell();
  private final Ntp ntp;
  private final Clockwork line;
  private final Timekeeper clocks;
  private final AuxClocks aux = new AuxClocks(this);
  private final Operations operations;
  private final Sample stamp = new Sample();
  private volatile Thread holder;
  private volatile long sinceCycles;
  private volatile long sinceId;
  private long setsTold;
  private long changesTold;
  private long resumesTold;
  private boolean closed;

  /**
   * Is told what happens to the clocks, after it has come into force, one event after the other.
   *
   * <p>It is called by a thread that changes the clocks, and others that do wait for it; so it must
   * not wait for one of them. It may change the clocks itself: that is told when it is done.
   */
  public interface Listener {
    /**
     * REALTIME or TAI was moved: set, stepped, leapt, or carried over a sleep.
     *
     * @param sequence how often that has happened
     */
    default void clockWasSet(long sequence) {}

    /**
     * Another clocksource drives the timeline.
     *
     * @param sequence how often that has happened
     */
    default void clocksourceChanged(long sequence) {}

    /**
     * The machine has slept and goes on.
     *
     * @param sequence of the clock-was-set event that goes with it
     */
    default void resumed(long sequence) {}
  }

  /**
   * Who holds the write side just now.
   *
   * @param thread its name
   * @param heldNanos for how long, in nanoseconds of RAW; -1 if that cannot be told
   */
  public record Updater(String thread, long heldNanos) {}

  private Timekeeping(Clockwork line, Ntp ntp, TimekeepingOptions options) {
    this.line = line;
    this.ntp = ntp;
    this.operations = new Operations(this, line, aux, options.hz());
    this.clocks = new Timekeeper(line.timeline(), this);
    setsTold = line.setsSeq();
    changesTold = line.changesSeq();
  }

  /**
   * Begins a timeline in memory of this process, free running.
   *
   * @param counter what drives it
   * @param rate how fast the counter counts
   * @param options where it begins, and how it is steered
   */
  public static Timekeeping begin(
      ClockSource counter, CounterRate rate, TimekeepingOptions options) {
    Slope slope = Slope.of(rate);
    Ntp ntp = Ntp.real(options.hz());
    return new Timekeeping(Beginning.line(counter, slope, ntp, options), ntp, options);
  }

  /**
   * Takes up the write side of a timeline that somebody gives, such as a shared page: goes on with
   * its rate, its leap second and its TAI-UTC.
   *
   * @param writer its writer; nobody else appends, but for a gap guard
   * @param timeline a reader of the same page, which extends
   * @param counters the counters that this reader knows; grows when the clocksource changes
   * @param options how it is steered; where it begins is not looked at
   * @throws IllegalArgumentException if the timeline's counter is not among the counters
   */
  public static Timekeeping over(
      TimelineWriter writer, Timeline timeline, Counters counters, TimekeepingOptions options) {
    Ntp ntp = Ntp.real(options.hz());
    Clockwork line = new Clockwork(writer, timeline, counters, ntp, options);
    return new Timekeeping(line, ntp, options);
  }

  /**
   * Begins a timeline in memory of this process at this machine's time, free running from then on.
   * A sleep, a pause or a migration of the machine is noticed at the next read after it: MONOTONIC
   * leaves it out as the host's does, BOOTTIME and REALTIME do not.
   *
   * @param counter a counter of this machine
   * @param rate how fast the counter counts
   * @param options how it is steered; where it begins and its probe are not looked at
   */
  public static Timekeeping ofThisMachine(
      ClockSource counter, CounterRate rate, TimekeepingOptions options) {
    Slope slope = Slope.of(rate);
    long mono = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
    long real = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
    Ntp ntp = Ntp.real(options.hz());
    TimekeepingOptions here = options.startingAt(real, mono);
    Clockwork line = Beginning.guarded(counter, slope, ntp, here, HostTimes.SYSTEM);
    return new Timekeeping(line, ntp, here);
  }

  /** The clocks, to be read by anybody. */
  public Timekeeper clocks() {
    return clocks;
  }

  /** The clocksource that drives the timeline. */
  public ClockSource clocksource() {
    return line.counter();
  }

  /**
   * Sets REALTIME: do_settimeofday64. MONOTONIC does not change by one bit; slews, a planned leap
   * second and pulses are forgotten, and nobody vouches for the clock any more.
   *
   * @param nanos what REALTIME is at this call, since 1970; not below MONOTONIC, and below
   *     {@link #REALTIME_END_NANOS}
   * @throws IllegalArgumentException if it is out of its range
   */
  public void setRealtime(long nanos) {
    write(Operations.SET, nanos, 0, null, true);
  }

  /**
   * Steps REALTIME by an amount, as {@code ADJ_SETOFFSET} does; two at once both count.
   *
   * @param deltaNanos the amount
   * @throws IllegalArgumentException if REALTIME would leave the range of {@link #setRealtime}
   */
  public void injectOffset(long deltaNanos) {
    write(Operations.STEP, deltaNanos, 0, null, true);
  }

  /**
   * Sets TAI-UTC.
   *
   * @param seconds in [0, 100000]
   * @throws IllegalArgumentException if it is out of its range
   */
  public void setTaiOffset(int seconds) {
    write(Operations.TAI, seconds, 0, null, true);
  }

  /**
   * Tells of a sleep in which the counter stood: REALTIME, TAI and BOOTTIME move on, MONOTONIC does
   * not.
   *
   * @param sleptNanos how long, not negative
   * @throws IllegalArgumentException if REALTIME or BOOTTIME would leave the range of {@link
   *     #setRealtime}
   */
  public void injectSleep(long sleptNanos) {
    write(Operations.STEP, sleptNanos, sleptNanos, null, true);
  }

  /**
   * Tells the discipline the seconds that have begun, and publishes what follows: slews, leap
   * seconds, a lost reference. Each second counts from where it began, as far as nobody has read
   * beyond; what a slew has lasted too long is paid back.
   */
  public void advance() {
    write(Operations.ADVANCE, 0, 0, null, false);
  }

  /**
   * adjtimex(2) on this timeline's REALTIME.
   *
   * @param timex in and out; untouched if the answer is negative
   * @param privileged whether the caller may change the clock
   * @return {@link Timex#TIME_OK} to {@link Timex#TIME_ERROR}; or -{@link Timex#EINVAL},
   *     -{@link Timex#EPERM}, and then nothing has changed
   */
  public int adjtimex(Timex timex, boolean privileged) {
    int refused = ntp.validate(timex, privileged);
    return refused != 0 ? refused : (int) write(Operations.ADJUST, 0, 0, timex, timex.modes != 0);
  }

  /**
   * Takes a pulse that marks the beginning of a true second: hardpps. Does not wait.
   *
   * @param realNanos REALTIME at the pulse
   * @param rawNanos RAW at the pulse
   */
  public void pps(long realNanos, long rawNanos) {
    write(Operations.PULSE, realNanos, rawNanos, null, false);
  }

  /**
   * Goes on on another counter, beside any readers and from any thread or listener (A9). MONOTONIC
   * stands still for as long as it takes to be sure, at most what the readings of both counters
   * leave open, and loses nothing: that is paid back. The doubt is added to the bounds. RAW runs at
   * the new counter's nominal rate from now on; the discipline is carried over. The old counter
   * keeps its formula in the history. With the counter that drives already, only the nominal slope
   * changes. A narrow counter that may have come round since the timeline left it gets a new era,
   * as another id; a counter that went back is left at what was promised last.
   *
   * @param to the counter; known to readers from now on
   * @param rate how fast it counts
   * @param slopeErrorPpb how far that may be off, in parts per billion, in [0, 10^8]
   */
  public void changeClocksource(ClockSource to, CounterRate rate, long slopeErrorPpb) {
    var change = new Operations.Change(to, Slope.of(rate), slopeErrorPpb);
    TimekeepingOptions.checkSlopeError(slopeErrorPpb);
    write(Operations.CHANGE, 0, 0, change, true);
    for (AuxClock each : aux.made()) {
      each.line().await(each.line().sequence());
    }
  }

  /**
   * Stops all clocks, because the machine is about to sleep. Until {@link #resume} nothing else may
   * be changed; reads give the time at which the clocks stopped.
   */
  public void suspend() {
    write(Operations.SUSPEND, 0, 0, null, true);
  }

  /**
   * Stops all clocks, and notes what a persistent clock says, for {@link #resumeAt}.
   *
   * @param persistentNanos its time, in whole seconds or finer, in [0, {@link
   *     #REALTIME_END_NANOS})
   */
  public void suspendAt(long persistentNanos) {
    write(Operations.SUSPEND, persistentNanos, 1, null, true);
  }

  /**
   * Lets the clocks go on after a sleep whose length somebody knows: MONOTONIC from where it
   * stopped, REALTIME, TAI and BOOTTIME by the sleep. The counter may have run on, stood, or begun
   * anew.
   *
   * @param sleptNanos how long, not negative
   * @throws IllegalStateException if the clocks are not suspended
   * @throws IllegalArgumentException if REALTIME or BOOTTIME would leave the range of {@link
   *     #setRealtime}; the clocks stay suspended
   */
  public void resume(long sleptNanos) {
    if (sleptNanos < 0) {
      throw new IllegalArgumentException("a sleep of " + sleptNanos + " ns must not be negative");
    }
    write(Operations.RESUME, Operations.TOLD, sleptNanos, null, true);
  }

  /**
   * Lets the clocks go on after a sleep whose length the counter knows, since it ran on.
   *
   * @throws IllegalStateException if the clocks are not suspended, or this counter cannot tell
   */
  public void resume() {
    write(Operations.RESUME, Operations.BY_COUNTER, 0, null, true);
  }

  /**
   * Lets the clocks go on after a sleep that a persistent clock has measured. What that rounds off
   * does not add up over many sleeps.
   *
   * @param persistentNanos its time now
   * @throws IllegalStateException if the clocks are not suspended, or were by {@link #suspend},
   *     which was not told what the persistent clock said
   * @throws IllegalArgumentException as for {@link #resume(long)}
   */
  public void resumeAt(long persistentNanos) {
    write(Operations.RESUME, Operations.BY_PERSISTENT_CLOCK, persistentNanos, null, true);
  }

  /** The auxiliary clocks. */
  public AuxClocks aux() {
    return aux;
  }

  /** Has a listener told of what happens from now on. */
  public void addListener(Listener listener) {
    bell.add(Objects.requireNonNull(listener, "listener"));
  }

  /** Tells a listener no more; what is being told just now may still reach it. */
  public void removeListener(Listener listener) {
    bell.remove(listener);
  }

  /** Who changes the timeline just now, if anybody: for people who wonder why a setter waits. */
  public Optional<Updater> updater() {
    Thread now = holder;
    if (now == null) {
      return Optional.empty();
    }
    Sample from = new Sample();
    Sample to = new Sample();
    History history = clocks.history();
    History.Found found = history.convert(sinceId, sinceCycles, from);
    line.timeline().stamp(false, to);
    History.Found present = history.convert(to.clocksourceId(), to.cycles(), to);
    boolean told = isTime(found) && isTime(present);
    long held = told ? Math.max(0, to.rawNanos() - from.rawNanos()) : -1;
    return Optional.of(new Updater(now.getName(), held));
  }

  private static boolean isTime(History.Found found) {
    return found == History.Found.EXACT || found == History.Found.PREDICTED;
  }

  /** How long until the next second of REALTIME begins, in nanoseconds of MONOTONIC, about. */
  public long untilNextSecondNanos() {
    return SECOND_NANOS - Math.floorMod(clocks.realtimeNanos(), SECOND_NANOS);
  }

  /** Ends the write side: no method changes anything any more. Reads go on along the last line. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      line.writer().retire();
      for (AuxClock each : aux.made()) {
        each.line().writer().retire();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The one way in: everything that changes this timeline, or an auxiliary one, runs here, under
   * the lock, one after the other; what it brought about is waited for and told outside the lock.
   */
  private long write(
      Operations.Operation operation, long first, long second, Object thing, boolean waits) {
    return write(line, operation, first, second, thing, waits);
  }

  private long write(
      Clockwork on,
      Operations.Operation operation,
      long first,
      long second,
      Object thing,
      boolean waits) {
    if (lock.isHeldByCurrentThread()) {
      throw new TimekeepingStateException(
          Why.INSIDE_WRITER,
          "called from inside a step of the writer: a hook there may read the clocks, but not"
              + " change them");
    }
    long result;
    long before;
    long after;
    long events;
    lock.lock();
    try {
      hold();
      before = on.sequence();
      result = operation.run(operations, first, second, thing);
      after = on.sequence();
      events = ring();
    } finally {
      holder = null;
      lock.unlock();
    }
    if (waits && after != before) {
      on.await(after);
    }
    bell.tell(line);
    if (waits) {
      bell.awaitTold(events);
    }
    return result;
  }

  private void hold() {
    if (closed) {
      throw new TimekeepingStateException(
          Why.CLOSED, "this timekeeping is closed: begin another one");
    }
    line.timeline().stamp(false, stamp);
    sinceCycles = stamp.cycles();
    sinceId = stamp.clocksourceId();
    holder = Thread.currentThread();
  }

  /**
   * Notes what listeners have to be told.
   *
   * @return how many events have to be told until all that this operation brought about is; 0 if it
   *     brought about nothing
   */
  private long ring() {
    long segment = line.sequence();
    boolean news =
        operations.resumed() != resumesTold
            || line.changesSeq() != changesTold
            || line.setsSeq() != setsTold;
    if (operations.resumed() != resumesTold) {
      resumesTold = operations.resumed();
      bell.ring(Bell.RESUMED, line.setsSeq(), segment);
    }
    if (line.changesSeq() != changesTold) {
      changesTold = line.changesSeq();
      bell.ring(Bell.CHANGED, changesTold, segment);
    }
    if (line.setsSeq() != setsTold) {
      setsTold = line.setsSeq();
      bell.ring(Bell.SET, setsTold, segment);
    }
    return news ? bell.rung() : 0;
  }

  AuxClock enableAux(String name, Page page) {
    write(Operations.ENABLE, 0, 0, new Operations.Wanted(name, page), false);
    AuxClock clock = aux.find(name).orElseThrow();
    clock.line().await(clock.line().sequence());
    return clock;
  }

  void disableAux(AuxClock clock) {
    write(Operations.DISABLE, 0, 0, clock, false);
  }

  void setAux(AuxClock clock, long nanos) {
    write(clock.line(), Operations.SET_AUX, nanos, 0, clock, true);
  }

  int adjustAux(AuxClock clock, Timex timex, boolean privileged) {
    if (!clock.isEnabled()) {
      return -AuxClocks.ENODEV;
    }
    int refused = operations.validateAux(timex, privileged);
    return refused != 0
        ? refused
        : (int) write(clock.line(), clock.adjusting(), 0, 0, timex, timex.modes != 0);
  }
}

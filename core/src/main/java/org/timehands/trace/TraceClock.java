package org.timehands.trace;

import java.util.Objects;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.NativeClockSource;
import org.timehands.linux.Counter;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.History;
import org.timehands.timeline.Page;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;

/**
 * A clock for traces: a stamp costs a read of the counter and a look at the page, and becomes a
 * time later, when there is leisure.
 *
 * <p><b>What order stamps keep</b>, on one machine, over all threads and processes that stamp on
 * the same timeline:
 *
 * <ul>
 *   <li>A {@link #stamp relaxed} stamp is sampled before anything that its thread writes
 *       afterwards can be seen. So it is right for local events, and before a message is handed
 *       over.
 *   <li>An {@link #stampOrdered ordered} stamp is, besides, sampled after everything that its
 *       thread has seen, and so is every stamp of the thread after it. Take it after a message has
 *       been taken, a lock acquired, a thread joined.
 *   <li>Hence: relaxed before each sending, ordered after each receiving, and the receiver's stamp
 *       is never below the sender's, nor is its time. A relaxed stamp after a receiving may lie
 *       below by up to some thousand cycles: the processor samples while the message is still on
 *       its way.
 * </ul>
 *
 * <p><b>Across a change of the clocksource</b> this holds too: a stamp carries whose cycle it is,
 * and a cycle is used only if the timeline has promised it or goes on to promise it. What stays is
 * the skew between processors that the clocksource admits to, which the admission test keeps below
 * what a hand-over takes.
 *
 * <p>Thread-safe. A stamp allocates nothing, takes no lock and makes no system call, but on a
 * counter of less than 64 bits, where it allocates a holder, and on one that is a clock of the
 * host. For long traces take a {@link #recorder}, which keeps the clocksource beside, in full.
 */
/*
 * Why a stamp looks at the horizon. A stamp on counter X that was sealed meanwhile would lie on X's
 * line past its end, while others stamp on Y already:
 *
 *   this thread                  writer                       another thread
 *   k is the newest, on X
 *                                seals k at H, goes on on Y
 *                                                             stamps on Y: T(H) + 40 ns, sends
 *   takes the message
 *   stamps X = H + 50 ns of
 *   cycles: T(H) at most         <- the receiver's time is below the sender's
 *
 * Sampled first and found below the horizon, the cycle is the segment's for ever. Above an open
 * horizon, somebody extends it, at most once in a step for all threads; above a sealed one, the
 * walk goes on to Y. Test: TraceClockTest.aChangeOfClocksourceKeepsTheOrder.
 *
 * Why fenced. rdtscp waits for the loads before it, but does not hold up what comes after it: a
 * plain rdtsc behind it may still run first. lfence; rdtsc holds up both.
 *
 *   field    | read     | write                | guard
 *   domain   | volatile | volatile             | this (writers only)
 *   domains  | volatile | volatile, copy       | this (writers only)
 */
public final class TraceClock {
  /** What {@link #stamp} answers when the clocksource has changed too often: not a time. */
  public static final long NO_STAMP = -1;

  /** So many clocksources, or stretches of one, a clock tells apart. */
  static final int DOMAINS_LIMIT = 63;

  /** Bits of a stamp that count cycles. */
  static final int CYCLE_BITS = 58;

  private static final long CYCLE_MASK = (1L << CYCLE_BITS) - 1;

  /** How far from a domain's first cycle its cycles may lie. */
  private static final long REACH = 1L << (CYCLE_BITS - 1);

  private static final int TRIES = 3;

  private static final long NATIVE_KIND = NativeClockSource.kind();
  private static final boolean NATIVE = Counter.available();

  /** Whether a store is seen only when all instructions before it are done, as on x86-64. */
  private static final boolean STORES_WAIT = NativeClockSource.kind() == ClockSource.TSC;

  private final Timeline timeline;
  private final Page page;
  private final History history;
  private volatile Domain domain;
  private volatile Domain[] domains = new Domain[0];

  /** Whose cycles a stamp's low bits are, and which they are nearest to. */
  private record Domain(int number, long clocksourceId, long nearCycles) {
    boolean holds(long id, long cycles) {
      return id == clocksourceId && ((cycles - nearCycles + REACH) >>> CYCLE_BITS) == 0;
    }
  }

  /**
   * A clock for traces.
   *
   * @param clocks the timeline to stamp on
   */
  public TraceClock(Timekeeper clocks) {
    this.timeline = clocks.timeline();
    this.page = timeline.page();
    this.history = clocks.history();
    this.domain = new Domain(DOMAINS_LIMIT, 0, 0);
  }

  /**
   * The present cycle, relaxed: before everything that this thread writes afterwards.
   *
   * @return a stamp of this clock, which no other object can read; {@link #NO_STAMP} after more
   *     than 63 different clocksources
   */
  public long stamp() {
    return pack(false);
  }

  /**
   * The present cycle, ordered: after everything that this thread has seen, and before all its
   * later stamps.
   *
   * @return as {@link #stamp}
   */
  public long stampOrdered() {
    return pack(true);
  }

  private long pack(boolean ordered) {
    long k = page.head();
    long id = page.clocksourceOf(k);
    if (isNative(id)) {
      long cycles = ordered ? Counter.readFenced() : relaxed();
      Domain now = domain;
      if (page.covers(k, id, cycles) && now.holds(id, cycles)) {
        return pack(now, cycles);
      }
    }
    return packSlowly(ordered);
  }

  private long packSlowly(boolean ordered) {
    for (int tries = 0; tries < TRIES; tries++) {
      long k = page.head();
      long id = page.clocksourceOf(k);
      if (!isWide(id)) {
        break;
      }
      long cycles = read(id, ordered);
      if (page.covers(k, id, cycles)) {
        return pack(id, cycles);
      }
      // A read promises, or walks on, or finds out about a gap.
      timeline.monotonicRelaxed();
    }
    Sample unpromised = new Sample();
    takeUnpromised(ordered, unpromised);
    return pack(unpromised.clocksourceId(), unpromised.cycles());
  }

  /**
   * Takes the present cycle into holders that a thread reuses; for recorders.
   *
   * @param ordered as {@link #stampOrdered}, else as {@link #stamp}
   * @param scratch for what has to be asked of the timeline
   * @param into receives the clocksource and the cycle
   */
  void take(boolean ordered, Sample scratch, long[] into) {
    for (int tries = 0; tries < TRIES; tries++) {
      long k = page.head();
      long id = page.clocksourceOf(k);
      if (!isWide(id)) {
        break;
      }
      long cycles = read(id, ordered);
      if (page.covers(k, id, cycles)) {
        into[0] = id;
        into[1] = cycles;
        return;
      }
      timeline.monotonicRelaxed();
    }
    takeUnpromised(ordered, scratch);
    into[0] = scratch.clocksourceId();
    into[1] = scratch.cycles();
  }

  /**
   * The present cycle where nobody promises it: on a counter that has to be widened, or for a
   * reader who may not extend and whose owner is late.
   */
  private void takeUnpromised(boolean ordered, Sample into) {
    if (ordered && NATIVE) {
      // For its fence; the stamp is sampled after it.
      Counter.readFenced();
    }
    timeline.stamp(ordered, into);
  }

  /** A stamp that is complete before anything that this thread writes afterwards is seen. */
  private static long relaxed() {
    long cycles = Counter.readRelaxed();
    if (!STORES_WAIT) {
      // For its barrier: arm64 may show a later store before an earlier count is taken.
      Counter.readFenced();
    }
    return cycles;
  }

  private static boolean isNative(long id) {
    return NATIVE && ClockSource.kindOf(id) == NATIVE_KIND;
  }

  /** Whether a counter can be read here, and needs no widening. */
  private boolean isWide(long id) {
    if (isNative(id)) {
      return true;
    }
    ClockSource counter = timeline.counters().find(id);
    return counter != null && counter.widthBits() == Long.SIZE;
  }

  private long read(long id, boolean ordered) {
    if (isNative(id)) {
      return ordered ? Counter.readFenced() : relaxed();
    }
    ClockSource counter = timeline.counters().find(id);
    return ordered ? counter.read() : counter.readRelaxed();
  }

  private static long pack(Domain of, long cycles) {
    return ((long) of.number << CYCLE_BITS) | (cycles & CYCLE_MASK);
  }

  private long pack(long id, long cycles) {
    Domain now = domain;
    if (!now.holds(id, cycles)) {
      now = enter(id, cycles);
    }
    return now == null ? NO_STAMP : pack(now, cycles);
  }

  /** Finds the domain of a cycle, or begins one; null if there are too many. */
  private synchronized Domain enter(long id, long cycles) {
    for (Domain each : domains) {
      if (each.holds(id, cycles)) {
        domain = each;
        return each;
      }
    }
    int number = domains.length;
    if (number == DOMAINS_LIMIT) {
      return null;
    }
    Domain next = new Domain(number, id, cycles);
    Domain[] longer = java.util.Arrays.copyOf(domains, number + 1);
    longer[number] = next;
    domains = longer;
    domain = next;
    return next;
  }

  /** The timeline that stamps are taken on. */
  Timeline timeline() {
    return timeline;
  }

  /**
   * Whose cycle a stamp is.
   *
   * @throws IllegalArgumentException if it is no stamp of this clock
   */
  public long clocksourceId(long stamp) {
    return domainOf(stamp).clocksourceId;
  }

  /**
   * The cycle of a stamp, widened to 64 bits.
   *
   * @throws IllegalArgumentException if it is no stamp of this clock
   */
  public long cycles(long stamp) {
    long near = domainOf(stamp).nearCycles;
    int shift = Long.SIZE - CYCLE_BITS;
    return near + (((stamp - near) << shift) >> shift);
  }

  private Domain domainOf(long stamp) {
    int number = (int) (stamp >>> CYCLE_BITS);
    Domain[] known = domains;
    if (number >= known.length) {
      throw new IllegalArgumentException(
          "0x" + Long.toHexString(stamp) + " is no stamp of this trace clock: convert a stamp by"
              + " the clock that took it");
    }
    return known[number];
  }

  /**
   * Converts a stamp of this clock to the times that every clock told, or would have told, then.
   *
   * @param stamp what {@link #stamp} or {@link #stampOrdered} answered
   * @param into receives all clocks, unless the answer is TOO_OLD or WRONG_CLOCKSOURCE
   * @return what was found
   */
  public History.Found convert(long stamp, Sample into) {
    if (stamp == NO_STAMP) {
      return History.Found.WRONG_CLOCKSOURCE;
    }
    Domain of = domainOf(stamp);
    return StampConverter.of(history).convert(of.clocksourceId, cycles(stamp), into);
  }

  /** Turns stamps of this timeline into times, stragglers included; for one thread. */
  public StampConverter converter() {
    return StampConverter.of(history);
  }

  /**
   * A recorder for one thread.
   *
   * @param name whose events, for people
   * @param capacity how many events it has room for, 1 to 2^27; 17 bytes each
   */
  public TraceRecorder recorder(String name, int capacity) {
    return new TraceRecorder(this, Objects.requireNonNull(name, "name"), capacity);
  }
}

package org.timehands.timeline;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.rate.CounterRate;

/**
 * The gap guard: decides, when the counter is far past the horizon, whether the process was idle,
 * the machine slept, or the machine was paused or moved (A7, A8), and repairs the timeline if it
 * may.
 *
 * <p>An idle hour looks the same to the host's clocks as to the counter, and the old line simply
 * goes on. After a sleep, or when the counter and the host's MONOTONIC_RAW disagree, the owner
 * publishes a bridge over the gap: a line that takes MONOTONIC from the last promise to where the
 * host's MONOTONIC says it should be, and BOOTTIME and REALTIME ahead by the time slept. The cycles
 * of the bridge are marked: their times were never read by anybody. Thread-safe, never blocks.
 *
 * <p>Where a hypervisor tells of disruptions by a {@link DisruptionMarker}, a change of it begins a
 * new era of the counter at once, however little the counter seems to have moved.
 */
/*
 *   field     | read     | write    | guard
 *   marker    | volatile | volatile | repairing (writers only)
 *   repairing | tryLock  | tryLock  | itself: who does not get it looks again
 *   spare     | swap     | set      | itself: who finds none makes one
 */
public final class GapGuard implements GapProbe, CounterCheck {
  /** Disagreement of counter and host that is never taken for a disturbance. */
  static final long TOLERANCE_NANOS = 2_000_000;

  /** Further disagreement allowed for each nanosecond since the segment began: 100 ppm. */
  static final long TOLERANCE_DIVISOR = 10_000;

  /** A sleep shorter than this is not seen: BOOTTIME and MONOTONIC are read one after the other. */
  static final long SLEEP_MIN_NANOS = 1_000_000;

  /** A look that took more than twice this is taken again: what it saw may not belong together. */
  static final long HALF_LIMIT_NANOS = 100_000;

  private static final int BRACKET_TRIES = 4;

  private final HostTimes host;
  private final TimelineWriter writer;
  private final DisruptionMarker disruption;
  private final ReentrantLock repairing = new ReentrantLock();

  /** What a look needs, kept, so that a reader that was idle allocates nothing (I9). */
  private final AtomicReference<Look> spare = new AtomicReference<>(new Look());

  private volatile long marker;

  /**
   * A guard of a machine whose hypervisor tells of no disruptions.
   *
   * @param host the host's clocks
   * @param writer the timeline's writer if this process owns the page, else null
   */
  public GapGuard(HostTimes host, TimelineWriter writer) {
    this(host, writer, DisruptionMarker.NONE);
  }

  /**
   * A guard.
   *
   * @param host the host's clocks
   * @param writer the timeline's writer if this process owns the page, else null
   * @param disruption tells when the machine was moved; only owners need it
   */
  public GapGuard(HostTimes host, TimelineWriter writer, DisruptionMarker disruption) {
    this.host = Objects.requireNonNull(host, "host");
    this.writer = writer;
    this.disruption = Objects.requireNonNull(disruption, "disruption");
    long now = disruption.marker();
    // The page remembers what its last owner was told: the machine may have been moved since.
    long told = writer == null ? 0 : writer.page().disruptionMarker();
    this.marker = now == 0 || told == 0 ? now : told;
    if (writer != null && told == 0) {
      writer.page().setDisruptionMarker(now);
    }
  }

  /**
   * Looks at the disruption marker, and begins a new era of the counter if it has changed. To be
   * called as often as a disruption may go unnoticed; the owner's follower does before each sample.
   *
   * @param timeline the timeline
   * @return whether there was a disruption: what was sampled before this call is void
   */
  public boolean lookForDisruption(Timeline timeline) {
    if (writer == null || disruption.marker() == marker) {
      return false;
    }
    if (repairing.tryLock()) {
      try {
        long now = disruption.marker();
        if (now != marker && beginEra(timeline)) {
          marker = now;
          writer.page().setDisruptionMarker(now);
        }
      } finally {
        repairing.unlock();
      }
    }
    return true;
  }

  private boolean beginEra(Timeline timeline) {
    // Not by the writer's own account, for which a reader would have to wait.
    History history = new History(timeline.page());
    Segment open = new Segment();
    if (history.segment(history.newest(), open) < 0) {
      return false;
    }
    ClockSource old = timeline.counters().find(open.clocksourceId);
    if (old == null) {
      return false;
    }
    EraChange change = new EraChange(open, old, host, TOLERANCE_NANOS);
    timeline.counters().add(change.counter());
    Segment before = new Segment();
    before.copyFrom(open);
    return writer.tryAppendBridge(
            open.sequence, change::bridge, change.endCycles(), next -> change.line(next, before))
        >= 0;
  }

  @Override
  public Verdict examine(Timeline timeline, long sequence, long promised, long nowCycles) {
    if (writer != null && disruption.marker() != marker) {
      lookForDisruption(timeline);
      return Verdict.LOOK_AGAIN;
    }
    if (nowCycles < 0) {
      // The counter went back. No bridge helps: its cycles have had their times already.
      return Verdict.HOLD;
    }
    Look kept = spare.getAndSet(null);
    Look look = kept == null ? new Look() : kept;
    try {
      return examine(timeline, sequence, promised, look);
    } finally {
      spare.set(look);
    }
  }

  private Verdict examine(Timeline timeline, long sequence, long promised, Look look) {
    Segment open = look.open;
    if (look.historyOf(timeline.page()).segment(sequence, open) < 0) {
      return Verdict.LOOK_AGAIN;
    }
    ClockSource counter = timeline.counters().find(open.clocksourceId);
    if (counter == null) {
      return Verdict.HOLD;
    }
    Findings found = look(look, open, counter, promised);
    if (!found.disturbed()) {
      return Verdict.EXTEND;
    }
    if (writer == null) {
      return Verdict.HOLD;
    }
    repair(sequence, found);
    return Verdict.LOOK_AGAIN;
  }

  /** Whether the host's clocks say that the counter stands where the segment's line has it. */
  @Override
  public boolean isSound(Segment open, ClockSource counter) {
    // A counter that was just disrupted makes honest horizons look absurd.
    return disruption.marker() == marker && !look(new Look(), open, counter, 0).disturbed();
  }

  /** What the host's clocks said at a cycle, and half of how long it took to ask them. */
  private static final class Findings {
    private long cycles;
    private long monoNanos;
    private long rawNanos;
    private long sleptNanos;
    private long disagreementNanos;
    private long toleranceNanos;
    private long halfNanos;

    boolean disturbed() {
      return sleptNanos >= SLEEP_MIN_NANOS || disagreementNanos > toleranceNanos;
    }
  }

  /** What one thread needs for a look. */
  private static final class Look {
    private final Segment open = new Segment();
    private Findings found = new Findings();
    private Findings again = new Findings();
    private Page page;
    private History history;

    History historyOf(Page of) {
      if (!of.equals(page)) {
        page = of;
        history = new History(of);
      }
      return history;
    }
  }

  /**
   * The narrowest of some looks. This thread may be stopped within one, and a wide one proves
   * nothing either way: the host's clocks seem to be apart by as much as it took, and what is wrong
   * by less than that goes unseen (GapGuardTest).
   */
  private Findings look(Look look, Segment open, ClockSource counter, long promised) {
    lookOnce(open, counter, promised, look.found);
    for (int tries = 1; look.found.halfNanos > HALF_LIMIT_NANOS && tries < BRACKET_TRIES; tries++) {
      lookOnce(open, counter, promised, look.again);
      if (look.again.halfNanos < look.found.halfNanos) {
        Findings wider = look.found;
        look.found = look.again;
        look.again = wider;
      }
    }
    return look.found;
  }

  private void lookOnce(Segment open, ClockSource counter, long promised, Findings into) {
    long before = counter.read();
    long mono = host.monoNanos();
    long raw = host.rawNanos();
    long boot = host.bootNanos();
    long after = counter.read();
    long middle = before + ((after - before) >> 1);
    long since = Math.max(middle - open.startCycles, promised);
    long ours = open.rawAt(since);
    long theirs = raw - open.hostRawOffsetNanos;
    long half = (open.rawAt(since + Math.max(after - before, 0)) - ours) / 2;
    long age = Math.max(ours - open.rawBaseNanos, 0);
    into.cycles = open.startCycles + since;
    into.monoNanos = mono;
    into.rawNanos = raw;
    into.sleptNanos = boot - mono - open.hostBootOffsetNanos;
    into.disagreementNanos = Math.abs(theirs - ours);
    // A tick is shown until the next one.
    into.toleranceNanos =
        TOLERANCE_NANOS + open.cycleNanos() + half + age / TOLERANCE_DIVISOR;
    into.halfNanos = after < before ? Long.MAX_VALUE : half;
  }

  /**
   * Publishes the bridge, unless somebody else has appended meanwhile or is about to: another
   * thread that found the same gap, or an update, after which all is looked at anew. Takes nothing
   * from the segment that was looked at but its number; each edit goes by the segment that it
   * continues.
   */
  private void repair(long sequence, Findings found) {
    CounterRate[] steady = new CounterRate[2];
    long[] freerunAfter = new long[1];
    TimelineWriter.Edit bridge =
        next -> {
          steady[0] = next.rate();
          steady[1] = next.rawRate();
          freerunAfter[0] = next.freerunAfterCycles;
          long cycles = Math.max(found.cycles - next.startCycles, 1);
          long mono = found.monoNanos - next.hostMonoOffsetNanos - next.monoBaseNanos;
          long raw = found.rawNanos - next.hostRawOffsetNanos - next.rawBaseNanos;
          next.setRate(Slope.of(Math.max(mono, 0), cycles));
          next.setRawRate(Slope.of(Math.max(raw, 0), cycles));
          next.errorNanos = Fixed.addBound(next.errorNanos, TOLERANCE_NANOS);
          next.rawErrorNanos = Fixed.addBound(next.rawErrorNanos, TOLERANCE_NANOS);
        };
    TimelineWriter.Edit after =
        next -> {
          next.setRate(steady[0]);
          next.setRawRate(steady[1]);
          if (found.sleptNanos >= SLEEP_MIN_NANOS) {
            next.bootOffsetNanos += found.sleptNanos;
            next.realOffsetNanos += found.sleptNanos;
            next.taiOffsetNanos += found.sleptNanos;
            next.hostBootOffsetNanos += found.sleptNanos;
            next.clockWasSetSeq++;
            if (next.leapSign() != 0) {
              // It is due at an instant of REALTIME, which came nearer in the sleep.
              next.setLeap(next.leapAtMonoNanos - found.sleptNanos, next.leapSign());
            }
          }
          next.holdoverAfterCycles = 0;
          next.freerunAfterCycles = freerunAfter[0];
        };
    writer.tryAppendBridge(sequence, bridge, found.cycles, after);
  }
}

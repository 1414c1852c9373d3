package org.timehands.stress.interleave;

import org.timehands.timeline.Sample;
import org.timehands.timeline.StatusReason;

/** The checks of one reader's answers that need more than the answers themselves. */
final class AnswerChecks {
  /** Longer than the truth can be away; a bound beyond it says that nobody knows. */
  private static final long UNKNOWN_NANOS = 1L << 60;

  private final Simulation simulation;
  private final Actor actor;
  private final boolean extending;

  AnswerChecks(Simulation simulation, Actor actor, boolean extending) {
    this.simulation = simulation;
    this.actor = actor;
    this.extending = extending;
  }

  /**
   * A read is wait-free: left alone, it ends after the accesses of a walk over the whole ring and
   * back, a bridge that it may have to publish, and three tries. Only who may not write waits a
   * while for somebody to thaw a frozen horizon.
   */
  void steps(Actor reader) {
    boolean waits = simulation.plan.poisons && !extending;
    long most = 250 + 60L * simulation.layout.slots + (waits ? 12_000 : 0);
    if (reader.soloSteps > most) {
      simulation.broken(
          "STEPS", reader.name + " took " + reader.soloSteps + " steps alone, not " + most);
    }
  }

  void equal(long nanos, long expected, Sample sample) {
    if (nanos != expected) {
      simulation.broken(
          "PURE",
          actor.name + " read " + nanos + " at a cycle whose time is " + expected + ": "
              + Checker.Answer.of(sample, ""));
    }
  }

  void sample(Actor reader, Glance begun, Sample sample) {
    steps(reader);
    held(begun, sample);
    Checker checker = simulation.checker;
    checker.ended(begun, Checker.MONO, sample.monoNanos(), actor.name);
    checker.ended(begun, Checker.RAW, sample.rawNanos(), actor.name);
    checker.ended(begun, Checker.BOOT, sample.bootNanos(), actor.name);
    line(sample);
    checker.answered(sample, actor.name);
    fresh(begun, sample);
    bounds(begun, sample);
    if (sample.sequence() < begun.committed) {
      simulation.broken(
          "COMMIT",
          actor.name + " read segment " + sample.sequence() + " after the commit of "
              + begun.committed);
    }
  }

  private void held(Glance begun, Sample sample) {
    if (!sample.isHeld() || !extending) {
      return;
    }
    StatusReason why = sample.reason();
    boolean excused =
        why == StatusReason.CONTENDED && (actor.attempts >= 3 || simulation.plan.sleeps)
            || why == StatusReason.COUNTER_DISTURBED && simulation.plan.sleeps
            || why == StatusReason.OVERRUN && overrun(begun);
    if (!excused) {
      simulation.broken("HELD", actor.name + " stands still: " + why);
    }
  }

  /** Whether the ring may have wrapped beyond the present cycle, so that its segment is gone. */
  private boolean overrun(Glance begun) {
    Layout layout = simulation.layout;
    return layout.newest() - begun.newest >= layout.slots - 3
        || layout.newest() >= layout.slots - 2;
  }

  private void line(Sample sample) {
    Layout layout = simulation.layout;
    long k = sample.sequence();
    if (!layout.holds(k)) {
      return;
    }
    long cycles = sample.cycles() - layout.word(k, Layout.START);
    long mono = Joins.whole(Joins.at(layout, k, cycles, true));
    long leap = 0;
    if (mono >= layout.word(k, Layout.LEAP_AT)) {
      long sign = layout.word(k, Layout.FLAGS) >>> 8 & 3;
      leap = sign == 1 ? -1_000_000_000L : sign == 2 ? 1_000_000_000L : 0;
    }
    check("MONOTONIC", sample.monoNanos(), mono, sample);
    check("RAW", sample.rawNanos(), Joins.whole(Joins.at(layout, k, cycles, false)), sample);
    check(
        "REALTIME", sample.realNanos(), mono + layout.word(k, Layout.OFF_REAL) + leap, sample);
    check("BOOTTIME", sample.bootNanos(), mono + layout.word(k, Layout.OFF_BOOT), sample);
    check("TAI", sample.taiNanos(), mono + layout.word(k, Layout.OFF_TAI), sample);
  }

  private void check(String clock, long found, long expected, Sample sample) {
    if (found != expected) {
      simulation.broken(
          "LINE",
          actor.name + " got " + clock + " " + found + ", its segment says " + expected + ": "
              + Checker.Answer.of(sample, ""));
    }
  }

  private void fresh(Glance begun, Sample sample) {
    SimCounter counter = simulation.counterOf(sample.clocksourceId());
    long answered = sample.cycles();
    if (!sample.isHeld() && answered - counter.peek() > 0) {
      simulation.broken(
          "FRESH", actor.name + " answered a cycle to come: " + Checker.Answer.of(sample, ""));
    }
    long expected = begun.cyclesOf(counter, simulation);
    if (sample.isHeld()) {
      if (sample.clocksourceId() != begun.clocksourceId) {
        return;
      }
      expected = expected - begun.lastPromised > 0 ? begun.lastPromised : expected;
    }
    if (answered - expected < 0 && !standsAtTheEnd(sample)) {
      simulation.broken(
          "FRESH",
          actor.name + " answered a cycle " + (expected - answered) + " before its read began: "
              + Checker.Answer.of(sample, ""));
    }
  }

  /** Whether an answer is the last cycle of a counter that another has replaced. */
  private boolean standsAtTheEnd(Sample sample) {
    Layout layout = simulation.layout;
    long k = sample.sequence();
    if (!layout.holds(k) || !layout.holds(k + 1)) {
      return true;
    }
    return (layout.horizonWord(k) & 1) != 0
        && sample.cycles() == layout.promisedCycle(k) - 1
        && layout.word(k + 1, Layout.CLOCKSOURCE) != sample.clocksourceId();
  }

  /** A stamp is a cycle within the read. */
  void stampFresh(Glance begun, Sample stamp) {
    SimCounter counter = simulation.counterOf(stamp.clocksourceId());
    long cycles = stamp.cycles();
    if (cycles - begun.cyclesOf(counter, simulation) < 0 || cycles - counter.peek() > 0) {
      simulation.broken(
          "FRESH",
          actor.name + " stamped cycle " + counter.sinceOrigin(cycles) + ", read between "
              + counter.sinceOrigin(begun.cyclesOf(counter, simulation)) + " and "
              + counter.sinceOrigin(counter.peek()));
    }
  }

  /** At some moment of the read the truth was within the bound. */
  private void bounds(Glance begun, Sample sample) {
    long beginNanos = begun.picos / 1000;
    long endNanos = simulation.picos() / 1000 + 1;
    within("RAW", sample.rawNanos(), sample.rawErrorNanos(), beginNanos, endNanos);
    within(
        "REALTIME",
        sample.realNanos() - Updates.WALL_NANOS,
        sample.wallErrorNanos(),
        beginNanos,
        endNanos);
  }

  private void within(String clock, long nanos, long error, long begin, long end) {
    if (error > UNKNOWN_NANOS) {
      return;
    }
    if (nanos + error + 1 < begin || nanos - error - 1 > end) {
      simulation.broken(
          "BOUND",
          actor.name + " read " + clock + " " + nanos + " +- " + error + ", the truth went from "
              + begin + " to " + end);
    }
  }
}

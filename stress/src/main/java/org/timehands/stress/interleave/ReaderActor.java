package org.timehands.stress.interleave;

import org.timehands.timeline.History;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;

/** A thread that reads the time, and checks what it is told. */
final class ReaderActor extends Actor {
  private final Timeline timeline;
  private final History history;
  private final Glance begun = new Glance();
  private final Sample sample = new Sample();
  private final Sample again = new Sample();
  private final AnswerChecks checks;

  ReaderActor(Simulation simulation, String name, Timeline timeline) {
    super(simulation, name);
    this.timeline = timeline;
    this.history = new History(timeline.page());
    this.checks = new AnswerChecks(simulation, this, timeline.isExtending());
  }

  @Override
  void body() {
    for (int i = 0; i < simulation.plan.reads; i++) {
      if (simulation.rng.permille(200)) {
        simulation.stall(this);
      }
      yieldTurn();
      readOnce(simulation.rng.below(10));
      simulation.reads++;
    }
  }

  private void begin() {
    steps = 0;
    soloSteps = 0;
    attempts = 0;
    lastCounter = null;
    simulation.quietly(() -> begun.take(simulation));
    simulation.trace(name + " begins a read");
  }

  void readOnce(int kind) {
    begin();
    switch (kind) {
      case 0 -> one(Checker.MONO, timeline.monotonic());
      case 1 -> one(Checker.MONO, timeline.monotonicRelaxed());
      case 2 -> one(Checker.RAW, timeline.raw());
      case 3 -> one(Checker.BOOT, timeline.boottime());
      case 4 -> wall(timeline.realtime());
      case 5 -> stamp();
      case 6 -> {
        timeline.sampleRelaxed(sample);
        sampled();
      }
      default -> {
        timeline.sample(sample);
        sampled();
      }
    }
  }

  private void one(int clock, long nanos) {
    simulation.trace(name + " read " + nanos);
    simulation.quietly(
        () -> {
          checks.steps(this);
          simulation.checker.ended(begun, clock, nanos, name);
          if (onItsCycle()) {
            long expected =
                clock == Checker.MONO
                    ? again.monoNanos()
                    : clock == Checker.RAW ? again.rawNanos() : again.bootNanos();
            checks.equal(nanos, expected, again);
          }
        });
  }

  private void wall(long nanos) {
    simulation.trace(name + " read " + nanos);
    simulation.quietly(
        () -> {
          checks.steps(this);
          if (onItsCycle()) {
            checks.equal(nanos, again.realNanos(), again);
          }
        });
  }

  /** Whether the time of the last cycle that this read sampled is known and was to be answered. */
  private boolean onItsCycle() {
    boolean mayHold =
        attempts > 2 || !timeline.isExtending() || simulation.plan.sleeps;
    // While a counter takes over from another, the last cycle of the old one is an answer too.
    if (lastCounter == null || mayHold || simulation.plan.changesClocksource) {
      return false;
    }
    return history.convert(lastCounter.id(), lastWide, again) == History.Found.EXACT;
  }

  private void sampled() {
    simulation.trace(name + " sampled " + Checker.Answer.of(sample, name));
    simulation.quietly(() -> checks.sample(this, begun, sample));
  }

  /** A stamp promises nothing; once it is history, it is one answer like others. */
  private void stamp() {
    timeline.stamp(true, sample);
    simulation.quietly(
        () -> {
          checks.steps(this);
          checks.stampFresh(begun, sample);
          History.Found found =
              history.convert(sample.clocksourceId(), sample.cycles(), again);
          if (found == History.Found.EXACT) {
            simulation.checker.answered(again, name);
          }
        });
  }
}

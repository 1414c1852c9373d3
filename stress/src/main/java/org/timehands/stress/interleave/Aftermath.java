package org.timehands.stress.interleave;

import org.timehands.timeline.Counters;
import org.timehands.timeline.History;
import org.timehands.timeline.PageFormatException;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * After a schedule, with every actor stopped where it stands for ever: a reader alone gets the
 * present time, a new owner takes over, and history still says what was read.
 */
final class Aftermath {
  private Aftermath() {}

  static void check(Simulation simulation) {
    simulation.checker.joined();
    history(simulation);
    boolean sleeping = simulation.plan.sleeps;
    if (!sleeping) {
      alone(simulation);
    }
    takeOver(simulation);
    if (!sleeping) {
      alone(simulation);
    }
    history(simulation);
  }

  private static void history(Simulation simulation) {
    History history = new History(Processes.attachPage(simulation));
    Sample sample = new Sample();
    for (Checker.Answer old : simulation.checker.all()) {
      History.Found found = history.convert(old.clocksourceId(), old.cycles(), sample);
      simulation.checker.converted("history", old, found, sample);
    }
  }

  /** A reader that nobody disturbs reads the present cycle once what is promised has passed. */
  private static void alone(Simulation simulation) {
    Layout layout = simulation.layout;
    long k = layout.newest();
    SimCounter counter = simulation.counterOf(layout.word(k, Layout.CLOCKSOURCE));
    long ahead = layout.word(k, Layout.START) - counter.peek();
    if (ahead > 0) {
      long picos = counter.picosOf(ahead);
      simulation.advance(picos + picos / 5000 + counter.picosOf(2));
    }
    Sample sample = new Sample();
    Glance begun = new Glance();
    begun.take(simulation);
    Timeline timeline = Processes.attach(simulation, true);
    timeline.sample(sample);
    if (sample.isHeld() || sample.cycles() != counter.peek()) {
      simulation.broken(
          "HELD",
          "left alone, a reader stands still at " + Checker.Answer.of(sample, "alone") + ", held "
              + sample.isHeld() + " " + sample.reason() + ", the counter is at " + counter.peek());
    }
    simulation.checker.ended(begun, Checker.MONO, sample.monoNanos(), "alone");
    simulation.checker.ended(begun, Checker.RAW, sample.rawNanos(), "alone");
    simulation.checker.answered(sample, "alone");
  }

  private static void takeOver(Simulation simulation) {
    simulation.page.takeOver(9999, 1);
    Counters counters = new Counters(simulation.x, simulation.y);
    try {
      TimelineWriter writer = TimelineWriter.resume(simulation.page, counters);
      writer.append(next -> next.setRate(simulation.counterOf(next.clocksourceId).nominal));
    } catch (PageFormatException damaged) {
      simulation.broken("RESUME", damaged.getMessage());
    }
    simulation.checker.joined();
  }
}

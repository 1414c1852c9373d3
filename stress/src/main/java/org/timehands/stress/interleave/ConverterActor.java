package org.timehands.stress.interleave;

import org.timehands.timeline.History;
import org.timehands.timeline.Sample;

/** Converts stamps that others have read, again and again, beside the writer. */
final class ConverterActor extends Actor {
  private final History history;
  private final Sample sample = new Sample();

  ConverterActor(Simulation simulation, String name) {
    super(simulation, name);
    this.history = new History(Processes.attachPage(simulation));
  }

  @Override
  void body() {
    for (int i = 0; i < 3 * simulation.plan.reads; i++) {
      if (simulation.rng.permille(300)) {
        simulation.stall(this);
      }
      yieldTurn();
      steps = 0;
      Checker.Answer old = simulation.checker.anyAnswer(simulation.rng);
      if (old != null) {
        History.Found found = history.convert(old.clocksourceId(), old.cycles(), sample);
        simulation.quietly(() -> simulation.checker.converted(name, old, found, sample));
      }
    }
  }
}

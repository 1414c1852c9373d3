package org.timehands.stress.interleave;

import org.timehands.timeline.PageFormatException;
import org.timehands.timeline.TimelineWriter;

/** The thread that steers: takes the page over if it must, then appends update after update. */
final class WriterActor extends Actor {
  private final Owner owner;

  WriterActor(Simulation simulation, Owner owner) {
    super(simulation, "writer" + owner.generation);
    this.owner = owner;
  }

  @Override
  void body() {
    if (owner.writer == null) {
      takeOver();
    }
    Rng rng = simulation.rng;
    Updates updates = new Updates(simulation, owner);
    for (int i = 0; i < simulation.plan.updates; i++) {
      yieldTurn();
      steps = 0;
      owner.enter(this);
      long sequence;
      try {
        sequence = updates.append(this);
      } finally {
        owner.leave();
      }
      simulation.quietly(
          () -> {
            tell(sequence);
            simulation.checker.joined();
          });
      if (rng.permille(200)) {
        commit(sequence);
      }
      if (rng.permille(300)) {
        simulation.stall(this);
      }
    }
  }

  private void tell(long sequence) {
    Layout layout = simulation.layout;
    SimCounter counter = simulation.counterOf(layout.word(sequence, Layout.CLOCKSOURCE));
    long start = counter.sinceOrigin(layout.word(sequence, Layout.START));
    simulation.trace(
        name + " has appended segment " + sequence + " on " + counter.name() + ", from cycle "
            + start + ", which is at " + counter.sinceOrigin(counter.peek()));
  }

  private void takeOver() {
    simulation.page.takeOver(1000 + owner.generation, owner.generation);
    try {
      owner.writer = TimelineWriter.resume(simulation.page, owner.counters);
    } catch (PageFormatException damaged) {
      throw new Violation("RESUME", damaged.getMessage());
    }
  }

  private void commit(long sequence) {
    waiting = true;
    owner.writer.awaitCommit(sequence);
    waiting = false;
    simulation.checker.committed(sequence);
  }
}

package org.timehands.stress.interleave;

/** The owner's heartbeat: promises time ahead for readers who may not. */
final class HeartbeatActor extends Actor {
  private final Owner owner;

  HeartbeatActor(Simulation simulation, Owner owner) {
    super(simulation, "heartbeat" + owner.generation);
    this.owner = owner;
  }

  @Override
  void body() {
    Plan plan = simulation.plan;
    for (int i = 0; i < plan.updates + plan.reads; i++) {
      simulation.stall(this);
      yieldTurn();
      steps = 0;
      if (owner.writer == null) {
        continue;
      }
      owner.enter(this);
      try {
        owner.writer.promise(plan.step + simulation.rng.belowLong(plan.gap / 4));
      } finally {
        owner.leave();
      }
    }
  }
}

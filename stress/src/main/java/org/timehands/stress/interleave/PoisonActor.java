package org.timehands.stress.interleave;

import org.timehands.linux.Memory;

/** A reader gone wrong: promises an absurd time on the open horizon. */
final class PoisonActor extends Actor {
  PoisonActor(Simulation simulation, String name) {
    super(simulation, name);
  }

  @Override
  void body() {
    Rng rng = simulation.rng;
    Layout layout = simulation.layout;
    int times = 1 + rng.below(6);
    for (int i = 0; i < times; i++) {
      if (rng.permille(600)) {
        simulation.stall(this);
      }
      yieldTurn();
      steps = 0;
      long[] found = new long[3];
      simulation.quietly(
          () -> {
            long k = layout.newest();
            found[0] = k;
            found[1] = layout.horizonWord(k);
            SimCounter counter = simulation.counterOf(layout.word(k, Layout.CLOCKSOURCE));
            found[2] = Math.max(0, counter.peek() - layout.word(k, Layout.START));
          });
      long absurd = found[2] + simulation.plan.gap * (9 + rng.below(9)) + rng.heavy(1L << 60);
      if ((found[1] & 1) == 0 && absurd > found[1] >>> 1) {
        Memory.compareAndSet(layout.horizon(found[0]), found[1], absurd << 1);
      }
    }
  }
}

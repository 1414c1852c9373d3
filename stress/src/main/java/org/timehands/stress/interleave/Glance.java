package org.timehands.stress.interleave;

/** What was true when a read began. */
final class Glance {
  final long[] greatest = new long[3];
  long picos;
  long newest;
  long clocksourceId;
  /** The last promised cycle but one that anybody may have been told. */
  long lastPromised;
  long committed;
  long xCycles;
  long yCycles;

  void take(Simulation simulation) {
    Checker checker = simulation.checker;
    for (int clock = 0; clock < greatest.length; clock++) {
      greatest[clock] = checker.greatest(clock);
    }
    picos = simulation.picos();
    xCycles = simulation.x.peek();
    yCycles = simulation.y.peek();
    committed = checker.committed();
    Layout layout = simulation.layout;
    newest = layout.newest();
    clocksourceId = layout.word(newest, Layout.CLOCKSOURCE);
    lastPromised = layout.promisedCycle(newest) - 1;
  }

  /** The cycle of a counter when the read began. */
  long cyclesOf(SimCounter counter, Simulation simulation) {
    return counter == simulation.x ? xCycles : yCycles;
  }
}

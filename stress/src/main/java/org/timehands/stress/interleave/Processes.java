package org.timehands.stress.interleave;

import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageFormatException;
import org.timehands.timeline.Timeline;

/** The cast of a schedule: the owner's process, and other processes over the same page. */
final class Processes {
  private Processes() {}

  static void start(Simulation simulation) {
    simulation.owner.spawn();
    Plan plan = simulation.plan;
    Timeline shared = attach(simulation, true);
    for (int i = 0; i < plan.extendingReaders; i++) {
      // Threads of one process share what a walk left behind; other processes do not.
      Timeline timeline = plan.oneProcess ? shared : attach(simulation, true);
      add(simulation, new ReaderActor(simulation, "reader" + i, timeline));
    }
    for (int i = 0; i < plan.readOnlyReaders; i++) {
      add(simulation, new ReaderActor(simulation, "mute" + i, attach(simulation, false)));
    }
    if (plan.converter) {
      add(simulation, new ConverterActor(simulation, "historian"));
    }
    if (plan.poisons) {
      add(simulation, new PoisonActor(simulation, "poisoner"));
    }
  }

  private static void add(Simulation simulation, Actor actor) {
    simulation.actors.add(actor);
  }

  /** A timeline of a process of its own. */
  static Timeline attach(Simulation simulation, boolean extending) {
    GapProbe probe =
        (timeline, sequence, promised, now) ->
            sleptSince(simulation, sequence, promised)
                ? GapProbe.Verdict.HOLD
                : GapProbe.Verdict.EXTEND;
    Counters counters = new Counters(simulation.x, simulation.y);
    return new Timeline(attachPage(simulation), counters, extending, probe);
  }

  static Page attachPage(Simulation simulation) {
    Page[] page = new Page[1];
    simulation.quietly(
        () -> {
          try {
            int slots = simulation.plan.slots;
            page[0] = Page.attach(simulation.layout.address, Page.totalBytes(slots), false);
          } catch (PageFormatException wrong) {
            throw new IllegalStateException(wrong);
          }
        });
    return page[0];
  }

  /** Whether the machine woke from a sleep after the last promise of a segment. */
  static boolean sleptSince(Simulation simulation, long sequence, long promised) {
    boolean[] slept = new boolean[1];
    simulation.quietly(
        () -> {
          Layout layout = simulation.layout;
          SimCounter counter = simulation.counterOf(layout.word(sequence, Layout.CLOCKSOURCE));
          long horizon = layout.word(sequence, Layout.START) + promised;
          for (long wokenPicos : simulation.wakes) {
            slept[0] |= counter.wideAt(wokenPicos) - horizon > 0;
          }
        });
    return slept[0];
  }
}

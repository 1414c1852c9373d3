package org.timehands.stress.interleave;

import java.util.ArrayList;
import java.util.List;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * One life of the process that owns the page. It dies whole, or its writing thread stops for ever;
 * in the first case another generation takes the page over.
 */
final class Owner implements GapProbe {
  final Simulation simulation;
  final int generation;
  final Counters counters;
  final List<Actor> actors = new ArrayList<>();
  TimelineWriter writer;
  private Actor inside;
  private Actor pen;
  private int penSteps;

  private Owner(Simulation simulation, int generation) {
    this.simulation = simulation;
    this.generation = generation;
    this.counters = new Counters(simulation.x, simulation.y);
  }

  /** Begins the timeline; not interleaved with anything, since nobody can have attached yet. */
  static void begin(Simulation simulation) {
    Owner owner = new Owner(simulation, 0);
    simulation.owner = owner;
    owner.writer =
        TimelineWriter.begin(simulation.page, owner.counters, Updates.first(simulation));
  }

  /** The actors of this life. */
  void spawn() {
    pen = new WriterActor(simulation, this);
    add(pen);
    if (simulation.plan.heartbeat) {
      add(new HeartbeatActor(simulation, this));
    }
    if (simulation.rng.permille(500) || simulation.plan.sleeps) {
      Timeline timeline = new Timeline(simulation.page, counters, true, this);
      add(new ReaderActor(simulation, "owner" + generation + ".reader", timeline));
    }
  }

  private void add(Actor actor) {
    actors.add(actor);
    simulation.actors.add(actor);
  }

  /** Counts the writing thread's steps; whether it is to die before this one. */
  boolean diesAt(Actor actor) {
    int[] deaths = simulation.plan.killAfter;
    return actor == pen && generation < deaths.length && ++penSteps == deaths[generation];
  }

  void kill() {
    if (simulation.plan.threadOnly) {
      pen.dead = true;
      return;
    }
    for (Actor actor : actors) {
      actor.dead = true;
    }
    simulation.owner = new Owner(simulation, generation + 1);
    simulation.owner.spawn();
  }

  /**
   * The writer's lock, told between actors: all continuations are one thread to a ReentrantLock, so
   * the simulation itself lets one in at a time.
   */
  void enter(Actor actor) {
    while (inside != null) {
      if (inside.dead) {
        actor.dead = true;
      }
      actor.asleepUntil = simulation.round() + simulation.rng.below(30);
      Actor.yieldTurn();
    }
    inside = actor;
  }

  boolean tryEnter(Actor actor) {
    if (inside != null) {
      return false;
    }
    inside = actor;
    return true;
  }

  void leave() {
    inside = null;
  }

  /** The gap guard of a reader in the owner's process: bridges a sleep, trusts all else. */
  @Override
  public Verdict examine(Timeline timeline, long sequence, long promised, long now) {
    Actor actor = simulation.current();
    if (!Processes.sleptSince(simulation, sequence, promised)) {
      return Verdict.EXTEND;
    }
    SimCounter sampled = actor.lastCounter;
    long wide = actor.lastWide;
    // As the gap guard does, beside the host's clocks.
    simulation.x.read();
    simulation.x.read();
    actor.lastCounter = sampled;
    actor.lastWide = wide;
    if (writer == null || !tryEnter(actor)) {
      return Verdict.HOLD;
    }
    try {
      long[] end = new long[1];
      simulation.quietly(
          () -> {
            long id = simulation.layout.word(sequence, Layout.CLOCKSOURCE);
            end[0] = simulation.counterOf(id).peek();
          });
      Updates.bridge(simulation, writer, sequence, end[0]);
      return Verdict.LOOK_AGAIN;
    } finally {
      leave();
      // The writer reads the counter too; the reader's sample is the one before.
      actor.lastCounter = sampled;
      actor.lastWide = wide;
    }
  }
}

package org.timehands.stress.interleave;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/** One simulated thread: a continuation that stops before each access to shared memory. */
abstract class Actor {
  static final ContinuationScope SCOPE = new ContinuationScope("interleave");

  final Simulation simulation;
  final String name;
  private final Continuation continuation = new Continuation(SCOPE, this::start);
  /** Never runs again: its process was killed, or it is stopped for ever. */
  boolean dead;
  /** Not run before this round of the scheduler. */
  long asleepUntil;
  /** Accesses since it began its present read. */
  long steps;
  /** Accesses since another actor ran last. */
  long soloSteps;
  /** Tries to change a word since it began its present read. */
  int attempts;
  /** The counter that it sampled last within its present read. */
  SimCounter lastCounter;
  long lastWide;
  /** Whether it does nothing but wait for the counter, so that time may run fast. */
  boolean waiting;

  Actor(Simulation simulation, String name) {
    this.simulation = simulation;
    this.name = name;
  }

  /** What it does; returns when it has nothing more to do. */
  abstract void body();

  private void start() {
    try {
      body();
    } catch (Violation found) {
      simulation.fail(found);
    } catch (RuntimeException | Error thrown) {
      simulation.fail(new Violation("THROWS", name + " threw " + Traces.shortStack(thrown)));
    }
  }

  boolean isDone() {
    return continuation.isDone();
  }

  boolean canRun(long round) {
    return !dead && asleepUntil <= round && !continuation.isDone();
  }

  void run() {
    continuation.run();
  }

  /** Gives the turn away. */
  static void yieldTurn() {
    if (!Continuation.yield(SCOPE)) {
      throw new IllegalStateException("actor is pinned");
    }
  }
}

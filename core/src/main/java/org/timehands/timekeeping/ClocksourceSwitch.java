package org.timehands.timekeeping;

import java.util.Objects;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClocksourceListener;
import org.timehands.clocksource.ClocksourceRegistry.Purpose;

/**
 * Lets a timekeeping go by what a registry of clocksources chooses: add it to the registry's
 * listeners before the registry begins to choose.
 *
 * <p>A change is made in the thread that caused it: whoever registers, unregisters, names or marks
 * a clocksource, be it from inside a listener or a timer. What is chosen while the clocks are
 * suspended is changed to once they are resumed, by the thread that tells of it. Thread-safe.
 */
/*
 * field   | read       | write      | guard
 * awaited | under this | under this | this
 */
public final class ClocksourceSwitch implements ClocksourceListener {
  private final Timekeeping timekeeping;
  private Candidate awaited;

  /** A switch of a timekeeping. */
  public ClocksourceSwitch(Timekeeping timekeeping) {
    this.timekeeping = Objects.requireNonNull(timekeeping, "timekeeping");
    timekeeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void resumed(long sequence) {
            changeToAwaited();
          }
        });
  }

  /**
   * Changes the counter, if it is another.
   *
   * @throws IllegalStateException as {@link Timekeeping#changeClocksource}
   */
  @Override
  public synchronized void selected(Purpose purpose, Candidate from, Candidate to, String why) {
    if (purpose == Purpose.TIMEKEEPING) {
      awaited = to;
      changeToAwaited();
    }
  }

  /** Keeps the clocksource for later if the clocks are suspended just now. */
  private synchronized void changeToAwaited() {
    Candidate to = awaited;
    awaited = null;
    if (to == null || to.source().id() == timekeeping.clocksource().id()) {
      return;
    }
    try {
      timekeeping.changeClocksource(to.source(), to.rate(), to.slopeErrorPpb());
    } catch (TimekeepingStateException refused) {
      if (refused.why() != TimekeepingStateException.Why.SUSPENDED) {
        throw refused;
      }
      awaited = to;
    }
  }
}

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
 * a clocksource, be it from inside a listener or a timer. Thread-safe.
 */
public final class ClocksourceSwitch implements ClocksourceListener {
  private final Timekeeping timekeeping;

  /** A switch of a timekeeping. */
  public ClocksourceSwitch(Timekeeping timekeeping) {
    this.timekeeping = Objects.requireNonNull(timekeeping, "timekeeping");
  }

  /**
   * Changes the counter, if it is another.
   *
   * @throws IllegalStateException as {@link Timekeeping#changeClocksource}
   */
  @Override
  public void selected(Purpose purpose, Candidate from, Candidate to, String why) {
    if (purpose == Purpose.TIMEKEEPING
        && to.source().id() != timekeeping.clocksource().id()) {
      timekeeping.changeClocksource(to.source(), to.rate(), to.slopeErrorPpb());
    }
  }
}

package org.timehands.timekeeping;

import java.util.Objects;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClocksourceListener;
import org.timehands.clocksource.ClocksourceRegistry.Purpose;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;

/**
 * Lets a timekeeping go by what a registry of clocksources chooses: add it to the registry's
 * listeners before the registry begins to choose.
 *
 * <p>A change is made in the thread that caused it: whoever registers, unregisters, names or marks
 * a clocksource, be it from inside a listener or a timer. What is chosen while the clocks are
 * suspended is changed to once they are resumed, by the thread that tells of it. Thread-safe.
 *
 * <p>{@link #suspend} and {@link #resume} go by what is chosen for {@link Purpose#SUSPEND}, so that
 * a counter that stands in a sleep may drive time while another one tells how long the sleep was.
 */
/*
 * field        | read       | write      | guard
 * chosen       | under this | under this | this
 * unsettled    | under this | under this | this
 * sleepsBy     | under this | under this | this
 * asleepBy     | under this | under this | this
 * asleepCycles | under this | under this | this
 *
 * No change of the timekeeping that is told is made under this: who makes it waits until that has
 * been told, and who tells it comes by here (ClocksourceSwitchTest.aChangeBesideAResumeEnds).
 * So two threads may change at once, each to what was chosen when it looked; each looks again
 * afterwards, and the last one to look finds the last choice.
 */
public final class ClocksourceSwitch implements ClocksourceListener {
  private final Timekeeping timekeeping;
  private Candidate chosen;
  private boolean unsettled;
  private Candidate sleepsBy;
  private Candidate asleepBy;
  private long asleepCycles;

  /** A switch of a timekeeping. */
  public ClocksourceSwitch(Timekeeping timekeeping) {
    this.timekeeping = Objects.requireNonNull(timekeeping, "timekeeping");
    timekeeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void resumed(long sequence) {
            awake();
          }
        });
  }

  /**
   * Changes the counter, if it is another.
   *
   * @throws IllegalStateException as {@link Timekeeping#changeClocksource}
   */
  @Override
  public void selected(Purpose purpose, Candidate from, Candidate to, String why) {
    choose(purpose, to);
    if (purpose == Purpose.TIMEKEEPING) {
      changeToChosen();
    }
  }

  private synchronized void choose(Purpose purpose, Candidate to) {
    if (purpose == Purpose.TIMEKEEPING) {
      chosen = to;
    } else if (purpose == Purpose.SUSPEND) {
      sleepsBy = to;
    }
  }

  private synchronized Candidate chosen() {
    return chosen;
  }

  /**
   * Stops all clocks because the machine is about to sleep, and looks at the clocksource that is
   * chosen to tell for how long.
   *
   * @throws IllegalStateException if they are suspended already
   */
  public synchronized void suspend() {
    timekeeping.suspend();
    // A narrow one may come round in a sleep.
    boolean tells = sleepsBy != null && sleepsBy.source().widthBits() == Long.SIZE;
    asleepBy = tells ? sleepsBy : null;
    asleepCycles = tells ? sleepsBy.source().read() : 0;
  }

  /**
   * Lets the clocks go on after a sleep as long as the clocksource says that was looked at before
   * it; without one, as {@link Timekeeping#resume()} does.
   *
   * @throws IllegalStateException if the clocks are not suspended, or nobody can tell how long they
   *     were: resume the timekeeping with the time slept
   */
  public void resume() {
    Candidate by;
    long cycles;
    synchronized (this) {
      by = asleepBy;
      cycles = by == null ? 0 : by.source().read() - asleepCycles;
    }
    if (by == null || by.source().id() == timekeeping.clocksource().id()) {
      timekeeping.resume();
      return;
    }
    if (cycles < 0) {
      throw new IllegalStateException(
          "clocksource " + by.name() + " went back by " + -cycles
              + " cycles in the sleep: resume with the time slept");
    }
    Slope slope = Slope.of(by.rate());
    timekeeping.resume(Fixed.wholeNanos(cycles, slope.whole(), slope.fraction(), 0));
  }

  private void awake() {
    boolean isLeft;
    synchronized (this) {
      asleepBy = null;
      isLeft = unsettled;
      unsettled = false;
    }
    if (isLeft) {
      changeToChosen();
    }
  }

  /** Leaves the change for later if the clocks are suspended just now. */
  private void changeToChosen() {
    Candidate to = chosen();
    while (to != null && to.source().id() != timekeeping.clocksource().id()) {
      // Before it is tried: a resume that comes between a refusal and this would not see it.
      setUnsettled(true);
      try {
        timekeeping.changeClocksource(to.source(), to.rate(), to.slopeErrorPpb());
      } catch (TimekeepingStateException refused) {
        if (refused.why() != TimekeepingStateException.Why.SUSPENDED) {
          setUnsettled(false);
          throw refused;
        }
        return;
      }
      setUnsettled(false);
      to = chosen();
    }
  }

  private synchronized void setUnsettled(boolean isLeft) {
    unsettled = isLeft;
  }
}

package org.timehands.timekeeping;

import java.util.function.Consumer;
import org.timehands.clocksource.ClockSource;
import org.timehands.discipline.Ntp;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.timeline.Page;
import org.timehands.timeline.Segment;

/**
 * What each operation of the write side does, once it has its turn. Guarded by the lock of {@link
 * Timekeeping}; refuses what is impossible before anything is changed.
 */
final class Operations {
  private static final System.Logger LOG = System.getLogger(Operations.class.getName());

  private static final long END_NANOS = Timekeeping.REALTIME_END_NANOS;
  private static final int TAI_MAX_SECONDS = Timekeeping.TAI_OFFSET_MAX_SECONDS;

  /** One operation of the write side; all go through {@link Timekeeping}'s one way in. */
  @FunctionalInterface
  interface Operation {
    /** Runs it, under the lock. */
    long run(Operations all, long first, long second, Object thing);
  }

  static final Operation SET = (all, nanos, x, none) -> all.doSet(nanos);
  static final Operation STEP = (all, nanos, boot, none) -> all.doStep(nanos, boot);
  static final Operation TAI = (all, seconds, x, none) -> all.doTai(seconds);
  static final Operation ADVANCE = (all, x, y, none) -> all.doAdvance();
  static final Operation ADJUST = (all, x, y, timex) -> all.doAdjust((Timex) timex);
  static final Operation PULSE = (all, real, raw, none) -> all.doPulse(real, raw);
  static final Operation CHANGE = (all, x, y, to) -> all.doChange((Change) to);
  static final Operation SUSPEND =
      (all, persistent, isGiven, none) -> all.doSuspend(persistent, isGiven != 0);
  static final Operation RESUME =
      (all, how, nanos, none) -> all.doResume(how, nanos);
  static final Operation ENABLE =
      (all, x, y, wanted) -> all.doEnable((Wanted) wanted);
  static final Operation DISABLE = (all, x, y, aux) -> all.doDisable((AuxClock) aux);
  static final Operation SET_AUX =
      (all, nanos, x, aux) -> all.doSetAux((AuxClock) aux, nanos);

  /** How {@code resume} knows how long the machine slept. */
  static final int TOLD = 0;

  static final int BY_COUNTER = 1;
  static final int BY_PERSISTENT_CLOCK = 2;

  record Change(ClockSource to, Slope slope, long errorPpb) {}

  record Wanted(String name, Page page) {}

  private final Clockwork line;
  private final Ntp auxiliary;
  private final AuxClocks aux;
  private final Timekeeping keeping;
  private final Suspension suspension = new Suspension();
  private long resumed;

  Operations(Timekeeping keeping, Clockwork line, AuxClocks aux, int hz) {
    this.keeping = keeping;
    this.line = line;
    this.aux = aux;
    this.auxiliary = Ntp.auxiliary(hz);
  }

  /** How often the clocks have been resumed. */
  long resumed() {
    return resumed;
  }

  /** Whether adjtimex on an auxiliary clock would refuse; looks at the input alone. */
  int validateAux(Timex timex, boolean privileged) {
    return auxiliary.validate(timex, privileged);
  }

  private long doSet(long nanos) {
    long mono = arrive();
    if (nanos < mono || nanos >= END_NANOS) {
      throw new IllegalArgumentException(
          "REALTIME of " + nanos + " ns must lie in [" + mono + ", " + END_NANOS
              + "): not below MONOTONIC, and 30 years before the end of 64-bit time");
    }
    return line.set(nanos - mono);
  }

  private long doStep(long realNanos, long bootNanos) {
    if (bootNanos < 0) {
      throw new IllegalArgumentException(
          "a sleep of " + bootNanos + " ns must not be negative: use injectOffset to set back");
    }
    long mono = arrive();
    checkSleep(bootNanos);
    if (!isPossible(realNanos, mono)) {
      throw new IllegalArgumentException(
          "a step of " + realNanos + " ns takes REALTIME out of [" + mono + ", "
              + END_NANOS + "): it is " + line.realAt(mono) + " ns, and must not fall"
              + " below MONOTONIC");
    }
    return line.step(realNanos, bootNanos);
  }

  private boolean isPossible(long stepNanos, long mono) {
    long real = line.realAt(mono);
    return stepNanos >= mono - real && stepNanos < END_NANOS - real;
  }

  /** A sleep, or many, may take BOOTTIME no further than REALTIME may be set. */
  private void checkSleep(long sleptNanos) {
    Segment newest = line.newest();
    long mono = newest.monoBaseNanos;
    long left = END_NANOS - Math.max(mono + newest.bootOffsetNanos, line.realAt(mono));
    if (sleptNanos != 0 && sleptNanos >= left) {
      throw new IllegalArgumentException(
          "a sleep of " + sleptNanos + " ns takes REALTIME or BOOTTIME to " + END_NANOS
              + " or beyond, 30 years before the end of 64-bit time: it must be less than " + left);
    }
  }

  private long doTai(long seconds) {
    if (seconds < 0 || seconds > TAI_MAX_SECONDS) {
      throw new IllegalArgumentException(
          "TAI-UTC of " + seconds + " s must lie in [0, " + TAI_MAX_SECONDS + "]");
    }
    arrive();
    return line.setTai((int) seconds);
  }

  private long doAdjust(Timex timex) {
    long mono = timex.modes == 0 ? line.arrive() : arrive();
    boolean steps = (timex.modes & Timex.ADJ_SETOFFSET) != 0;
    if (steps && !isPossible(Ntp.stepNanos(timex), mono)) {
      return -Timex.EINVAL;
    }
    return line.adjust(timex, mono);
  }

  private long doAdvance() {
    line.arrive();
    for (AuxClock each : aux.made()) {
      if (each.isEnabled()) {
        follow(each, Clockwork::arrive);
      }
    }
    return 0;
  }

  private long doPulse(long realNanos, long rawNanos) {
    line.pulse(realNanos, rawNanos, arrive());
    return 0;
  }

  /** MONOTONIC now, all seconds told; not while the clocks are stopped. */
  private long arrive() {
    if (line.isSuspended()) {
      throw new TimekeepingStateException(
          TimekeepingStateException.Why.SUSPENDED,
          "the clocks are suspended: resume them before anything else is changed");
    }
    return line.arrive();
  }

  private long doChange(Change change) {
    arrive();
    line.change(change.to, change.slope, change.errorPpb);
    forEachAux(on -> changeAux(on, change));
    return 0;
  }

  /** An auxiliary line must not stay behind: if it cannot be measured over, it begins there. */
  private static void changeAux(Clockwork on, Change change) {
    try {
      on.arrive();
      on.change(change.to, change.slope, change.errorPpb);
    } catch (RuntimeException once) {
      LOG.log(
          System.Logger.Level.DEBUG, "an auxiliary clock's change of counter is tried again", once);
      on.beginOn(change.to, change.slope, change.errorPpb);
    }
  }

  /**
   * Does with all auxiliary lines what was done with the main one. A line that cannot follow, such
   * as one on a page that somebody else has taken over, is no clock any more: it is disabled, and
   * the others go on.
   */
  private void forEachAux(Consumer<Clockwork> step) {
    for (AuxClock each : aux.made()) {
      follow(each, step);
    }
  }

  /** Whether it could. */
  private static boolean follow(AuxClock clock, Consumer<Clockwork> step) {
    try {
      step.accept(clock.line());
      return true;
    } catch (RuntimeException trouble) {
      boolean news = clock.isEnabled();
      clock.setEnabled(false);
      LOG.log(
          news ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
          "auxiliary clock " + clock.name() + " is disabled, because it cannot follow: "
              + trouble.getMessage(),
          trouble);
      return false;
    }
  }

  private long doSuspend(long persistentNanos, boolean isGiven) {
    if (isGiven) {
      checkPersistent(persistentNanos);
    }
    long mono = arrive();
    if (isGiven) {
      suspension.begin(line.realAt(mono), persistentNanos);
    } else {
      suspension.beginUntold();
    }
    line.suspend();
    forEachAux(
        on -> {
          on.arrive();
          on.suspend();
        });
    return 0;
  }

  private static void checkPersistent(long nanos) {
    if (nanos < 0 || nanos >= END_NANOS) {
      throw new IllegalArgumentException(
          "persistent clock's time of " + nanos + " ns must lie in [0, " + END_NANOS + ")");
    }
  }

  private long doResume(long how, long nanos) {
    if (!line.isSuspended()) {
      throw new IllegalStateException("the clocks are not suspended: suspend them first");
    }
    long slept = nanos;
    if (how == BY_PERSISTENT_CLOCK) {
      checkPersistent(nanos);
      slept = suspension.sleptNanos(nanos);
    } else if (how == BY_COUNTER) {
      slept = line.sleptByCounterNanos();
    }
    if (slept < 0) {
      throw new IllegalStateException(
          "clocksource " + line.counter().name() + " does not say how long the machine slept: it"
              + " does not run on, or is too narrow; resume with the time slept");
    }
    checkSleep(slept);
    line.resume(slept, how == BY_COUNTER);
    forEachAux(on -> on.resumeOn(line.counter()));
    resumed++;
    return 0;
  }

  private long doEnable(Wanted wanted) {
    arrive();
    AuxClock old = aux.find(wanted.name).orElse(null);
    if (old != null && wanted.page != null) {
      throw new IllegalArgumentException(
          "auxiliary clock " + wanted.name + " is there already: a page can be given to a new one"
              + " only; choose another name");
    }
    // One whose page somebody else has taken over can begin no more: another takes its name.
    boolean lives =
        old != null
            && (old.isEnabled() || follow(old, on -> on.restart(line.rawNow() - on.arrive())));
    if (!lives) {
      AuxClock made = new AuxClock(keeping, wanted.name, line.beginAside(wanted.page, auxiliary));
      aux.put(made, old);
    }
    aux.find(wanted.name).orElseThrow().setEnabled(true);
    return 0;
  }

  private long doDisable(AuxClock clock) {
    clock.setEnabled(false);
    return 0;
  }

  private long doSetAux(AuxClock clock, long nanos) {
    arrive();
    clock.checkEnabled();
    if (nanos < 0 || nanos >= END_NANOS) {
      throw new IllegalArgumentException(
          "auxiliary clock's time of " + nanos + " ns must lie in [0, " + END_NANOS
              + ")");
    }
    return clock.line().set(nanos - clock.line().arrive());
  }

  long doAdjustAux(AuxClock clock, Timex timex) {
    if (!clock.isEnabled()) {
      return -AuxClocks.ENODEV;
    }
    if (timex.modes != 0) {
      arrive();
    }
    Clockwork on = clock.line();
    long mono = on.arrive();
    boolean steps = (timex.modes & Timex.ADJ_SETOFFSET) != 0;
    long step = steps ? Ntp.stepNanos(timex) : 0;
    long real = on.realAt(mono);
    boolean possible = step >= -real && step < END_NANOS - real;
    return possible ? on.adjust(timex, mono) : -Timex.EINVAL;
  }
}

package org.timehands.timekeeping;

import java.util.Objects;
import org.timehands.discipline.Timex;

/**
 * An auxiliary clock, Linux's CLOCK_AUX: an independent timeline over the same counter, with a
 * discipline of its own, for a PTP domain, say. It can be read, set and adjusted; it knows no leap
 * seconds, no TAI and no pulses, and no timers stand on it.
 *
 * <p>Thread-safe. Reads never wait; what changes it goes through the {@link Timekeeping} that it
 * belongs to, and returns when it is in force. While it is disabled it has no time: methods that
 * tell or change it throw {@link IllegalStateException}, and {@link #adjtimex} answers
 * -{@link AuxClocks#ENODEV}.
 */
/*
 * field   | read       | write      | guard
 * enabled | volatile   | under lock | Timekeeping's lock (writers only)
 */
public final class AuxClock {
  private final Timekeeping keeping;
  private final String name;
  private final Clockwork line;
  private final Timekeeper clocks;

  /** Kept, so that no operation has to be allocated. */
  private final Operations.Operation adjusting =
      (all, x, y, timex) -> all.doAdjustAux(this, (Timex) timex);

  private volatile boolean enabled;

  AuxClock(Timekeeping keeping, String name, Clockwork line) {
    this.keeping = keeping;
    this.name = Objects.requireNonNull(name, "name");
    this.line = line;
    this.clocks = new Timekeeper(line.timeline());
  }

  Clockwork line() {
    return line;
  }

  Operations.Operation adjusting() {
    return adjusting;
  }

  void setEnabled(boolean to) {
    enabled = to;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Whether it has a time. */
  public boolean isEnabled() {
    return enabled;
  }

  /**
   * Its time in nanoseconds.
   *
   * @throws IllegalStateException while it is disabled
   */
  public long nanos() {
    checkEnabled();
    return clocks.realtimeNanos();
  }

  /** What {@code clock_getres} says: 1 ns. */
  public long resolutionNanos() {
    return 1;
  }

  /**
   * Its timeline: this clock is REALTIME there. Goes on along its last line while it is disabled.
   */
  public Timekeeper clocks() {
    return clocks;
  }

  /**
   * Sets it; forgets slews.
   *
   * @param nanos what it is at this call, in [0, {@link Timekeeping#REALTIME_END_NANOS})
   * @throws IllegalArgumentException if that is out of its range
   * @throws IllegalStateException while it is disabled
   */
  public void set(long nanos) {
    keeping.setAux(this, nanos);
  }

  /**
   * clock_adjtime(2) on this clock.
   *
   * @param timex in and out; untouched if the answer is negative
   * @param privileged whether the caller may change the clock
   * @return {@link Timex#TIME_OK} or {@link Timex#TIME_ERROR}; or -{@link Timex#EINVAL},
   *     -{@link Timex#EPERM}, -{@link AuxClocks#ENODEV}
   */
  public int adjtimex(Timex timex, boolean privileged) {
    return keeping.adjustAux(this, timex, privileged);
  }

  void checkEnabled() {
    if (!enabled) {
      throw new IllegalStateException(
          "auxiliary clock " + name + " is disabled: enable it first");
    }
  }
}

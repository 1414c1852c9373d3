package org.timehands.timekeeping;

import java.util.OptionalLong;
import org.timehands.fixed.Fixed;

/**
 * The time at a cycle between two snapshots, as one can guess it who has nothing but the snapshots
 * (4-18), and how far off the guess is where the timeline still knows. Immutable.
 *
 * <p>For those who cannot ask the timeline, such as another machine; everybody else gets the time
 * itself by {@link Timekeeper#convert}. The guess is right to a nanosecond if one line led from
 * one snapshot to the other, and else off by as much as the line has bent between them.
 *
 * @param clock the clock
 * @param nanos its time, as guessed
 * @param errorNanos the guess minus the time that the clock told at that cycle; empty if nobody
 *     knows that any more, or not yet
 */
public record Interpolation(ClockId clock, long nanos, OptionalLong errorNanos) {
  /**
   * Guesses.
   *
   * @param clock the clock
   * @param a the earlier snapshot
   * @param b the later one
   * @param cycles from the one's cycle to the other's
   * @throws IllegalArgumentException if the snapshots are of different counters, if the counter or,
   *     for a wall clock, the time was changed between them, by a leap second too, or if the cycle
   *     is not between them
   */
  public static Interpolation between(ClockId clock, Snapshot a, Snapshot b, long cycles) {
    if (a.clocksourceId() != b.clocksourceId()
        || a.clocksourceChangedSeq() != b.clocksourceChangedSeq()) {
      throw new IllegalArgumentException(
          "snapshots of clocksources " + a.clocksourceId() + " and " + b.clocksourceId()
              + ", after " + a.clocksourceChangedSeq() + " and " + b.clocksourceChangedSeq()
              + " changes: both must be of one counter; ask the timeline to convert");
    }
    // Readers leap before anybody counts it.
    boolean leapt =
        (clock == ClockId.REALTIME || clock == ClockId.REALTIME_COARSE)
            && a.realtimeNanos() - a.monotonicNanos() != b.realtimeNanos() - b.monotonicNanos();
    boolean stepped = leapt || a.clockWasSetSeq() != b.clockWasSetSeq();
    if (stepped && (clock.isWallClock() || clock == ClockId.BOOTTIME)) {
      throw new IllegalArgumentException(
          clock + " was set between the snapshots: no line leads from one to the other; ask the"
              + " timeline to convert");
    }
    long whole = b.cycles() - a.cycles();
    long part = cycles - a.cycles();
    if (a.isHeld() || b.isHeld() || whole <= 0 || part < 0 || part > whole) {
      throw new IllegalArgumentException(
          "cycle " + cycles + " must lie between the snapshots' cycles " + a.cycles() + " and "
              + b.cycles() + ", and neither may be held");
    }
    long span = b.nanos(clock) - a.nanos(clock);
    long gone =
        part == whole
            ? span
            : Math.unsignedMultiplyHigh(span, Fixed.fractionDown(part, whole));
    return new Interpolation(clock, a.nanos(clock) + gone, OptionalLong.empty());
  }

  Interpolation withError(long error) {
    return new Interpolation(clock, nanos, OptionalLong.of(error));
  }
}

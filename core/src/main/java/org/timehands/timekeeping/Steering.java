package org.timehands.timekeeping;

import org.timehands.discipline.Ntp;
import org.timehands.discipline.NtpState;
import org.timehands.discipline.Timex;
import org.timehands.timeline.Segment;

/**
 * From the discipline's state to the next segment of a timeline: slope, leap second and TAI.
 *
 * <p>Call it in every edit of a disciplined timeline. A leap second stands in the segment before it
 * is due, so that every reader leaps at the instant itself; it is folded into the offset by the
 * first edit after the leap machine has passed it:
 *
 * <pre>
 *      edit          leap instant        edit             second() -1    edit
 *  -----|------------------*---------------|---------------------|---------|-----&gt;
 *   leap announced    readers leap    leap kept: the machine     |     leap folded
 *   in the segment                    still plans it      machine passes
 * </pre>
 *
 * <p>Folding at the edit in the middle would let the machine's plan be read against an offset that
 * has leapt already, and announce the same leap again one second later
 * (DisciplinedTimelineTest.leapsOnceHoweverLate). Stateless; safe for all threads.
 */
public final class Steering {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Steering() {}

  /**
   * Writes what the state says into a segment that continues the newest one.
   *
   * @param ntp the discipline of this clock
   * @param state its state after the latest input
   * @param next the segment to be published, as {@link Segment#continueFrom} has made it, after a
   *     step of {@code realOffsetNanos} if there is one
   */
  public static void apply(Ntp ntp, NtpState state, Segment next) {
    applyGain(ntp.gainScaled(state), next);
    applyLeap(state, next);
  }

  /** Has MONOTONIC gain so much on RAW, as {@link Ntp#gainScaled} says it. */
  static void applyGain(long gainScaled, Segment next) {
    next.steer(Ntp.gainPart(gainScaled), gainScaled > 0);
  }

  /**
   * Writes leap second and TAI alone.
   *
   * @return whether a leap that is past was folded into the offset
   */
  static boolean applyLeap(NtpState state, Segment next) {
    boolean folded = false;
    int planned = state.leapSign();
    if (planned != 0) {
      next.setLeap(state.leapAtMonoNanos(next.realOffsetNanos), planned);
    } else if (next.leapSign() != 0) {
      folded = settle(state, next);
    }
    // A kept leap that the machine has passed is in the machine's TAI-UTC already.
    int ahead = planned == 0 ? next.leapSign() : 0;
    long taiSeconds = (long) state.taiOffsetSeconds() - ahead;
    next.taiOffsetNanos = next.realOffsetNanos + taiSeconds * NANOS_PER_SECOND;
    return folded;
  }

  /** The machine plans no leap but the segment has one: over, withdrawn, or not yet reached. */
  private static boolean settle(NtpState state, Segment next) {
    if (next.leapAtMonoNanos <= next.monoBaseNanos) {
      next.realOffsetNanos -= next.leapSign() * NANOS_PER_SECOND;
      next.setLeap(Segment.NO_LEAP, 0);
      return true;
    }
    if (state.clockState() != Timex.TIME_OOP && state.clockState() != Timex.TIME_WAIT) {
      next.setLeap(Segment.NO_LEAP, 0);
    }
    return false;
  }

  /**
   * The MONOTONIC instant at which a second of REALTIME begins.
   *
   * @param utcSecond the second, in [-9223372036, 9223372036]
   * @param realOffsetNanos REALTIME minus MONOTONIC before a leap at this very instant
   * @return nanoseconds
   * @throws ArithmeticException if the instant cannot be told in nanoseconds
   */
  public static long secondAtMonoNanos(long utcSecond, long realOffsetNanos) {
    return Math.subtractExact(
        Math.multiplyExact(utcSecond, NANOS_PER_SECOND), realOffsetNanos);
  }
}

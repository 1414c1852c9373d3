package org.timehands.timekeeping;

import org.timehands.discipline.Ntp;
import org.timehands.discipline.NtpState;
import org.timehands.fixed.Fixed;
import org.timehands.timeline.Segment;

/**
 * What one clock remembers between two inputs, and how it goes through the seconds: the discipline,
 * the second it was told of last, and what it owes. Guarded by its owner's lock; allocates nothing.
 */
/*
 * Debt. A slew lasts for a second, and ends when a segment with the next slope begins: where the
 * line was promised to, a little after the second's end, or long after if nobody told the seconds.
 *
 *     gain
 *      ^       +-------+ - - - +            the slew should end at b, the line goes on to H
 *      |       |       |  debt |
 *      +-------+       +-------+-----
 *              a       b       H
 *
 * The area beyond b is taken back in the seconds after, at no more than 500 us each. So the sum of
 * all slews is what was asked for, however late the seconds are told
 * (TimekeepingTest.slewsArriveHoweverLate). A change of the clocksource owes what the line has
 * stood still, too.
 */
final class Movement {
  /** Debts are counted in nanoseconds with so many binary places. */
  static final int DEBT_BITS = 16;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int GAIN_BITS = 32;
  private static final long NOMINAL_SCALED = NANOS_PER_SECOND << GAIN_BITS;
  private static final long LAST_SECOND = Long.MAX_VALUE / NANOS_PER_SECOND;

  /** Most that is paid in a second: 500 us, as adjtime(3). */
  private static final long MOST_PAID = 500_000L << DEBT_BITS;

  /** Less than a nanosecond is not worth a segment. */
  private static final long LEAST_PAID = 1L << DEBT_BITS;

  /** A debt of more than this, 39 hours, is none. */
  private static final long MOST_OWED_NANOS = Long.MAX_VALUE >> (DEBT_BITS + 1);

  final NtpState state;

  /** The second of REALTIME that the discipline was told of last, without a leap to come. */
  long utcSecond;

  private final Ntp ntp;
  private final LeapWatch leaps;
  private long owed;
  private long paying;
  private long lagSeconds = 1;
  private int raised;

  Movement(Ntp ntp, LeapWatch leaps) {
    this.ntp = ntp;
    this.leaps = leaps;
    this.state = ntp.newState();
  }

  void set(Movement other) {
    state.set(other.state);
    utcSecond = other.utcSecond;
    owed = other.owed;
    paying = other.paying;
    lagSeconds = other.lagSeconds;
    raised = other.raised;
  }

  /** How fast MONOTONIC gains on the unsteered clock, as {@link Ntp#gainScaled} has it. */
  long gainScaled() {
    return ntp.gainScaled(state) + (paying << (GAIN_BITS - DEBT_BITS));
  }

  /** The MONOTONIC instant at which the next second begins. */
  long dueMonoNanos(long realOffsetNanos) {
    return utcSecond >= LAST_SECOND
        ? Long.MAX_VALUE
        : Steering.secondAtMonoNanos(utcSecond + 1, realOffsetNanos);
  }

  /** The clock was set: nothing is left to slew, and it goes on from another second. */
  void restart(long realNanos) {
    ntp.clear(state);
    owed = 0;
    paying = 0;
    resume(realNanos);
  }

  /**
   * The clock was moved, and goes on from another second. If a leap that is planned lies behind it
   * now, as after a sleep over midnight, that second is to be passed at once: until it is, nobody
   * but the segment knows of the leap.
   */
  void resume(long realNanos) {
    utcSecond = Math.floorDiv(realNanos, NANOS_PER_SECOND);
    if (state.leapSecond() <= utcSecond) {
      utcSecond--;
    }
    leaps.tellTai(state, utcSecond);
    announce();
  }

  /** Adds to what the clock has yet to gain. */
  void owe(long nanos) {
    oweScaled(Math.clamp(nanos, -MOST_OWED_NANOS, MOST_OWED_NANOS) << DEBT_BITS);
  }

  private void oweScaled(long scaled) {
    long limit = MOST_OWED_NANOS << DEBT_BITS;
    owed = Math.clamp(owed + scaled, -limit, limit);
  }

  /** What the clock has yet to gain, in nanoseconds, without what it gains in this second. */
  long owedNanos() {
    return owed >> DEBT_BITS;
  }

  /** Passes every second that has begun when a segment begins, and folds leaps that are past. */
  void catchUp(Segment next) {
    for (;;) {
      long begins = next.monoBaseNanos;
      skipQuiet(begins + next.realOffsetNanos);
      long due = dueMonoNanos(next.realOffsetNanos);
      if (due > begins) {
        return;
      }
      long before = gainScaled();
      pass();
      overrun(begins - due, before);
      if (Steering.applyLeap(state, next)) {
        next.clockWasSetSeq++;
      }
    }
  }

  /**
   * Notes how many seconds are told at once. What is paid goes on until seconds are told again; to
   * pay a debt in one second, and for ten, would leave a greater one.
   */
  void lag(long realNanos) {
    long seconds = Math.floorDiv(realNanos, NANOS_PER_SECOND) - utcSecond;
    if (seconds > 0) {
      lagSeconds = seconds;
    }
  }

  /** Raises the flags that the leap table raises in this second. */
  void announce() {
    raised = leaps.announce(state, utcSecond, raised);
  }

  /** Passes the next second. */
  void pass() {
    announce();
    long second = utcSecond + 1;
    int leap = ntp.second(state, second);
    utcSecond = Ntp.nextSecond(second, leap) - 1;
    boolean worth = Math.abs(owed) >= LEAST_PAID;
    paying = worth ? Math.clamp(owed / lagSeconds, -MOST_PAID, MOST_PAID) : 0;
    owed -= paying;
  }

  /** Leaves out seconds in which nothing can happen; none of them is the last one. */
  void skipQuiet(long realNanos) {
    long last = Math.floorDiv(realNanos, NANOS_PER_SECOND) - 1;
    if (last > utcSecond && isQuiet()) {
      utcSecond = Math.max(utcSecond, Math.min(last, leaps.quietUntil(utcSecond)));
    }
  }

  private boolean isQuiet() {
    return paying == 0 && Math.abs(owed) < LEAST_PAID && raised == 0 && ntp.isQuiet(state);
  }

  /** Owes what the line gained while it went on for so long with the gain of the second before. */
  private void overrun(long lateNanos, long gainBefore) {
    long more = gainBefore - gainScaled();
    if (more == 0 || lateNanos <= 0) {
      return;
    }
    long unit = NOMINAL_SCALED + gainBefore;
    long size = Math.abs(more);
    long fraction = Fixed.fractionDown(size % unit, unit);
    long low = lateNanos * fraction;
    long nanos = Math.unsignedMultiplyHigh(lateNanos, fraction);
    nanos = Math.min(nanos, MOST_OWED_NANOS - 1) + (size / unit) * lateNanos;
    nanos = Math.clamp(nanos, 0, MOST_OWED_NANOS - 1);
    long scaled = (nanos << DEBT_BITS) | (low >>> (Long.SIZE - DEBT_BITS));
    oweScaled(more > 0 ? -scaled : scaled);
  }
}

package org.timehands.discipline;

import static org.timehands.discipline.Timex.STA_DEL;
import static org.timehands.discipline.Timex.STA_INS;
import static org.timehands.discipline.Timex.TIME_DEL;
import static org.timehands.discipline.Timex.TIME_INS;
import static org.timehands.discipline.Timex.TIME_OK;
import static org.timehands.discipline.Timex.TIME_OOP;
import static org.timehands.discipline.Timex.TIME_WAIT;

/**
 * Leap seconds as a state machine that is asked at each UTC second.
 *
 * <pre>
 *          STA_INS                midnight (REAL -1 s)        next second
 *    OK ------------------> INS ------------------------> OOP -----------> WAIT
 *    ^ ^  flag cleared       |                                              | ^
 *    | +---------------------+    STA_DEL              23:59:59 (REAL +1 s) | |
 *    | +-- flag cleared --- DEL <--------- OK          DEL -----------------+-+
 *    +------------------------- both flags cleared -------------------------+
 * </pre>
 *
 * <p>The end of the day is fixed when the machine enters INS or DEL; a flag raised in the last
 * second of a day, after that second's question, is for the end of the next one.
 */
final class LeapMachine {
  static final long SECONDS_PER_DAY = 86_400;

  private LeapMachine() {}

  /** Passes one second; returns what is added to REALTIME now: -1, 0 or +1 s. */
  static int pass(NtpState state, long utcSecond) {
    return switch (state.clockState) {
      case TIME_OK -> plan(state, utcSecond);
      case TIME_INS -> await(state, utcSecond, STA_INS, TIME_OOP, -1);
      case TIME_DEL -> await(state, utcSecond, STA_DEL, TIME_WAIT, 1);
      case TIME_OOP -> become(state, TIME_WAIT, NtpState.NEVER);
      default -> {
        boolean flagged = (state.status & (STA_INS | STA_DEL)) != 0;
        yield become(state, flagged ? TIME_WAIT : TIME_OK, state.leapSecond);
      }
    };
  }

  /** Plans the leap second that is flagged, as of a second; returns 0. */
  static int plan(NtpState state, long utcSecond) {
    if ((state.status & STA_INS) != 0) {
      return become(state, TIME_INS, endOfDay(utcSecond));
    }
    if ((state.status & STA_DEL) != 0) {
      return become(state, TIME_DEL, endOfDay(utcSecond + 1) - 1);
    }
    return 0;
  }

  private static int await(NtpState state, long utcSecond, int flag, int next, int leap) {
    if ((state.status & flag) == 0) {
      return become(state, TIME_OK, NtpState.NEVER);
    }
    if (utcSecond < state.leapSecond) {
      return 0;
    }
    // An insertion is still going on: its second is remembered until it is over.
    become(state, next, next == TIME_OOP ? state.leapSecond : NtpState.NEVER);
    state.taiOffsetSeconds -= leap;
    return leap;
  }

  private static int become(NtpState state, int clockState, long leapSecond) {
    state.clockState = clockState;
    state.leapSecond = leapSecond;
    return 0;
  }

  private static long endOfDay(long utcSecond) {
    return utcSecond + SECONDS_PER_DAY - Math.floorMod(utcSecond, SECONDS_PER_DAY);
  }
}

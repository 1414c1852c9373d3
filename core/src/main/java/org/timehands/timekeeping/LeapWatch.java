package org.timehands.timekeeping;

import org.timehands.discipline.LeapTable;
import org.timehands.discipline.NtpState;
import org.timehands.discipline.Timex;

/**
 * Looks into a leap table for one clock: which flags it raises at a second. Remembers where it
 * looked, so that a second costs nothing. Guarded by its owner's lock.
 */
final class LeapWatch {
  private static final long DAY_SECONDS = 86_400;
  private static final int FLAGS = Timex.STA_INS | Timex.STA_DEL;

  private final LeapTable table;
  private long validFrom = 1;
  private long validUntil;
  private long raisedFrom;
  private int bits;

  /**
   * A watch.
   *
   * @param table the table, or null for a clock that is told of leap seconds by adjtimex alone
   */
  LeapWatch(LeapTable table) {
    this.table = table;
  }

  /** The flags that the table raises at a UTC second, {@code STA_INS}, {@code STA_DEL} or 0. */
  int bitsAt(long utcSecond) {
    if (table == null) {
      return 0;
    }
    if (utcSecond < validFrom || utcSecond >= validUntil) {
      look(utcSecond);
    }
    return utcSecond >= raisedFrom ? bits : 0;
  }

  /**
   * Raises in a state what the table raises, and lowers what it raised before. Who clears a flag by
   * adjtimex is overruled.
   *
   * @param state the clock's
   * @param utcSecond the second that is told
   * @param raised what this raised last
   * @return what it has raised now
   */
  int announce(NtpState state, long utcSecond, int raised) {
    int wanted = bitsAt(utcSecond);
    int flags = state.status() & FLAGS;
    int next = (flags & ~raised) | wanted;
    if (next != flags || (wanted != 0 && state.leapSign() == 0)) {
      state.announceLeap(next, utcSecond);
    }
    return wanted;
  }

  /** The last second, from a UTC second on, before the table raises or lowers something. */
  long quietUntil(long utcSecond) {
    if (table == null) {
      return Long.MAX_VALUE;
    }
    return bitsAt(utcSecond) != 0 || raisedFrom <= utcSecond ? utcSecond : raisedFrom - 1;
  }

  /** Tells a state TAI-UTC, if the table knows it. */
  void tellTai(NtpState state, long utcSecond) {
    if (table != null && utcSecond >= table.firstSecond()) {
      state.setTaiOffsetSeconds(table.taiOffsetAt(utcSecond));
    }
  }

  private void look(long utcSecond) {
    validFrom = utcSecond;
    var next = table.nextLeapAfter(utcSecond);
    validUntil = next.isPresent() ? next.get().utcSecond() : Long.MAX_VALUE;
    raisedFrom = next.isPresent() ? validUntil - DAY_SECONDS : Long.MAX_VALUE;
    bits = next.isPresent() ? next.get().sign() > 0 ? Timex.STA_INS : Timex.STA_DEL : 0;
  }
}

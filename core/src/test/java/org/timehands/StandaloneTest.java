package org.timehands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.discipline.Timex;
import org.timehands.linux.HostClocks;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;

/** A timekeeper of one's own, on this machine's counter. */
class StandaloneTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void maySetAndSteerItsOwnClock() {
    Timekeeper clocks;
    Timekeeping keeping;
    long host = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
    try (Timehands timehands = Timehands.standalone(TimekeepingOptions.defaults())) {
      assertEquals(Timehands.Origin.STANDALONE, timehands.origin());
      clocks = timehands.clocks();
      keeping = clocks.timekeeping().orElseThrow();
      assertTrue(Math.abs(clocks.realtimeNanos() - host) < 60 * SECOND);
      keeping.setRealtime(host + 86_400 * SECOND);
      assertTrue(clocks.realtimeNanos() >= host + 86_400 * SECOND);
      long after = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
      assertTrue(after < host + 3_600 * SECOND, "the host's clock is not touched");
      Timex timex = new Timex();
      timex.modes = Timex.ADJ_STATUS | Timex.ADJ_MAXERROR;
      assertEquals(Timex.TIME_OK, keeping.adjtimex(timex, true));
    }
    assertThrows(IllegalStateException.class, () -> keeping.setRealtime(host));
    assertTrue(clocks.realtimeNanos() > host + 86_400 * SECOND, "reads go on");
  }

  /** The driver tells the seconds: a slew begins, and ends, with nobody else calling anything. */
  @Test
  void theDriverTellsTheSeconds() {
    try (Timehands timehands = Timehands.standalone(TimekeepingOptions.defaults())) {
      Timekeeping keeping = timehands.clocks().timekeeping().orElseThrow();
      Timex timex = new Timex();
      timex.modes = Timex.ADJ_OFFSET_SINGLESHOT;
      timex.offset = 100;
      keeping.adjtimex(timex, true);
      assertTrue(slewBegins(timehands.clocks(), 60 * SECOND), "the slew has begun");
    }
  }

  /** Whether a segment is published within so long; nobody here publishes any. */
  private static boolean slewBegins(Timekeeper clocks, long limitNanos) {
    long begun = clocks.history().newest();
    long end = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC) + limitNanos;
    while (clocks.history().newest() == begun
        && HostClocks.nanos(HostClocks.CLOCK_MONOTONIC) < end) {
      Thread.onSpinWait();
    }
    return clocks.history().newest() > begun;
  }

  /** The planted fault: the same clock without its driver, for longer than a second. */
  @Test
  void withoutItsDriverNothingWouldBegin() {
    Candidate chosen = ClockSources.best();
    try (Timekeeping keeping =
        Timekeeping.ofThisMachine(
            chosen.source(), chosen.rate(), TimekeepingOptions.defaults())) {
      Timex timex = new Timex();
      timex.modes = Timex.ADJ_OFFSET_SINGLESHOT;
      timex.offset = 100;
      keeping.adjtimex(timex, true);
      assertFalse(slewBegins(keeping.clocks(), SECOND + SECOND / 5));
    }
  }
}

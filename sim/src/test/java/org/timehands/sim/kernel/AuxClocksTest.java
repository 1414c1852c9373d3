package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.posix.PosixNumbers.EINVAL;
import static org.timehands.posix.PosixNumbers.EPERM;

import org.junit.jupiter.api.Test;
import org.timehands.discipline.Timex;
import org.timehands.posix.PosixTime;
import org.timehands.posix.PosixTimes;

/** Semantics 2.6, CLOCK_AUX by number: what it can, what it refuses, and while it is disabled. */
class AuxClocksTest {
  private static final long SECOND = Lab.SECOND;

  private final Lab lab = new Lab();
  private final PosixTime unprivileged = PosixTimes.over(lab.node.clocks(), () -> false);

  private static long[] fields(int modes) {
    long[] fields = new long[Timex.FIELDS];
    fields[0] = modes;
    fields[11] = 10_000;
    return fields;
  }

  @Test
  void disabledClocksHaveNoTime() {
    for (int clock = CLOCK_AUX; clock <= CLOCK_AUX_LAST; clock++) {
      assertEquals(-ENODEV, lab.posix.clockGetTime(clock, new long[2]));
      assertEquals(-ENODEV, lab.posix.clockSetTime(clock, 1, 0));
      assertEquals(-ENODEV, lab.posix.clockAdjTime(clock, fields(0)));
      assertEquals(0, lab.posix.clockGetRes(clock, new long[2]));
      assertEquals(-EINVAL, lab.posix.clockSetTime(clock, -1, 0), "values come first");
      assertEquals(-EINVAL, lab.posix.clockAdjTime(clock, fields(ADJ_TAI)));
      assertEquals(-EPERM, unprivileged.clockSetTime(clock, 1, 0));
      assertEquals(-EPERM, unprivileged.clockAdjTime(clock, fields(ADJ_FREQUENCY)));
    }
  }

  @Test
  void enabledClocksAreSetAndSteeredApart() {
    lab.node.timekeeping().aux().enable(CLOCK_AUX + 3);
    assertEquals(0, lab.posix.clockSetTime(CLOCK_AUX + 3, 5, 0));
    long real = lab.nanos(CLOCK_REALTIME);
    long aux = lab.nanos(CLOCK_AUX + 3);
    Lab.near(5 * SECOND, aux, 2, "what was set");
    long[] faster = fields(ADJ_FREQUENCY);
    faster[2] = 100L << 16;
    assertTrue(lab.posix.clockAdjTime(CLOCK_AUX + 3, faster) >= 0);
    aux = lab.nanos(CLOCK_AUX + 3);
    real = lab.nanos(CLOCK_REALTIME);
    lab.sleep(1000);
    Lab.near(1000 * SECOND, lab.nanos(CLOCK_REALTIME) - real, 2, "REALTIME is left alone");
    Lab.near(1000 * SECOND + 100_000_000, lab.nanos(CLOCK_AUX + 3) - aux, 2, "100 ppm");
    assertEquals(-ENODEV, lab.posix.clockGetTime(CLOCK_AUX + 2, new long[2]));
    lab.node.timekeeping().aux().disable(CLOCK_AUX + 3);
    assertEquals(-ENODEV, lab.posix.clockGetTime(CLOCK_AUX + 3, new long[2]));
  }

  @Test
  void noLeapsNoTaiNoPulses() {
    lab.node.timekeeping().aux().enable(CLOCK_AUX);
    for (int status : new int[] {STA_INS, STA_DEL, STA_PPSFREQ, STA_PPSTIME}) {
      long[] bad = fields(ADJ_STATUS);
      bad[5] = status;
      assertEquals(-EINVAL, lab.posix.clockAdjTime(CLOCK_AUX, bad), "status " + status);
    }
    assertEquals(-EINVAL, lab.posix.clockAdjTime(CLOCK_AUX, fields(ADJ_TAI)));
    assertTrue(lab.posix.clockAdjTime(CLOCK_AUX, fields(0)) >= 0);
    assertEquals(-EPERM, unprivileged.clockAdjTime(CLOCK_AUX, fields(ADJ_FREQUENCY)));
  }
}

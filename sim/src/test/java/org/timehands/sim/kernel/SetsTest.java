package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;
import static org.timehands.posix.PosixNumbers.*;
import static org.timehands.posix.PosixNumbers.EINVAL;
import static org.timehands.posix.PosixNumbers.EPERM;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Semantics 4.1: the destructive selftests that set the clock; nothing is destructive here. */
class SetsTest {
  private static final long SECOND = Lab.SECOND;
  private static final long MIDNIGHT = Lab.MIDNIGHT;
  private static final long KTIME_SEC_MAX = Long.MAX_VALUE / SECOND;

  /** What was read beside each other. */
  private record Beat(long real, long tai, long mono, int state) {}

  /** Ten seconds around a midnight at which a second is inserted or deleted, in tenths. */
  private static List<Beat> leap(Lab lab, int flag) {
    assertEquals(0, lab.setTime(MIDNIGHT - 5, 0));
    lab.timex.constant = 37;
    assertTrue(lab.adjust(ADJ_TAI) >= 0);
    lab.timex.maxerror = 0;
    assertTrue(lab.adjust(ADJ_MAXERROR) >= 0);
    assertEquals(TIME_OK, lab.setStatus(flag));
    List<Beat> beats = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int state = lab.readTimex();
      beats.add(
          new Beat(
              lab.nanos(CLOCK_REALTIME),
              lab.nanos(CLOCK_TAI),
              lab.nanos(CLOCK_MONOTONIC),
              state));
      lab.sleep(0.1);
    }
    assertEquals(TIME_WAIT, lab.readTimex());
    assertEquals(TIME_WAIT, lab.setStatus(0), "until the next second");
    lab.sleep(1);
    assertEquals(TIME_OK, lab.readTimex());
    return beats;
  }

  /** What is wrong with beats around a leap; empty if nothing. */
  private static String fault(List<Beat> beats, int sign) {
    Beat first = beats.getFirst();
    for (Beat each : beats) {
      long passed = each.mono - first.mono;
      long leapAt = (sign > 0 ? MIDNIGHT : MIDNIGHT - 1) * SECOND;
      long moved = each.real - first.real - passed;
      boolean leapt = moved != 0;
      boolean due = first.real + passed >= leapAt;
      if (leapt != due || leapt && moved != -sign * SECOND) {
        return each + ": REALTIME moved by " + moved + " ns after " + passed;
      }
      if (each.tai - first.tai != passed) {
        return each + ": TAI jumped";
      }
      int wanted = !due ? sign > 0 ? TIME_INS : TIME_DEL
          : sign > 0 && each.real < leapAt ? TIME_OOP : TIME_WAIT;
      boolean quiet = !due && each.state == TIME_OK && passed < SECOND;
      if (each.state != wanted && !quiet) {
        return each + ": state is not " + wanted;
      }
    }
    return "";
  }

  @Test
  @DisplayName("leap-a-day: insert and delete, several days")
  void leapADay() {
    Lab lab = new Lab();
    for (int day = 0; day < 3; day++) {
      assertEquals("", fault(leap(lab, STA_INS), 1));
      assertEquals("", fault(leap(lab, STA_DEL), -1));
    }
  }

  /** A leap that comes a tenth late, a TAI that jumps with it, and a state that is not told. */
  @Test
  void leapADaySeesAFault() {
    List<Beat> beats = leap(new Lab(), STA_INS);
    int at = 0;
    while (beats.get(at).state != TIME_OOP) {
      at++;
    }
    Beat right = beats.get(at);
    for (Beat wrong : List.of(
        new Beat(right.real + SECOND, right.tai, right.mono, right.state),
        new Beat(right.real, right.tai - SECOND, right.mono, right.state),
        new Beat(right.real, right.tai, right.mono, TIME_INS))) {
      List<Beat> planted = new ArrayList<>(beats);
      planted.set(at, wrong);
      assertTrue(!fault(planted, 1).isEmpty(), wrong.toString());
    }
  }

  @Test
  @DisplayName("set-tai")
  void setTai() {
    Lab lab = new Lab();
    for (int seconds = 1; seconds <= 60; seconds++) {
      lab.timex.constant = seconds;
      assertTrue(lab.adjust(ADJ_TAI) >= 0);
      lab.readTimex();
      assertEquals(seconds, lab.timex.tai);
      assertEquals(
          seconds * SECOND, lab.nanos(CLOCK_TAI) - lab.nanos(CLOCK_REALTIME), "clock TAI");
    }
  }

  @Test
  @DisplayName("set-2038")
  void set2038() {
    Lab lab = new Lab();
    for (long crazy : new long[] {-0x7fff_ffffL, Long.MAX_VALUE, Long.MIN_VALUE, KTIME_SEC_MAX}) {
      assertEquals(-EINVAL, lab.setTime(crazy, 0), "second " + crazy);
    }
    // Linux has refused what lies below MONOTONIC since 4.3, and the last 30 years since 5.1.
    assertEquals(-EINVAL, lab.setTime(1, 0), "1970, below MONOTONIC");
    assertEquals(-EINVAL, lab.setTime(KTIME_SEC_MAX - 600, 0), "2262");
    long last = KTIME_SEC_MAX - 30L * 365 * 86_400;
    assertEquals(-EINVAL, lab.setTime(last, 0));
    long uptime = lab.nanos(CLOCK_MONOTONIC) / SECOND;
    for (long edge : new long[] {uptime + 1, 0x7fff_ffffL - 600, 0x7fff_ffffL - 10, last - 600}) {
      assertEquals(0, lab.setTime(edge, 0), "second " + edge);
      Lab.near(edge * SECOND, lab.nanos(CLOCK_REALTIME), 2, "second " + edge);
      for (int clock : Lab.CLOCKS) {
        Order order = new Order();
        for (int i = 0; i < 200; i++) {
          order.add(lab.nanos(clock));
          lab.sleep(0.1);
        }
        assertEquals("", order.fault(), "clock " + clock + " after second " + edge);
      }
    }
  }
}

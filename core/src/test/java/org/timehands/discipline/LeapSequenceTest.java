package org.timehands.discipline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.timehands.discipline.Timex.*;

import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/** 3-06: Semantics 2.6 leap machine; 4.1 leap-a-day and leapcrash, in virtual time. */
class LeapSequenceTest {
  private static final long EVE = Virtual.MIDNIGHT - 10;

  private static Virtual at(Ntp ntp, long utcSecond) {
    Virtual clock = new Virtual(ntp);
    clock.utcSecond = utcSecond;
    clock.adjust(ADJ_TAI, 37);
    clock.adjust(ADJ_MAXERROR, 0);
    clock.setStatus(STA_PLL);
    return clock;
  }

  private static void insertion(Ntp ntp) {
    Virtual clock = at(ntp, EVE);
    clock.setStatus(STA_PLL | STA_INS);
    assertEquals(TIME_OK, clock.adjust(0), "waits for the next second");
    clock.second();
    assertEquals(TIME_INS, clock.adjust(0));
    assertEquals(Virtual.MIDNIGHT, clock.state.leapSecond());
    assertEquals(1, clock.state.leapSign());
    assertEquals(
        Virtual.MIDNIGHT * 1_000_000_000L - 5, clock.state.leapAtMonoNanos(5), "for the segment");
    assertEquals(-1, clock.until(TIME_OOP));
    assertEquals(Virtual.MIDNIGHT - 1, clock.utcSecond, "23:59:59 again");
    assertEquals(TIME_OOP, clock.adjust(0));
    assertEquals(38, clock.timex.tai);
    assertEquals(0, clock.state.leapSign());
    assertEquals(Long.MAX_VALUE, clock.state.leapAtMonoNanos(5));
    clock.second();
    assertEquals(TIME_WAIT, clock.adjust(0));
    assertEquals(Virtual.MIDNIGHT, clock.utcSecond);
    clock.seconds(5);
    assertEquals(TIME_WAIT, clock.adjust(0), "until the flag is cleared");
    clock.setStatus(STA_PLL);
    clock.second();
    assertEquals(TIME_OK, clock.adjust(0));
    assertEquals(38, clock.timex.tai);
  }

  private static void deletion(Ntp ntp) {
    Virtual clock = at(ntp, EVE);
    clock.setStatus(STA_PLL | STA_DEL);
    clock.second();
    assertEquals(TIME_DEL, clock.adjust(0));
    assertEquals(Virtual.MIDNIGHT - 1, clock.state.leapSecond());
    assertEquals(-1, clock.state.leapSign());
    assertEquals(1, clock.until(TIME_WAIT));
    assertEquals(Virtual.MIDNIGHT, clock.utcSecond, "23:59:59 never was");
    assertEquals(36, clock.adjust(0) == TIME_WAIT ? clock.timex.tai : -1);
    clock.setStatus(STA_PLL);
    clock.second();
    assertEquals(TIME_OK, clock.adjust(0));
  }

  @Test
  void leapADay() {
    for (int hz : new int[] {1, 250, 1000}) {
      insertion(Ntp.real(hz));
      deletion(Ntp.real(hz));
    }
  }

  /** TAI must not jump across a leap; the checker sees a leap that forgets it. */
  private static void taiRunsOn(Virtual clock, boolean forgetful) {
    clock.setStatus(STA_PLL | STA_INS);
    long tai = clock.utcSecond + clock.state.taiOffsetSeconds();
    for (int i = 0; i < 30; i++) {
      clock.second();
      if (forgetful) {
        clock.state.setTaiOffsetSeconds(37);
      }
      assertEquals(++tai, clock.utcSecond + clock.state.taiOffsetSeconds());
    }
  }

  @Test
  void taiRunsOnAcrossALeap() {
    taiRunsOn(at(Ntp.real(1000), EVE), false);
    Virtual planted = at(Ntp.real(1000), EVE);
    assertThrows(AssertionError.class, () -> taiRunsOn(planted, true));
  }

  @Test
  void clearedFlagCancels() {
    for (int flag : new int[] {STA_INS, STA_DEL}) {
      Virtual clock = at(Ntp.real(1000), EVE);
      clock.setStatus(STA_PLL | flag);
      clock.seconds(3);
      clock.setStatus(STA_PLL);
      clock.second();
      assertEquals(TIME_OK, clock.adjust(0));
      clock.seconds(20);
      assertEquals(Virtual.MIDNIGHT + 14, clock.utcSecond, "no leap");
    }
  }

  @Test
  void settingTheClockCancels() {
    Virtual clock = at(Ntp.real(1000), EVE);
    clock.setStatus(STA_PLL | STA_INS);
    clock.seconds(3);
    clock.ntp.clear(clock.state);
    assertEquals(0, clock.state.leapSign());
    clock.seconds(20);
    assertEquals(Virtual.MIDNIGHT + 13, clock.utcSecond);
  }

  @Test
  void leavingTheLoopResets() {
    Virtual clock = at(Ntp.real(1000), EVE);
    clock.setStatus(STA_PLL | STA_INS);
    clock.seconds(3);
    clock.setStatus(STA_INS);
    assertEquals(TIME_OK, clock.state.clockState());
    clock.second();
    assertEquals(TIME_INS, clock.state.clockState(), "the flag still stands");
  }

  @Test
  void flagInTheLastSecondIsForTheNextDay() {
    Virtual clock = at(Ntp.real(1000), Virtual.MIDNIGHT - 1);
    clock.setStatus(STA_PLL | STA_INS);
    clock.second();
    assertEquals(Virtual.MIDNIGHT + 86_400, clock.state.leapSecond());
    Virtual other = at(Ntp.real(1000), Virtual.MIDNIGHT - 2);
    other.setStatus(STA_PLL | STA_DEL);
    other.second();
    assertEquals(Virtual.MIDNIGHT + 86_399, other.state.leapSecond());
  }

  @Test
  void lateSecondIsPatched() {
    Virtual clock = at(Ntp.real(1000), EVE);
    clock.setStatus(STA_PLL | STA_INS);
    clock.seconds(9);
    clock.utcSecond = Virtual.MIDNIGHT;
    assertEquals(TIME_OOP, clock.adjust(0));
    assertEquals(38, clock.timex.tai);
    assertEquals(Virtual.MIDNIGHT - 1, clock.timex.timeSec);
    assertEquals(37, clock.state.taiOffsetSeconds(), "only the answer is patched");
    assertEquals(-1, clock.ntp.second(clock.state, Virtual.MIDNIGHT));
    assertEquals(TIME_OOP, clock.ntp.adjtimex(clock.state, clock.timex, EVE + 9, 0, true));
    assertEquals(TIME_WAIT, clock.adjust(0), "the inserted second is over");

    Virtual deleting = at(Ntp.real(1000), EVE);
    deleting.setStatus(STA_PLL | STA_DEL);
    deleting.seconds(8);
    deleting.utcSecond = Virtual.MIDNIGHT - 1;
    assertEquals(TIME_WAIT, deleting.adjust(0));
    assertEquals(36, deleting.timex.tai);
    assertEquals(Virtual.MIDNIGHT, deleting.timex.timeSec);
  }

  /** leapcrash: flags hammered around midnight; one leap at most, TAI never jumps. */
  @Test
  void leapcrash() {
    Seeds.forEach(
        LeapSequenceTest.class,
        200,
        random -> {
          Virtual clock = at(Ntp.real(1000), EVE);
          long tai = clock.utcSecond + 37;
          int leaps = 0;
          for (int i = 0; i < 40; i++) {
            int calls = random.nextInt(4);
            for (int call = 0; call < calls; call++) {
              clock.setStatus(STA_PLL | (random.nextInt(4) << 4));
            }
            leaps += Math.abs(clock.second());
            tai++;
            assertEquals(tai, clock.utcSecond + clock.state.taiOffsetSeconds());
          }
          assertEquals(0, leaps / 2, "more than one leap in a night");
        });
  }

  @Test
  void daysBefore1970AreWhole() {
    Virtual clock = at(Ntp.real(1000), -86_400 * 3 + 5);
    clock.setStatus(STA_PLL | STA_INS);
    clock.second();
    assertEquals(-86_400 * 2, clock.state.leapSecond());
  }
}

package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.linux.CaughtLog;
import org.timehands.linux.LineLimit;
import org.timehands.linux.ListLogger;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/** 3-35, 3-39: overload and slow callbacks are told of each time, and logged seldom. */
class TimerLogTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000L;

  private final ListLogger logger = new ListLogger();
  private final List<String> lines = logger.lines;
  private long nowNanos = 5 * SECOND;

  private final TimerLog log =
      new TimerLog(logger, new LineLimit(() -> nowNanos), new LineLimit(() -> nowNanos));

  @Test
  void onceInTenSecondsWithTheNumberOfTheOthers() {
    for (int i = 0; i < 250; i++) {
      log.hang(20 * MILLI, 20 * MILLI);
      nowNanos += SECOND / 10;
    }
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.get(0).endsWith("pausing 20000000 ns"), lines.get(0));
    assertTrue(lines.get(1).endsWith("; 99 like it before were not logged"), lines.get(1));
    assertTrue(lines.get(2).endsWith("; 99 like it before were not logged"), lines.get(2));
    nowNanos += 100 * SECOND;
    log.hang(20 * MILLI, 20 * MILLI);
    assertTrue(lines.get(3).endsWith("; 49 like it before were not logged"), lines.get(3));
  }

  /** Short ones are for those who look for them, and hold no others back. */
  @Test
  void shortOnesAreLoggedForThoseWhoLook() {
    for (int i = 0; i < 5; i++) {
      log.hang(MILLI, MILLI);
    }
    log.hang(20 * MILLI, 20 * MILLI);
    assertEquals(5, lines.stream().filter(each -> each.startsWith("DEBUG")).count());
    assertTrue(lines.getLast().startsWith("WARNING"), lines.toString());
  }

  /** 3-39: one that is slow each time is named each ten seconds, and hides no hang. */
  @Test
  void slowCallbacksAreNamedSeldomAndHideNoHang() {
    VirtualTimers virtual = new VirtualTimers();
    ClockTimer timer = virtual.timers.timer((_, now) -> Next.DONE);
    for (int i = 0; i < 150; i++) {
      log.slow(timer, 5 * MILLI);
      nowNanos += SECOND / 10;
    }
    log.hang(20 * MILLI, 20 * MILLI);
    String line =
        "WARNING The callback " + timer.callbackName() + " of a hard timer took 5000000 ns";
    assertEquals(
        List.of(line, line + "; 99 like it before were not logged"), lines.subList(0, 2));
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.get(2).startsWith("WARNING Timers have hung"), lines.get(2));
  }

  /** Without reports of one's own, the log names both. */
  @Test
  void theDefaultReportsAreLogged() {
    TimerReports reports = new TimerReports() {};
    ClockTimer timer = new VirtualTimers().timers.timer((_, now) -> Next.DONE);
    try (CaughtLog log = new CaughtLog("org.timehands.timer")) {
      log.untilLogged(() -> reports.slow(timer, 5 * MILLI));
      String slow = "The callback " + timer.callbackName() + " of a hard timer took 5000000 ns";
      assertTrue(log.lines.getLast().startsWith(slow), log.lines.toString());
      log.untilLogged(() -> reports.hang(20 * MILLI, 20 * MILLI));
      assertTrue(log.lines.getLast().startsWith("Timers have hung"), log.lines.toString());
    }
  }

  /** Counters and reports are of each hang, whatever is logged. */
  @Test
  void countersAndReportsAreExact() {
    VirtualTimers virtual = new VirtualTimers();
    virtual.timers.addReports(
        new TimerReports() {
          @Override
          public void hang(long spentNanos, long pauseNanos) {
            log.hang(spentNanos, pauseNanos);
          }
        });
    virtual.timers
        .timer(
            (timer, now) -> {
              virtual.pass(20 * MILLI);
              timer.forward(now, MILLI);
              return Next.AGAIN;
            })
        .armIn(ClockId.MONOTONIC, 0);
    virtual.advance(5 * SECOND);
    long hangs = virtual.timers.statistics().hangs();
    assertTrue(hangs > 20, hangs + " hangs");
    assertEquals(
        hangs, virtual.reports.stream().filter(each -> each.startsWith("hang")).count());
    assertEquals(1, lines.size(), lines.toString());
  }
}

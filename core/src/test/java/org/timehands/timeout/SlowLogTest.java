package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.timehands.linux.LineLimit;
import org.timehands.linux.ListLogger;

/** 3-39: slow callbacks are counted and told each time, and logged seldom. */
class SlowLogTest {
  private static final long MILLI = HandTime.MILLI;

  private final HandTime time = new HandTime();
  private final ListLogger logger = new ListLogger();
  private final SlowLog log = new SlowLog(logger, new LineLimit(time));

  /** One that is always due takes five ticks, two hundred times a second, for 25 seconds. */
  @Test
  void onceInTenSecondsWithTheNumberOfTheOthers() {
    List<Object> told = new ArrayList<>();
    TimeoutListener listener =
        new TimeoutListener() {
          @Override
          public void slow(Object callback, long tookNanos) {
            told.add(callback);
            log.slow(callback, tookNanos);
          }
        };
    Timeouts timeouts =
        Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withListener(listener));
    long end = time.nanos + 25_000 * MILLI;
    Consumer<Timeout> slow =
        timeout -> {
          time.pass(5);
          timeouts.arm(timeout, 0);
        };
    timeouts.arm(timeouts.timeout(slow), 0);
    List<Integer> calls = new ArrayList<>();
    while (time.nanos < end) {
      int lines = logger.lines.size();
      time.run(timeouts, 1);
      if (logger.lines.size() > lines) {
        calls.add(told.size());
      }
    }
    assertEquals(told.size(), timeouts.stats().slow());
    assertEquals(3, calls.size(), calls.toString());
    for (int i = 0; i < calls.size(); i++) {
      int held = i == 0 ? 0 : calls.get(i) - calls.get(i - 1) - 1;
      String others = held == 0 ? "" : "; " + held + " like it before were not logged";
      assertEquals(
          "WARNING timeout callback " + slow + " took 5000000 ns" + others, logger.lines.get(i));
    }
  }
}

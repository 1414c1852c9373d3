package org.timehands.timer.jfr;

import java.util.Objects;
import jdk.jfr.FlightRecorder;
import org.timehands.tick.TickMode;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerReports;
import org.timehands.timer.TimerStatistics;
import org.timehands.timer.Timers;

/**
 * Puts events of timers into the Flight Recorder while it is open: their statistics by tick mode
 * ({@value #STATISTICS}, every 10 s), hangs ({@value #HANG}) and slow callbacks ({@value
 * #SLOW_CALLBACK}).
 *
 * <p>All three are off until a recording asks for them, as by {@code
 * -XX:StartFlightRecording:timehands.TimerHang#enabled=true}. An expiry costs nothing more, on or
 * off: events are made where something has gone wrong already, and once in a period.
 *
 * <p>Thread-safe.
 */
public final class TimerEvents implements AutoCloseable {
  /** The name of the periodic event. */
  public static final String STATISTICS = "timehands.TimerStatistics";

  /** The name of the event of a hang. */
  public static final String HANG = "timehands.TimerHang";

  /** The name of the event of a slow callback. */
  public static final String SLOW_CALLBACK = "timehands.TimerSlowCallback";

  private final String name;
  private final Timers timers;
  private final Runnable hook = this::statistics;

  private final TimerReports reports =
      new TimerReports() {
        @Override
        public void failed(ClockTimer timer, Throwable thrown) {
          // Has been told; the recorder has events of its own for what is thrown.
        }

        @Override
        public void slow(ClockTimer timer, long tookNanos) {
          TimerSlowCallbackEvent event = new TimerSlowCallbackEvent();
          if (event.shouldCommit()) {
            event.timers = name;
            event.callback = timer.callbackName();
            event.soft = timer.isSoft();
            event.took = tookNanos;
            event.commit();
          }
        }

        @Override
        public void hang(long spentNanos, long pauseNanos) {
          TimerHangEvent event = new TimerHangEvent();
          if (event.shouldCommit()) {
            event.timers = name;
            event.spent = spentNanos;
            event.pause = pauseNanos;
            event.commit();
          }
        }
      };

  private TimerEvents(String name, Timers timers) {
    this.name = Objects.requireNonNull(name, "name");
    this.timers = Objects.requireNonNull(timers, "timers");
  }

  /**
   * Begins to make events.
   *
   * @param name tells these timers from others, in each event
   * @param timers which
   * @return what ends it
   * @throws IllegalStateException if the Flight Recorder cannot be used in this JVM
   */
  public static TimerEvents start(String name, Timers timers) {
    TimerEvents events = new TimerEvents(name, timers);
    FlightRecorder.addPeriodicEvent(TimerStatisticsEvent.class, events.hook);
    timers.addReports(events.reports);
    return events;
  }

  private void statistics() {
    TickMode present = timers.tickMode();
    timers.statisticsByMode().forEach((mode, counted) -> commit(mode, present, counted));
  }

  private void commit(TickMode mode, TickMode present, TimerStatistics counted) {
    TimerStatisticsEvent event = new TimerStatisticsEvent();
    event.timers = name;
    event.tickMode = mode.words();
    event.present = mode.equals(present);
    event.armed = counted.queued();
    event.wakeups = counted.wakeups();
    event.idleWakeups = counted.idleWakeups();
    event.expired = counted.expired();
    event.merged = counted.merged();
    event.late = counted.late();
    event.retries = counted.retries();
    event.hangs = counted.hangs();
    event.maxHang = counted.maxHangNanos();
    event.maxLate = counted.maxLateNanos();
    event.late99 = counted.lateness().belowNanos(990);
    event.missedTicks = counted.missedTicks();
    event.commit();
  }

  /** Makes no more events; the timers go on. */
  @Override
  public void close() {
    timers.removeReports(reports);
    FlightRecorder.removePeriodicEvent(hook);
  }
}

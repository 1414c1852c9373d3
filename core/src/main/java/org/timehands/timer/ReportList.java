package org.timehands.timer;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells several what goes wrong, each of them though another throws. Thread-safe. */
final class ReportList implements TimerReports {
  private final List<TimerReports> all = new CopyOnWriteArrayList<>();

  ReportList(TimerReports first) {
    all.add(first);
  }

  void add(TimerReports more) {
    all.add(Objects.requireNonNull(more, "more"));
  }

  void remove(TimerReports gone) {
    all.remove(gone);
  }

  private void tell(Consumer<TimerReports> telling) {
    for (TimerReports each : all) {
      try {
        telling.accept(each);
      } catch (Throwable dropped) { // other languages check none
        System.getLogger("org.timehands.timer")
            .log(System.Logger.Level.WARNING, "A report about timers failed", dropped);
      }
    }
  }

  @Override
  public void failed(ClockTimer timer, Throwable thrown) {
    tell(each -> each.failed(timer, thrown));
  }

  @Override
  public void slow(ClockTimer timer, long tookNanos) {
    tell(each -> each.slow(timer, tookNanos));
  }

  @Override
  public void hang(long spentNanos, long pauseNanos) {
    tell(each -> each.hang(spentNanos, pauseNanos));
  }
}

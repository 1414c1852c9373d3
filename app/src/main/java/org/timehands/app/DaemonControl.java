package org.timehands.app;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.timehands.app.text.Json;
import org.timehands.linux.HostInfo;
import org.timehands.timer.Timers;
import org.timehands.timer.jmx.TimersBean;

/** What the daemon answers: about its timers itself, about clocksources by another. Thread-safe. */
final class DaemonControl implements ControlServer.Handler {
  /** Under this name a daemon's own timers are shown. */
  static final String NAME = "daemon";

  private final Timers timers;
  private final Optional<ClocksourceControl> clocksources;

  /**
   * Answers for a daemon.
   *
   * @param timers its timers
   * @param clocksources its clocksources; empty where there is no choice
   */
  DaemonControl(Timers timers, Optional<ClocksourceControl> clocksources) {
    this.timers = Objects.requireNonNull(timers, "timers");
    this.clocksources = Objects.requireNonNull(clocksources, "clocksources");
  }

  @Override
  public void handle(Map<String, Object> request, ControlServer.Answers answers)
      throws IOException {
    if ("timers".equals(request.get("command"))) {
      StringBuilder line = new StringBuilder();
      Json json = new Json(line).open('{').put("ok", true).put("pid", HostInfo.pid());
      json.open("timers", '[');
      TimersJson.put(NAME, TimersBean.of(timers), json);
      json.close(']').close('}');
      answers.send(line);
    } else if (clocksources.isPresent()) {
      clocksources.get().handle(request, answers);
    } else {
      throw Failure.usage("this daemon knows timers only: it has one clocksource");
    }
  }
}

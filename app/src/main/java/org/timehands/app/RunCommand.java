package org.timehands.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.timehands.host.HostOptions;
import org.timehands.host.StepPolicy;
import org.timehands.timekeeping.ClockId;
import org.timehands.timeline.Page;
import org.timehands.timer.Sleeper;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;
import org.timehands.timer.jmx.TimersBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The daemon: owns the shared page, follows the host's clock, shows its status. */
@Command(
    name = "run",
    description = {
      "The daemon: follows the host's clock, publishes the shared page, and shows its status.",
      "On a terminal the status is drawn in place; elsewhere it is a line a second. Ctrl-C ends it."
    })
final class RunCommand implements Callable<Integer> {
  private static final long SECOND = 1_000_000_000L;

  /** As many whole milliseconds as the gap guard allows. */
  private static final long HEARTBEAT_MAX_NANOS =
      HostOptions.defaults().gapNanos() / HostOptions.BEATS_AHEAD / 1_000_000 * 1_000_000;

  /** By then the rate of the host's clock is known well enough to be shown. */
  private static final long SETTLE_NANOS = 1_200_000_000L;

  /** So often it looks whether it should end. */
  private static final long STOP_LOOK_NANOS = SECOND / 10;

  /** The status may be so late, to share a wake-up. */
  private static final long SLACK_NANOS = 5_000_000;

  private final Context context;

  @Option(names = "--page", paramLabel = "DIR",
      description = "Directory of the shared page. Default: what TIMEHANDS_PAGE says, else"
          + " timehands in /dev/shm, else timehands in XDG_RUNTIME_DIR.")
  private Path page;

  @Option(names = "--policy", paramLabel = "POLICY", defaultValue = "follow",
      description = "What to do when the host's clock is stepped: follow, slew or ignore."
          + " Default: ${DEFAULT-VALUE}.")
  private String policy;

  @Option(names = "--clocksource", paramLabel = "NAME",
      description = "Use this clocksource; doctor lists them. Default: what TIMEHANDS_CLOCKSOURCE"
          + " says, else the best.")
  private String clocksource;

  @Option(names = "--heartbeat", paramLabel = "DURATION", defaultValue = "10ms",
      converter = DurationConverter.class,
      description = "How often time is promised ahead for readers that may not write, up to 16ms;"
          + " 0 for never. Default: ${DEFAULT-VALUE}.")
  private Duration heartbeat;

  @Option(names = "--history", paramLabel = "N", defaultValue = "" + Page.DEFAULT_SLOTS,
      description = "How many segments are kept, a power of two. Default: ${DEFAULT-VALUE}.")
  private int history;

  @Option(names = "--group", paramLabel = "G",
      description = "Group, by name or number, whose members may extend the horizon.")
  private String group;

  @Option(names = "--once", description = "Print one status and end.")
  private boolean once;

  @Option(names = "--json", description = "Print JSON, one object a line.")
  private boolean json;

  @Option(names = "--interval", paramLabel = "DURATION", defaultValue = "1s",
      converter = DurationConverter.class,
      description = "How often the status is shown, 100ms to 1h. Default: ${DEFAULT-VALUE}.")
  private Duration interval;

  @Mixin private final JournalKeeping journal = new JournalKeeping();

  RunCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Sessions.OwnerChoice choice = choice();
    int code = ExitCode.FAILED;
    try (Shutdown shutdown = new Shutdown()) {
      try {
        try (Session session = context.sessions().own(choice)) {
          serve(session, shutdown::isRequested);
        }
        context.console().out().flush();
        code = ExitCode.OK;
      } finally {
        shutdown.finish(code);
      }
    }
    return code;
  }

  private void serve(Session session, BooleanSupplier stop) {
    try (Timers timers = Timers.start(session.clocks(), TimerOptions.defaults());
        TimersBean _ = TimersBean.register(DaemonControl.NAME, timers)) {
      ControlServer control = listen(session, timers);
      try {
        watch(session, new Sleeper(timers, SLACK_NANOS), stop);
      } finally {
        if (control != null) {
          control.close();
        }
      }
    }
  }

  /** Listens for other commands; a daemon that cannot is one all the same. */
  private ControlServer listen(Session session, Timers timers) {
    if (session.path().isEmpty()) {
      return null;
    }
    var clocksources = session.following().flatMap(Following::clocksources);
    try {
      return ControlServer.open(
          session.path().get(),
          new DaemonControl(timers, clocksources.map(ClocksourceControl::new)));
    } catch (IOException refused) {
      context.console().say("no control socket, clocksources cannot be set, nor timers seen: "
          + refused.getMessage());
      return null;
    }
  }

  private Sessions.OwnerChoice choice() {
    heartbeat.check("--heartbeat", 0, HEARTBEAT_MAX_NANOS);
    interval.check("--interval", SECOND / 10, 3600 * SECOND);
    try {
      Page.checkSlots(history);
    } catch (IllegalArgumentException wrong) {
      throw Failure.usage("--history " + history + " is out of range: " + wrong.getMessage());
    }
    HostOptions host =
        HostOptions.defaults()
            .withPolicy(policyOf(policy))
            .withSlots(history)
            .withHeartbeatNanos(heartbeat.nanos());
    return new Sessions.OwnerChoice(
        Optional.ofNullable(page),
        host,
        Optional.ofNullable(clocksource),
        Optional.ofNullable(group),
        journal.choice());
  }

  private static StepPolicy policyOf(String name) {
    return switch (name) {
      case "follow" -> StepPolicy.FOLLOW;
      case "slew" -> StepPolicy.SLEW;
      case "ignore" -> StepPolicy.IGNORE;
      default ->
          throw Failure.usage(
              "--policy '" + name + "' is unknown; name one of follow, slew, ignore");
    };
  }

  /** Shows the status until it is time to stop. */
  void watch(Session session, Sleeper sleeper, BooleanSupplier stop) {
    RunMonitor monitor = new RunMonitor(session);
    Console console = context.console();
    RunView view = new RunView(Style.of(console));
    if (once) {
      pause(session, sleeper, SETTLE_NANOS, stop);
      show(view, monitor.next());
      return;
    }
    if (console.canDraw() && !json) {
      draw(session, monitor, view, sleeper, stop);
      return;
    }
    do {
      pause(session, sleeper, interval.nanos(), stop);
      if (stop.getAsBoolean()) {
        return;
      }
      RunStatus status = monitor.next();
      console.print(json ? RunView.json(status) : view.line(status));
    } while (!console.out().checkError());
  }

  private void show(RunView view, RunStatus status) {
    if (json) {
      context.console().print(RunView.json(status));
    } else {
      context.console().print(view.page(status));
    }
  }

  private void draw(
      Session session, RunMonitor monitor, RunView view, Sleeper sleeper, BooleanSupplier stop) {
    RunStatus status = monitor.next();
    try (Screen screen = new Screen(context.console().out())) {
      while (!stop.getAsBoolean() && !context.console().out().checkError()) {
        status = monitor.next();
        var lines = new java.util.ArrayList<>(view.page(status));
        lines.add("");
        lines.add("  Ctrl-C ends");
        screen.draw(lines);
        pause(session, sleeper, interval.nanos(), stop);
      }
    }
    // What was seen last stays on the first screen.
    context.console().print(view.page(status));
  }

  private static void pause(
      Session session, Sleeper sleeper, long nanos, BooleanSupplier stop) {
    long end = session.clocks().monotonicNanos() + nanos;
    for (;;) {
      long left = end - session.clocks().monotonicNanos();
      if (left <= 0 || stop.getAsBoolean()) {
        return;
      }
      if (sleeper.sleepFor(ClockId.MONOTONIC, Math.min(left, STOP_LOOK_NANOS)) > 0) {
        throw new Failure(ExitCode.FAILED, "interrupted");
      }
    }
  }
}

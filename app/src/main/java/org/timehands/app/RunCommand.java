package org.timehands.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.timehands.clockevent.Pause;
import org.timehands.host.HostOptions;
import org.timehands.host.StepPolicy;
import org.timehands.timeline.Page;
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
    ControlServer control = listen(session);
    try {
      watch(session, stop);
    } finally {
      if (control != null) {
        control.close();
      }
    }
  }

  /** Listens for `timehands clocksource`; a daemon that cannot is one all the same. */
  private ControlServer listen(Session session) {
    var clocksources = session.following().flatMap(Following::clocksources);
    if (session.path().isEmpty() || clocksources.isEmpty()) {
      return null;
    }
    try {
      return ControlServer.open(
          session.path().get(), new ClocksourceControl(clocksources.get()));
    } catch (IOException refused) {
      context.console().say("no control socket, clocksources cannot be set: "
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
  void watch(Session session, BooleanSupplier stop) {
    RunMonitor monitor = new RunMonitor(session);
    Console console = context.console();
    RunView view = new RunView(Style.of(console));
    if (once) {
      pause(session, SETTLE_NANOS, stop);
      show(view, monitor.next());
      return;
    }
    if (console.canDraw() && !json) {
      draw(session, monitor, view, stop);
      return;
    }
    do {
      pause(session, interval.nanos(), stop);
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

  private void draw(Session session, RunMonitor monitor, RunView view, BooleanSupplier stop) {
    RunStatus status = monitor.next();
    try (Screen screen = new Screen(context.console().out())) {
      while (!stop.getAsBoolean() && !context.console().out().checkError()) {
        status = monitor.next();
        var lines = new java.util.ArrayList<>(view.page(status));
        lines.add("");
        lines.add("  Ctrl-C ends");
        screen.draw(lines);
        pause(session, interval.nanos(), stop);
      }
    }
    // What was seen last stays on the first screen.
    context.console().print(view.page(status));
  }

  private static void pause(Session session, long nanos, BooleanSupplier stop) {
    long end = session.clocks().monotonicNanos() + nanos;
    try {
      for (;;) {
        long left = end - session.clocks().monotonicNanos();
        if (left <= 0 || stop.getAsBoolean()) {
          return;
        }
        Pause.upTo(left);
      }
    } catch (InterruptedException interrupted) {
      throw new Failure(ExitCode.FAILED, "interrupted", interrupted);
    }
  }
}

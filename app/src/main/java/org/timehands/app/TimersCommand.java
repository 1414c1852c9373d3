package org.timehands.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.timehands.app.text.TinyJson;
import org.timehands.clockevent.Pause;
import org.timehands.linux.HostClocks;
import org.timehands.page.PagePath;
import org.timehands.page.PageRefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the timers of the daemon, or of another JVM. */
@Command(
    name = "timers",
    description = {
      "The timers of the running daemon, or of any JVM that shows them: queues by shard and clock"
          + " with the next events, what was done in each tick mode, how late timers were.",
      "A JVM shows its timers after TimersBean.register(\"name\", timers). With --pid it is"
          + " attached to, and its local management agent is started if it has none; its own user"
          + " may, and root."
    },
    footer = {
      "",
      "Examples:",
      "  timehands timers                   the daemon's timers, once",
      "  timehands timers --watch           again each second, until Ctrl-C",
      "  timehands timers --pid 4829        those of another JVM",
      "  timehands timers --pid 4829 --json --watch --count 60 > minute.json",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no daemon runs or no timers are shown,",
      "4 not yours."
    })
final class TimersCommand implements Callable<Integer> {
  private static final long SECOND = 1_000_000_000L;

  private final Context context;

  @Option(names = "--pid", paramLabel = "N",
      description = "The JVM to look into, by process number. Default: the daemon.")
  private Long pid;

  @Option(names = "--page", paramLabel = "DIR",
      description = "The daemon's page. Default: what TIMEHANDS_PAGE says, else the page in the"
          + " usual places.")
  private Path page;

  @Option(names = "--watch", description = "Look again and again, until Ctrl-C.")
  private boolean watch;

  @Option(names = "--interval", paramLabel = "DURATION", defaultValue = "1s",
      converter = DurationConverter.class,
      description = "For --watch: how often, 100ms to 1h. Default: ${DEFAULT-VALUE}.")
  private Duration interval;

  @Option(names = "--count", paramLabel = "N", defaultValue = "0",
      description = "For --watch: end after so many looks; 0 for never. Default: ${DEFAULT-VALUE}.")
  private long count;

  @Option(names = "--json", description = "Print JSON, one object a look.")
  private boolean json;

  TimersCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    check();
    if (pid != null) {
      try (JvmTimers jvm = JvmTimers.attach(pid)) {
        show(jvm::look);
      }
      return ExitCode.OK;
    }
    try (ControlClient daemon = daemon()) {
      show(
          () -> {
            daemon.send("timers", Optional.empty());
            return daemon.receive();
          });
    }
    return ExitCode.OK;
  }

  private void check() {
    interval.check("--interval", SECOND / 10, 3600 * SECOND);
    if (pid != null && pid < 1) {
      throw Failure.usage("--pid " + pid + ": a process number is 1 at least; jcmd -l lists JVMs");
    }
    if (pid != null && page != null) {
      throw Failure.usage("--pid and --page: name a JVM or a daemon's page, not both");
    }
    if (count < 0 || (count > 0 && !watch)) {
      throw Failure.usage("--count " + count + ": give a number from 0, and only with --watch");
    }
  }

  private ControlClient daemon() {
    String where = "";
    try {
      Path directory = PagePath.toRead(page == null ? null : page.toString()).directory();
      where = " at " + ControlSocket.of(directory);
      var found = ControlClient.connect(directory);
      if (found.isPresent()) {
        return found.get();
      }
    } catch (PageRefusedException none) {
      if (page != null) {
        throw Failure.usage(none.getMessage());
      }
    }
    throw new Failure(
        ExitCode.PREREQUISITE,
        "no daemon listens" + where + ": start one (timehands run), name its page by --page, or a"
            + " JVM by --pid");
  }

  private void show(Supplier<String> look) {
    Console console = context.console();
    if (!watch) {
      print(look.get());
      return;
    }
    if (console.canDraw() && !json) {
      draw(look);
      return;
    }
    for (long seen = 1; ; seen++) {
      print(look.get());
      if (seen == count || console.out().checkError()) {
        return;
      }
      pause(() -> false);
      if (!json) {
        console.print(List.of(""));
      }
    }
  }

  private void print(String line) {
    if (json) {
      context.console().print(line);
    } else {
      context.console().print(TimersText.lines(TinyJson.object(line)));
    }
  }

  private void draw(Supplier<String> look) {
    List<String> last = List.of();
    try (Shutdown shutdown = new Shutdown()) {
      try (Screen screen = new Screen(context.console().out())) {
        for (long seen = 1; !shutdown.isRequested(); seen++) {
          last = TimersText.lines(TinyJson.object(look.get()));
          // On top: what does not fit is cut below.
          List<String> lines = new ArrayList<>(List.of("Ctrl-C ends", ""));
          lines.addAll(last);
          screen.draw(lines);
          if (seen == count || context.console().out().checkError()) {
            break;
          }
          pause(shutdown::isRequested);
        }
      }
      // What was seen last stays on the first screen.
      context.console().print(last);
      context.console().out().flush();
      shutdown.finish(ExitCode.OK);
    }
  }

  private void pause(BooleanSupplier stop) {
    long end = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC) + interval.nanos();
    try {
      long left = interval.nanos();
      while (left > 0 && !stop.getAsBoolean()) {
        Pause.upTo(left);
        left = end - HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
      }
    } catch (InterruptedException interrupted) {
      throw new Failure(ExitCode.FAILED, "interrupted", interrupted);
    }
  }
}

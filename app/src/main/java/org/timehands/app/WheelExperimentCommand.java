package org.timehands.app;

import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.timehands.app.experiment.WheelExperiment;
import org.timehands.app.text.Json;
import org.timehands.clocksource.NanoTimeClockSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Experiments with the old cascading wheel beside ours. */
abstract class WheelExperimentCommand implements Callable<Integer> {
  private static final int MOST_ARMED = 4_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Context context;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
      description = "Seed of the load. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--armed", paramLabel = "N", defaultValue = "400000",
      description = "How many timeouts, 1 000 to 4 000 000. Default: ${DEFAULT-VALUE}.")
  private int armed;

  @Option(names = "--json", description = "Print JSON, one object.")
  private boolean json;

  WheelExperimentCommand(Context context) {
    this.context = context;
  }

  /** What a cascade does. */
  @Command(
      name = "cascade",
      description = {
        "The timer wheel that Linux had until 4.7, a model, beside ours: how many timeouts move"
            + " though nobody asked, how many in one tick, how long that tick takes.",
      },
      footer = {"", "Example: timehands experiment cascade --armed 1000000"})
  static final class Cascade extends WheelExperimentCommand {
    Cascade(Context context) {
      super(context);
    }

    @Override
    WheelExperiment run(long seed, int armed, LongSupplier nanos, Consumer<String> progress) {
      return WheelExperiment.cascade(seed, armed, nanos, progress);
    }
  }

  /** What a web server's timeouts cost. */
  @Command(
      name = "web-server",
      description = {
        "A web server's timeouts: 400 000 armed for half a second, 95 %% cancelled before; on the"
            + " timer wheel that Linux had until 4.7, a model, at HZ 100, 250 and 1000, and on"
            + " ours.",
      },
      footer = {"", "Example: timehands experiment web-server --simulate 10s"})
  static final class WebServer extends WheelExperimentCommand {
    @Option(names = "--simulate", paramLabel = "DURATION", defaultValue = "3s",
        converter = DurationConverter.class,
        description = "Simulated time, 1s to 1m. Default: ${DEFAULT-VALUE}.")
    private Duration simulate;

    WebServer(Context context) {
      super(context);
    }

    @Override
    WheelExperiment run(long seed, int armed, LongSupplier nanos, Consumer<String> progress) {
      simulate.check("--simulate", 1_000 * NANOS_PER_MILLI, 60_000 * NANOS_PER_MILLI);
      return WheelExperiment.webServer(
          seed, armed, simulate.nanos() / NANOS_PER_MILLI, nanos, progress);
    }
  }

  abstract WheelExperiment run(
      long seed, int armed, LongSupplier nanos, Consumer<String> progress);

  @Override
  public Integer call() {
    if (armed < 1_000 || armed > MOST_ARMED) {
      throw new Failure(
          ExitCode.USAGE, "--armed " + armed + " is out of range; give 1000 to " + MOST_ARMED);
    }
    WheelExperiment experiment;
    try (Progress progress = new Progress(context.console(), "experiment")) {
      experiment = run(seed, armed, new NanoTimeClockSource(0, 0)::read, progress::show);
    }
    if (json) {
      StringBuilder line = new StringBuilder();
      Json object = new Json(line).open('{');
      experiment.json(object);
      object.close('}');
      context.console().print(line);
    } else {
      context.console().print(experiment.text());
    }
    if (experiment.ourOwnIsWrong()) {
      throw new Failure(
          ExitCode.FAILED,
          "our wheel moved a timeout or ran one early: a defect; report it with the seed " + seed);
    }
    return ExitCode.OK;
  }
}

package org.timehands.app;

import java.util.concurrent.Callable;
import org.timehands.Timehands;
import org.timehands.app.experiment.NanosleepAnomaly;
import org.timehands.app.text.Json;
import org.timehands.timekeeping.TimekeepingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a sleep is when the clock is set meanwhile. */
@Command(
    name = "nanosleep-anomaly",
    description = {
      "A sleep of 20 s while the wall clock is set back by 20 s: by the wall clock nothing passed.",
      "The ktimers announcement's case, in simulated time and live on a timekeeper of its own: the"
          + " text's figure, the rule's, ours."
    },
    footer = {
      "",
      "Examples:",
      "  timehands experiment nanosleep-anomaly",
      "  timehands experiment nanosleep-anomaly --live 20s   as long as in the text; takes 40 s",
      "  timehands experiment nanosleep-anomaly --live 0 --json"
    })
final class NanosleepAnomalyCommand implements Callable<Integer> {
  private static final long LIVE_MAX_NANOS = 60_000_000_000L;

  private final Context context;

  @Option(names = "--live", paramLabel = "DURATION", defaultValue = "2s",
      converter = DurationConverter.class,
      description = "How long the live sleeps are, up to 1m; 0 for none. It takes twice that."
          + " Default: ${DEFAULT-VALUE}.")
  private Duration live;

  @Option(names = "--json", description = "Print JSON, one object.")
  private boolean json;

  NanosleepAnomalyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    live.check("--live", 0, LIVE_MAX_NANOS);
    NanosleepAnomaly anomaly;
    try (Progress progress = new Progress(context.console(), "experiment")) {
      anomaly = new NanosleepAnomaly(live.nanos(), progress::show);
      anomaly.simulate();
      if (live.nanos() > 0) {
        try (Timehands own = Timehands.standalone(TimekeepingOptions.defaults())) {
          anomaly.live(own.clocks().timekeeping().orElseThrow());
        }
      }
    }
    if (json) {
      StringBuilder line = new StringBuilder();
      Json object = new Json(line).open('{');
      anomaly.json(object);
      object.close('}');
      context.console().print(line);
    } else {
      context.console().print(anomaly.text());
    }
    if (anomaly.wasWrong()) {
      throw new Failure(ExitCode.FAILED, "a sleep failed or was too short: a defect; report it");
    }
    return ExitCode.OK;
  }
}

package org.timehands.app;

import java.util.concurrent.Callable;
import org.timehands.Timehands;
import org.timehands.app.experiment.NsecVsTimespec;
import org.timehands.app.text.Json;
import org.timehands.timekeeping.TimekeepingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares two ways to hold a time. */
@Command(
    name = "nsec-vs-timespec",
    description = {
      "Times as one long of nanoseconds against a pair of seconds and nanoseconds: the text's sizes"
          + " of machine code, and bytecode and nanoseconds of five operations here."
    })
final class NsecVsTimespecCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
      description = "Seed of the times that are worked on. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Print JSON, one object.")
  private boolean json;

  NsecVsTimespecCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    NsecVsTimespec experiment;
    try (Timehands timehands = Timehands.standalone(TimekeepingOptions.defaults());
        Progress progress = new Progress(context.console(), "experiment")) {
      experiment =
          new NsecVsTimespec(seed, timehands.clocks()::monotonicNanos, progress::show);
      experiment.run();
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
    return ExitCode.OK;
  }
}

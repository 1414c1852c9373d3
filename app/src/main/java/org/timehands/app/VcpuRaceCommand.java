package org.timehands.app;

import java.util.concurrent.Callable;
import org.timehands.app.experiment.VcpuRace;
import org.timehands.app.text.Json;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the race of a delayed clock update. */
@Command(
    name = "vcpu-race",
    description = {
      "A delayed writer: a seqcount clock, as Linux publishes time, beside ours.",
      "An updater is stalled between computing and publishing; a reader counts how often, and by"
          + " how much, time goes back. First in simulated time, then live on two CPUs."
    })
final class VcpuRaceCommand implements Callable<Integer> {
  private static final long LIVE_MAX_NANOS = 60_000_000_000L;

  private final Context context;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
      description = "Seed of the simulation. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--live", paramLabel = "DURATION", defaultValue = "8s",
      converter = DurationConverter.class,
      description = "How long each clock is watched live, up to 1m; 0 for not at all."
          + " Default: ${DEFAULT-VALUE}.")
  private Duration live;

  @Option(names = "--json", description = "Print JSON, one object.")
  private boolean json;

  VcpuRaceCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    live.check("--live", 0, LIVE_MAX_NANOS);
    ClockSource counter =
        live.nanos() == 0 ? null : HostSessions.best(ClockSources.probe()).source();
    VcpuRace race;
    try (Progress progress = new Progress(context.console(), "experiment")) {
      race = new VcpuRace(seed, live.nanos(), progress::show);
      race.simulate();
      if (counter != null) {
        race.live(counter);
      }
    }
    if (json) {
      StringBuilder line = new StringBuilder();
      Json object = new Json(line).open('{');
      race.json(object);
      object.close('}');
      context.console().print(line);
    } else {
      context.console().print(race.text());
    }
    if (race.wentBack()) {
      throw new Failure(
          ExitCode.FAILED, "our clock went back: a defect; report it with the seed " + seed);
    }
    return ExitCode.OK;
  }
}

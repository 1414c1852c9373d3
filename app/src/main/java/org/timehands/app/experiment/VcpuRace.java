package org.timehands.app.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Spark;
import org.timehands.app.text.Table;
import org.timehands.clocksource.ClockSource;

/**
 * The race of a virtual CPU that is stopped in the middle of a clock update: a seqcount clock, as
 * Linux publishes time, beside this library, in simulation and on this machine.
 *
 * <p>The scenario is Thomas Gleixner's of 2013: one CPU computes an update, the hypervisor
 * deschedules it, another CPU reads the old line, the first publishes, the other reads the new
 * line, and time has gone back by the change of rate times the delay.
 */
public final class VcpuRace {
  private static final Change LIVE_CHANGE = Change.ALL.get(2);
  private static final long LIVE_STALL_NANOS = 10_000_000;
  private static final Change PLOT_CHANGE = Change.ALL.get(1);
  private static final long PLOT_STALL_NANOS = 100_000_000;
  private static final int PLOT_COLUMNS = 72;
  private static final int PLOT_ROWS = 11;

  private final long seed;
  private final long liveNanos;
  private final Consumer<String> progress;
  private List<StallSimulation.Cell> cells = List.of();
  private StallLive.Outcome liveSeqcount;
  private StallLive.Outcome liveOurs;

  /**
   * An experiment.
   *
   * @param seed of the simulation
   * @param liveNanos how long each clock is watched on this machine; 0 for not at all
   * @param progress told where the experiment stands
   */
  public VcpuRace(long seed, long liveNanos, Consumer<String> progress) {
    this.seed = seed;
    this.liveNanos = liveNanos;
    this.progress = Objects.requireNonNull(progress, "progress");
  }

  /** Runs the simulation. */
  public void simulate() {
    int all = Change.ALL.size() * StallSimulation.STALLS_NANOS.size();
    int[] done = new int[1];
    progress.accept("simulating");
    cells =
        new StallSimulation(seed)
            .run(() -> progress.accept("simulating: " + ++done[0] + " of " + all));
  }

  /** Runs on this machine's counter, for twice the given time. */
  public void live(ClockSource counter) {
    StallLive live = new StallLive(counter, LIVE_STALL_NANOS, liveNanos);
    String length = Show.nanos(liveNanos);
    progress.accept("live: a seqcount clock, " + length);
    liveSeqcount = live.seqcount(LIVE_CHANGE);
    progress.accept("live: timehands, " + length);
    liveOurs = live.ours(LIVE_CHANGE);
  }

  /** Whether our clock has gone back anywhere: it must not. */
  public boolean wentBack() {
    return cells.stream().anyMatch(cell -> cell.ours().backward() > 0)
        || liveOurs != null && liveOurs.tally().backward() > 0;
  }

  /** The report for people. */
  public List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add("An updater lowers a clock's rate and is stalled between computing and publishing.");
    lines.add("What a reader on another CPU sees: how many reads went back, and how far.");
    lines.add("Theory: step back = change of rate x stall.");
    lines.add("");
    lines.add(
        "Simulated: 2.3 GHz, " + cells.getFirst().updates() + " updates each, seed " + seed
            + " (again: timehands experiment vcpu-race --seed " + seed + ")");
    lines.add("");
    lines.addAll(simulated().lines());
    lines.add("");
    lines.add("Both clocks tell whole nanoseconds: a step of less than two is not always seen.");
    lines.add("");
    lines.addAll(plot());
    if (liveOurs != null) {
      lines.add("");
      lines.add(
          "On this machine: " + LIVE_CHANGE.name() + ", updater asleep for "
              + Show.nanos(LIVE_STALL_NANOS) + " each time, " + where(liveSeqcount));
      lines.add("");
      lines.addAll(liveTable().lines());
    }
    return lines;
  }

  private Table simulated() {
    Table table =
        new Table(
            "change", ">stall", ">theory", ">seqcount: back", ">largest", ">timehands: back",
            ">largest", ">recomputed");
    for (StallSimulation.Cell cell : cells) {
      table.row(
          cell.change().name(),
          Show.length(cell.stallNanos()),
          theory(cell.change(), cell.stallNanos()),
          Long.toString(cell.seqcount().backward()),
          Show.nanos(cell.seqcount().largestNanos()),
          Long.toString(cell.ours().backward()),
          Show.nanos(cell.ours().largestNanos()),
          Long.toString(cell.retries()));
    }
    return table;
  }

  private static String theory(Change change, long stallNanos) {
    long picos = change.stepPicos(stallNanos);
    return picos < 10_000
        ? picos / 1000 + "." + picos % 1000 / 100 + " ns"
        : Show.nanos(Math.round(picos / 1e3));
  }

  private static List<String> plot() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Off the old line when the rate is lowered by " + PLOT_CHANGE.name() + " and the stall is "
            + Show.nanos(PLOT_STALL_NANOS) + " (s seqcount, t timehands):");
    lines.add("");
    long[][] curves = StallSimulation.trace(PLOT_CHANGE, PLOT_STALL_NANOS, PLOT_COLUMNS);
    String plot = Spark.plot(curves, "st", PLOT_ROWS, Show::nanos);
    lines.addAll(plot.lines().toList());
    int margin = plot.indexOf('|') + 1;
    int third = PLOT_COLUMNS / 3;
    lines.add(
        " ".repeat(margin + third) + "^ computed" + " ".repeat(third - "^ computed".length())
            + "^ published: s jumps back, t bends");
    return lines;
  }

  private static String where(StallLive.Outcome outcome) {
    return outcome.cpus().length == 2
        ? "updater on CPU " + outcome.cpus()[0] + ", reader on CPU " + outcome.cpus()[1]
        : "threads not bound to CPUs";
  }

  private Table liveTable() {
    Table table =
        new Table("clock", ">updates", ">reads", ">back", ">largest", ">theory", ">recomputed");
    liveRow(table, "seqcount", liveSeqcount);
    liveRow(table, "timehands", liveOurs);
    return table;
  }

  private static void liveRow(Table table, String name, StallLive.Outcome outcome) {
    boolean ours = name.equals("timehands");
    table.row(
        name,
        Long.toString(outcome.updates()),
        Show.grouped(outcome.tally().reads()),
        Long.toString(outcome.tally().backward()),
        Show.nanos(outcome.tally().largestNanos()),
        ours ? "0 ns" : theory(LIVE_CHANGE, LIVE_STALL_NANOS) + " or more",
        ours ? Long.toString(outcome.retries()) : "-");
  }

  /** The report as members of an open object. */
  public void json(Json json) {
    json.put("seed", seed).put("frequencyHz", StallSimulation.FREQUENCY_HZ);
    json.open("simulated", '[');
    for (StallSimulation.Cell cell : cells) {
      json.open('{').put("change", cell.change().name());
      json.put("changePpt", cell.change().fastPpt() - cell.change().slowPpt());
      json.put("stallNanos", cell.stallNanos()).put("updates", cell.updates());
      json.put("theoryPicos", cell.change().stepPicos(cell.stallNanos()));
      tally(json, "seqcount", cell.seqcount());
      tally(json, "timehands", cell.ours());
      json.put("recomputed", cell.retries()).close('}');
    }
    json.close(']');
    if (liveOurs != null) {
      json.open("live", '{').put("change", LIVE_CHANGE.name());
      json.put("stallNanos", LIVE_STALL_NANOS).put("bound", liveOurs.cpus().length == 2);
      json.put("theoryPicos", LIVE_CHANGE.stepPicos(LIVE_STALL_NANOS));
      tally(json, "seqcount", liveSeqcount.tally());
      tally(json, "timehands", liveOurs.tally());
      json.put("recomputed", liveOurs.retries()).close('}');
    }
  }

  private static void tally(Json json, String name, Tally tally) {
    json.open(name, '{').put("reads", tally.reads()).put("backward", tally.backward());
    json.put("largestNanos", tally.largestNanos()).close('}');
  }
}

package org.timehands.app.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Table;

/**
 * The wheel that cascades beside the one that does not: what moves, how long one tick takes for it,
 * and what a web server's timeouts cost on each.
 */
public final class WheelExperiment {
  private static final List<Integer> HZ = List.of(100, 250, 1000);
  private static final long SPAN_MILLIS = 60_000;
  private static final long DELAY_MILLIS = 500;
  private static final double CANCELLED = 0.95;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double PICOS = 1e3;

  private final String name;
  private final long seed;
  private final int armed;
  private final long millis;
  private final LongSupplier nanos;
  private final Consumer<String> progress;
  private final List<WheelRun> runs = new ArrayList<>();

  private WheelExperiment(
      String name, long seed, int armed, long millis, LongSupplier nanos,
      Consumer<String> progress) {
    this.name = name;
    this.seed = seed;
    this.armed = armed;
    this.millis = millis;
    this.nanos = Objects.requireNonNull(nanos, "nanos");
    this.progress = Objects.requireNonNull(progress, "progress");
  }

  /**
   * Runs the experiment {@code cascade}: each armed once, for up to a minute, none cancelled.
   *
   * @param seed of the delays
   * @param armed how many
   * @param nanos a stopwatch
   * @param progress told where it stands
   */
  public static WheelExperiment cascade(
      long seed, int armed, LongSupplier nanos, Consumer<String> progress) {
    WheelExperiment made =
        new WheelExperiment("cascade", seed, armed, SPAN_MILLIS, nanos, progress);
    // Once before, to compile what is measured.
    made.run(Math.min(armed, 50_000), false);
    made.run(armed, false);
    return made;
  }

  /**
   * Runs the experiment {@code web-server}: that many armed for half a second all the time, of
   * which 95 % are cancelled before.
   *
   * @param seed of who is cancelled
   * @param armed how many
   * @param millis how long, of simulated time
   * @param nanos a stopwatch
   * @param progress told where it stands
   */
  public static WheelExperiment webServer(
      long seed, int armed, long millis, LongSupplier nanos, Consumer<String> progress) {
    WheelExperiment made =
        new WheelExperiment("web-server", seed, armed, millis, nanos, progress);
    made.run(Math.min(armed, 50_000), true);
    made.run(armed, true);
    return made;
  }

  /** How many to cancel in a millisecond, so that 95 % are cancelled in time: exponential lives. */
  private static int cancelledPerMilli(int armed) {
    return (int) Math.max(1, Math.round(-Math.log(1 - CANCELLED) / DELAY_MILLIS * armed));
  }

  private void run(int count, boolean server) {
    runs.clear();
    for (int hz : HZ) {
      take("cascading, HZ " + hz, due -> Carousel.old(hz, count, due), count, server);
    }
    take("timehands, handles", due -> Carousel.handles(count, due), count, server);
    if (server) {
      take("timehands, kept", due -> Carousel.ours(count, true, due), count, true);
    }
    take("timehands, once", due -> Carousel.ours(count, false, due), count, server);
  }

  private void take(
      String wheel, Function<IntConsumer, Carousel> make, int count, boolean server) {
    progress.accept(name + ": " + wheel);
    WheelLoad load = new WheelLoad(count, seed, nanos, make);
    runs.add(
        server
            ? load.server(DELAY_MILLIS, cancelledPerMilli(count), millis)
            : load.once(millis));
  }

  /** What each wheel did. */
  List<WheelRun> runs() {
    return runs;
  }

  /** Whether ours moved anything by itself, or ran anything early: it must not. */
  public boolean ourOwnIsWrong() {
    return runs.stream()
        .anyMatch(
            run ->
                (run.wheel().equals("timehands, once") && run.moves() > 0)
                    || (run.wheel().startsWith("timehands") && run.leastLateMillis() < 0));
  }

  /** The report for people. */
  public List<String> text() {
    List<String> lines = new ArrayList<>();
    boolean server = name.equals("web-server");
    if (server) {
      lines.add(
          Show.grouped(armed) + " connections, each with a timeout of " + DELAY_MILLIS
              + " ms; 95 % are cancelled and armed anew before.");
      lines.add(Show.grouped(millis) + " ms of simulated time on one thread.");
    } else {
      lines.add(
          Show.grouped(armed) + " timeouts, armed at once for anything up to "
              + SPAN_MILLIS / 1000 + " s; none is cancelled.");
    }
    lines.add(
        "The wheel that Linux had until 4.7 (a model) beside ours, at ticks of 1 ms. Seed " + seed
            + " (again: timehands experiment " + name + " --seed " + seed + ")");
    lines.add("");
    lines.addAll(table().lines());
    lines.add("");
    lines.add("Measured: ns per pair, worst tick, all ticks. The rest follows from the seed.");
    if (server) {
      lines.add("'handles', 'kept': who takes over a place moves at most once, when it is due.");
    }
    lines.add("'once': an object for each arming; most of its time is the garbage collector's.");
    lines.add(
        "Early, in the old wheel: jiffies are counted from a tick that has begun already.");
    return lines;
  }

  private Table table() {
    Table table =
        new Table(
            "wheel", ">armed", ">cancelled", ">ran", ">moved", ">in one tick", ">late, ms",
            ">ns per pair", ">worst tick", ">all ticks");
    for (WheelRun run : runs) {
      table.row(
          run.wheel(),
          Show.grouped(run.armed()),
          Show.grouped(run.cancelled()),
          Show.grouped(run.ran()),
          Show.grouped(run.moves()),
          Show.grouped(run.worstMoves()),
          run.leastLateMillis() + " to " + run.mostLateMillis(),
          String.format(Locale.ROOT, "%.0f", run.pairNanos()),
          millis(run.worstTickNanos()),
          millis(run.allTicksNanos()));
    }
    return table;
  }

  private static String millis(long value) {
    return String.format(Locale.ROOT, "%.2f ms", value / NANOS_PER_MILLI);
  }

  /** The report as members of an open object. */
  public void json(Json json) {
    json.put("experiment", name).put("seed", seed).put("timeouts", armed);
    json.put("simulatedMillis", millis).open("wheels", '[');
    for (WheelRun run : runs) {
      json.open('{').put("wheel", run.wheel()).put("armed", run.armed());
      json.put("cancelled", run.cancelled()).put("ran", run.ran()).put("moves", run.moves());
      json.put("worstMoves", run.worstMoves());
      json.put("leastLateMillis", run.leastLateMillis());
      json.put("mostLateMillis", run.mostLateMillis());
      json.put("pairPicos", Math.round(run.pairNanos() * PICOS));
      json.put("worstTickNanos", run.worstTickNanos());
      json.put("allTicksNanos", run.allTicksNanos()).close('}');
    }
    json.close(']');
  }
}

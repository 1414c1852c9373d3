package org.timehands.app.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Table;
import org.timehands.timekeeping.Timekeeping;

/**
 * The 20 s anomaly of the ktimers announcement (2005): read the wall clock, sleep 20 s, have
 * somebody set the clock back by 20 s meanwhile, read it again: by the wall clock no time has
 * passed.
 *
 * <p>The sleep is right, since it counts on MONOTONIC; only an absolute sleep follows the clock,
 * and waits for its instant a second time.
 */
public final class NanosleepAnomaly {
  /** The text's length: 20 s. */
  static final long TEXT_NANOS = 20_000_000_000L;

  private final long liveNanos;
  private final Consumer<String> progress;
  private List<SleepOverSet.Outcome> simulated = List.of();
  private List<SleepOverSet.Outcome> lived = List.of();

  /**
   * An experiment.
   *
   * @param liveNanos how long the live sleeps are; 0 for none
   * @param progress told where the experiment stands
   */
  public NanosleepAnomaly(long liveNanos, Consumer<String> progress) {
    this.liveNanos = liveNanos;
    this.progress = Objects.requireNonNull(progress, "progress");
  }

  /** Sleeps the text's 20 s at virtual time. */
  public void simulate() {
    progress.accept("simulating");
    simulated = SleepOverSet.simulated(TEXT_NANOS);
  }

  /**
   * Sleeps on this machine; takes twice the length.
   *
   * @param keeping a timekeeper that may be set
   */
  public void live(Timekeeping keeping) {
    progress.accept("live: sleeping for " + Show.nanos(2 * liveNanos));
    lived = SleepOverSet.live(keeping, liveNanos);
  }

  /** Whether a sleep failed or was too short: none must. */
  public boolean wasWrong() {
    return simulated.stream().anyMatch(each -> each.isWrong(TEXT_NANOS))
        || lived.stream().anyMatch(each -> each.isWrong(liveNanos));
  }

  /** The report for people. */
  public List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add("t1 is read from REALTIME, a thread sleeps, halfway REALTIME is set back by the");
    lines.add("length of the sleep, the thread wakes and reads t2. The text: t2 - t1 =~ 0 s.");
    lines.add("The rule: a relative sleep counts on MONOTONIC; an absolute one follows its clock.");
    lines.add("");
    lines.add("At virtual time, 20 s and -20 s:");
    lines.add("");
    lines.addAll(table(simulated, TEXT_NANOS).lines());
    if (!lived.isEmpty()) {
      lines.add("");
      lines.add(
          "On this machine, " + Show.nanos(liveNanos) + " and -" + Show.nanos(liveNanos)
              + ", on a timekeeper of its own (the host's clock is not touched):");
      lines.add("");
      lines.addAll(table(lived, liveNanos).lines());
    }
    return lines;
  }

  private static Table table(List<SleepOverSet.Outcome> outcomes, long lengthNanos) {
    Table table =
        new Table(
            "sleep", ">returns", ">MONOTONIC: rule", ">ours", ">t2 - t1: text", ">rule", ">ours");
    for (SleepOverSet.Outcome each : outcomes) {
      boolean text = each.kind() == SleepOverSet.Kind.RELATIVE;
      table.row(
          each.kind().call,
          Integer.toString(each.result()),
          seconds(each.kind().monotonicNanos(lengthNanos)),
          seconds(each.monotonicNanos()),
          text ? "=~ 0 s" : "-",
          seconds(each.kind().realtimeNanos(lengthNanos)),
          seconds(each.realtimeNanos()));
    }
    return table;
  }

  /** Seconds with nine decimals, of either sign. */
  private static String seconds(long nanos) {
    long whole = Math.abs(nanos) / 1_000_000_000L;
    String rest = Long.toString(1_000_000_000L + Math.abs(nanos) % 1_000_000_000L).substring(1);
    return (nanos < 0 ? "-" : "") + whole + "." + rest + " s";
  }

  /** The report as members of an open object. */
  public void json(Json json) {
    json.put("textNanos", TEXT_NANOS);
    array(json, "simulated", simulated, TEXT_NANOS);
    if (!lived.isEmpty()) {
      json.put("liveNanos", liveNanos);
      array(json, "live", lived, liveNanos);
    }
  }

  private static void array(
      Json json, String name, List<SleepOverSet.Outcome> outcomes, long lengthNanos) {
    json.open(name, '[');
    for (SleepOverSet.Outcome each : outcomes) {
      json.open('{').put("sleep", each.kind().call).put("result", each.result());
      json.put("ruleMonotonicNanos", each.kind().monotonicNanos(lengthNanos));
      json.put("monotonicNanos", each.monotonicNanos());
      json.put("ruleRealtimeNanos", each.kind().realtimeNanos(lengthNanos));
      json.put("realtimeNanos", each.realtimeNanos()).close('}');
    }
    json.close(']');
  }
}

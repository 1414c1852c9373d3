package org.timehands.bench.timeout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.timehands.bench.bed.Summary;
import org.timehands.bench.timeout.subject.Subjects;

/** What was promised of timeouts, and what came of it. */
final class Targets {
  /**
   * One promise.
   *
   * @param name what it says
   * @param limit the highest value that keeps it
   * @param measured the value, with its spread where it is a ratio of several slices
   */
  record Verdict(String name, double limit, Summary measured) {
    boolean isMet() {
      return measured.median() <= limit;
    }
  }

  private static final int USUAL = 400_000;
  private static final int MANY = 4_000_000;
  private static final String KEPT = "kept";
  private static final List<String> ENGINES = List.of("handles", "objects");

  private final Figures figures;
  private final List<Verdict> verdicts = new ArrayList<>();

  private Targets(Figures figures) {
    this.figures = figures;
  }

  /** Those whose rows were measured. */
  static List<Verdict> of(Figures figures) {
    Targets targets = new Targets(figures);
    targets.costs();
    targets.memory();
    targets.expiry();
    return targets.verdicts;
  }

  private static Figures.Cell cell(String subject, int armed, Operation operation, int threads) {
    return new Figures.Cell(subject, armed, operation, threads);
  }

  private void costs() {
    for (int threads = 1; threads <= 2; threads++) {
      String on = " on " + threads + (threads == 1 ? " thread" : " threads");
      Optional<Figures.Cell> best = best(threads);
      if (best.isPresent()) {
        String peer = " : " + best.get().subject();
        ratio("400k cancel and arm" + on + peer, threads == 1 ? 0.5 : 0.33,
            cell(KEPT, USUAL, Operation.CANCEL_ARM, threads), best.get());
        ratio("400k put off" + on + " : its cancel and arm", 0.1,
            cell(KEPT, USUAL, Operation.PUT_OFF, threads), best.get());
      }
    }
    Figures.Cell kept = cell(KEPT, USUAL, Operation.CANCEL_ARM, 1);
    if (figures.has(kept)) {
      // Half a byte: the JVM's own now and then.
      value("400k bytes allocated by a cancel and arm", 0.5, figures.allocated(kept));
    }
    for (String engine : ENGINES) {
      for (int armed : new int[] {USUAL, MANY}) {
        for (String peer : new String[] {"agrona", "caffeine"}) {
          ratio(armed / 1000 + "k by hand, " + engine + " : " + peer, armed == USUAL ? 0.5 : 0.33,
              cell(engine, armed, Operation.CANCEL_ARM, 1),
              cell(peer, armed, Operation.CANCEL_ARM, 1));
        }
      }
    }
  }

  /** The best peer that any thread may use. */
  private Optional<Figures.Cell> best(int threads) {
    return Subjects.ALL.stream()
        .filter(each -> each.kind() == Subjects.Kind.SHARED && !each.ours())
        .map(each -> cell(each.name(), USUAL, Operation.CANCEL_ARM, threads))
        .filter(figures::has)
        .min(Comparator.comparingDouble(each -> figures.cost(each).median()));
  }

  private void memory() {
    for (int armed : new int[] {USUAL, MANY}) {
      for (String subject : new String[] {KEPT, "handles"}) {
        Figures.Bytes bytes = figures.memory(subject, armed);
        if (bytes != null) {
          value(armed / 1000 + "k bytes for each armed, " + subject, 32, bytes.beyond());
        }
      }
    }
  }

  private void expiry() {
    Figures.Expiry ours = figures.expiries.get(KEPT);
    if (ours != null && ours.leadMillis() >= 0) {
      value("expiring: lost", 0, ours.lost());
      value("expiring: early", 0, ours.early());
      Subjects.ALL.stream()
          .filter(each -> each.kind() == Subjects.Kind.SHARED && !each.ours())
          .map(Subjects.Entry::name)
          .filter(figures.expiries::containsKey)
          // Who armed too late ran much of it before the CPU was counted.
          .filter(each -> figures.expiries.get(each).leadMillis() >= 0)
          .min(Comparator.comparingDouble(each -> figures.expiries.get(each).cpuSeconds()))
          .ifPresent(
              peer ->
                  value("expiring: CPU : " + peer, 1,
                      ours.cpuSeconds() / figures.expiries.get(peer).cpuSeconds()));
    }
    if (figures.idle.containsKey(KEPT)) {
      value("idle: wake-ups a minute", 0, figures.idle.get(KEPT).values().stream()
          .mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
    }
  }

  private void ratio(String name, double limit, Figures.Cell cell, Figures.Cell base) {
    if (figures.has(cell) && figures.has(base)) {
      verdicts.add(new Verdict(name, limit, figures.ratio(cell, base)));
    }
  }

  private void value(String name, double limit, double value) {
    verdicts.add(new Verdict(name, limit, Summary.of(value)));
  }
}

package org.timehands.stress.model;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/**
 * A command that searches the models and prints a table of what it found.
 *
 * <p>Arguments: none for the rules and mutants of the ordinary test run; {@code large} for the
 * larger rules; {@code traces} for every mutant's counterexample in full.
 */
public final class ModelTable {
  private static final int USAGE = 2;
  private static final double NANOS_PER_SECOND = 1e9;

  private ModelTable() {}

  /** Prints the table. */
  public static void main(String[] args) {
    String what = args.length == 0 ? "" : args[0];
    if (args.length > 1 || !List.of("", "large", "traces").contains(what)) {
      System.err.println(
          "models: unknown arguments " + List.of(args) + "; allowed: none, large, traces");
      System.exit(USAGE);
    }
    switch (what) {
      case "traces" -> Catalogue.mutants().forEach(mutant -> System.out.println(trace(mutant)));
      case "large" -> print(Catalogue.largeRules());
      default -> {
        print(Catalogue.rules());
        System.out.println();
        print(Catalogue.mutants());
      }
    }
  }

  private static String trace(Catalogue.Case mutant) {
    return mutant.search() + "\n";
  }

  private static void print(List<Catalogue.Case> cases) {
    System.out.println("| model | states | steps | CPU s | verdict |");
    System.out.println("|---|---|---|---|---|");
    for (Catalogue.Case each : cases) {
      long before = cpuNanos();
      Explorer.Result result = each.search();
      double seconds = (cpuNanos() - before) / NANOS_PER_SECOND;
      System.out.printf(
          Locale.ROOT,
          "| %s | %,d | %,d | %.1f | %s |%n",
          result.model(), result.states(), result.transitions(), seconds, result.verdict());
    }
  }

  /** The thread's CPU time: a table made on a busy machine should say the same. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}

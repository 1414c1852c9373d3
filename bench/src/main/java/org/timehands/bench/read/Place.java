package org.timehands.bench.read;

import java.util.Map;
import org.timehands.bench.bed.Collector;
import org.timehands.bench.bed.Machine;
import org.timehands.bench.bed.Pins;

/** Where this comparison's figures come from: the machine, and which CPU runs what. */
final class Place {
  private Place() {}

  /** Facts by name, in the order in which to print them. */
  static Map<String, String> facts() {
    Map<String, String> facts = Machine.facts();
    // The measuring JVMs have another collector than this one.
    facts.put("java", Machine.java(Collector.G1.title()));
    facts.put("pinned", pinned());
    return facts;
  }

  private static String pinned() {
    int[] usable = Pins.usable();
    if (usable.length == 0) {
      return "no: threads cannot be bound here";
    }
    return usable.length == 1
        ? "reads on CPU " + Pins.measured(0) + "; no second CPU, so no rows that need one"
        : "reads on CPU " + Pins.measured(0) + ", the second thread on CPU " + Pins.measured(1);
  }
}

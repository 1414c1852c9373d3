package org.timehands.bench.bed;

/** A garbage collector of a JVM that measures: each asks something else of a reference's store. */
public enum Collector {
  /** The one that servers run. */
  G1("G1"),
  /** The one with the cheapest stores. */
  SERIAL("Serial"),
  /** The one for throughput. */
  PARALLEL("Parallel");

  private final String title;

  Collector(String title) {
    this.title = title;
  }

  /** Its name, as reports and the JVM's flag have it. */
  public String title() {
    return title;
  }

  String flag() {
    return "-XX:+Use" + title + "GC";
  }
}

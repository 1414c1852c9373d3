package org.timehands.bench.stall;

import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.timehands.bench.alternatives.Alternative;
import org.timehands.bench.bed.Bed;
import org.timehands.fixed.Slope;

/**
 * A timeline under test.
 *
 * @param title what it is called
 * @param read its MONOTONIC, ordered
 * @param update changes its slope, and runs the pause in the middle; null for no writer at all
 */
record Subject(String title, LongSupplier read, BiConsumer<Slope, Runnable> update) {
  static Subject of(Alternative clock) {
    return new Subject(clock.title(), clock::monotonic, clock::update);
  }

  static Subject of(Bed bed) {
    return new Subject("Timehands", bed.timeline()::monotonic, bed::update);
  }

  /** The same reads without a writer: what the machine does to them by itself. */
  static Subject withoutWriter(Bed bed) {
    return new Subject("Timehands, no writer", bed.timeline()::monotonic, null);
  }
}

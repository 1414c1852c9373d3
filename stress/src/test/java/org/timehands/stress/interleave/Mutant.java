package org.timehands.stress.interleave;

import java.util.List;
import org.timehands.stress.world.SourceEdit;

/**
 * A planted bug, and what must notice it.
 *
 * @param name short, in words
 * @param focus what the schedules are to have
 * @param variant a mistake in the simulated updates, or NONE
 * @param edits changes to production sources
 * @param rules the rules of {@link Checker} of which one must break; empty for any
 * @param limit the most schedules that it may take
 */
record Mutant(
    String name,
    Plan.Focus focus,
    Variant variant,
    List<SourceEdit> edits,
    String rules,
    int limit) {
  private static final String TIMES = "MONO,PURE";

  private static final int LIMIT = 20_000;

  /** Must make time go back, or give two times to one cycle. */
  static Mutant ofTime(String name, SourceEdit... edits) {
    return of(name, TIMES, edits);
  }

  /** Must break one of the named rules. */
  static Mutant of(String name, String rules, SourceEdit... edits) {
    return new Mutant(name, Plan.Focus.ANY, Variant.NONE, List.of(edits), rules, LIMIT);
  }

  /** A mistake of the writer's user. */
  static Mutant ofVariant(String name, Variant variant) {
    return new Mutant(name, Plan.Focus.CLOCKSOURCE, variant, List.of(), TIMES, LIMIT);
  }

  /** The same, hunted in schedules of one kind. */
  Mutant in(Plan.Focus kind) {
    return new Mutant(name, kind, variant, edits, rules, limit);
  }
}

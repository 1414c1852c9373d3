package org.timehands.stress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules hold in every interleaving, and every mutant fails: 0-09, 0-11, 1-04, 1-06, A1, A2.
 *
 * <p>Each mutant's counterexample is written to {@code target/models}; it is a shortest one.
 * <p>Shows 1-10, N2, N3.
 */
class HandoverModelTest {
  private static final Path TRACES = Path.of("target", "models");

  static List<Catalogue.Case> rules() {
    return Catalogue.rules();
  }

  static List<Catalogue.Case> mutants() {
    return Catalogue.mutants();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void ruleHoldsInEveryState(Catalogue.Case rule) {
    Explorer.Result result = rule.search();
    assertNull(result.broken(), result::toString);
    assertTrue(result.complete(), result::toString);
    assertTrue(
        result.states() >= rule.floor(),
        () -> "expected at least " + rule.floor() + " states, searched only " + result);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void mutantIsCaught(Catalogue.Case mutant) throws IOException {
    Explorer.Result result = mutant.search();
    Files.createDirectories(TRACES);
    String file = result.model().replaceAll("[^A-Za-z0-9]+", "-") + ".txt";
    Files.writeString(TRACES.resolve(file), result + "\n");
    assertTrue(
        mutant.breaks().contains(result.broken()),
        () -> "expected " + mutant.breaks() + " to be broken by " + result);
    assertTrue(
        result.trace().getLast().startsWith(result.broken() + " broken: "), result::toString);
  }

  /** The reduction must not hide anything: with and without it, the same verdicts. */
  @Test
  void exchangingLikeReadersChangesNoVerdict() {
    ChainModel.Size size = new ChainModel.Size(2, 0, 1, 4, 2, 1);
    for (SealedHandover.Variant variant : SealedHandover.Variant.values()) {
      Model model = new SealedHandover(variant, size);
      Explorer.Result reduced = Explorer.explore(model, Catalogue.STATE_LIMIT);
      Explorer.Result whole = Explorer.exploreEachReader(model, Catalogue.STATE_LIMIT);
      assertEquals(whole.broken(), reduced.broken(), whole::toString);
      assertTrue(reduced.states() <= whole.states(), whole::toString);
      assertTrue(2 * reduced.states() >= whole.states(), whole::toString);
    }
  }
}

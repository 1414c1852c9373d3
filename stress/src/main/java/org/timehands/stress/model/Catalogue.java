package org.timehands.stress.model;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The searches that are done: the rules, which must hold, and the mutants, which must not. */
final class Catalogue {
  /** Where a search gives up; beyond every rule's number of states. */
  static final int STATE_LIMIT = 60_000_000;

  private static final Set<Property> HOLDS = Set.of();

  private Catalogue() {}

  /**
   * One search.
   *
   * @param model makes the model
   * @param breaks what it may be found to break first; none: it must hold
   * @param floor how many states must at least be reached, so that an empty search does not count
   */
  record Case(Supplier<Model> model, Set<Property> breaks, int floor) {
    Explorer.Result search() {
      return Explorer.explore(model.get(), STATE_LIMIT);
    }

    boolean mutant() {
      return !breaks.isEmpty();
    }

    @Override
    public String toString() {
      return model.get().name();
    }
  }

  /** The rules at the size that an ordinary test run searches: about a minute on one core. */
  static List<Case> rules() {
    return List.of(
        rule(sealed(new ChainModel.Size(2, 0, 2, 9, 3, 2)), 7_700_000),
        rule(sealed(new ChainModel.Size(2, 1, 2, 9, 3, 2)), 4_300_000),
        rule(ring(new RingReaders.Size(2, 0, 2, 3, 3, 2, 0)), 5_800_000),
        rule(ring(new RingReaders.Size(1, 0, 3, 4, 5, 2, 0)), 300_000),
        rule(ring(new RingReaders.Size(1, 0, 2, 4, 5, 2, 1)), 2_000_000),
        rule(ring(new RingReaders.Size(1, 0, 4, 3, 5, 2, 2)), 1_400_000),
        rule(clocksource(new ClocksourceModel.Size(2, 1, 5, 2, 1, 1)), 2_600_000),
        rule(clocksource(new ClocksourceModel.Size(1, 2, 6, 2, 1, 1)), 900_000),
        rule(poison(new ChainModel.Size(2, 1, 1, 3, 1, 1), 2, 1), 5_000_000),
        rule(poison(new ChainModel.Size(2, 0, 1, 3, 1, 1), 2, 0), 2_200_000),
        rule(promptPoison(new ChainModel.Size(2, 1, 1, 3, 1, 1), 1, 1), 1_000_000));
  }

  /** The rules at the size that is searched by hand: some minutes, and 4 GB. */
  static List<Case> largeRules() {
    return List.of(
        rule(sealed(new ChainModel.Size(2, 0, 3, 9, 3, 3)), 1),
        rule(sealed(new ChainModel.Size(3, 0, 1, 5, 2, 1)), 1),
        rule(ring(new RingReaders.Size(2, 0, 2, 3, 4, 2, 0)), 1),
        rule(ring(new RingReaders.Size(2, 1, 3, 3, 4, 2, 0)), 1),
        rule(ring(new RingReaders.Size(2, 0, 2, 2, 3, 2, 1)), 1),
        rule(clocksource(new ClocksourceModel.Size(2, 2, 5, 2, 1, 1)), 1),
        rule(clocksource(new ClocksourceModel.Size(2, 1, 6, 2, 2, 2)), 1),
        rule(poison(new ChainModel.Size(2, 0, 1, 4, 2, 1), 2, 1), 1),
        rule(poison(new ChainModel.Size(2, 1, 1, 4, 1, 1), 2, 1), 1),
        rule(poison(new ChainModel.Size(2, 1, 2, 3, 1, 1), 2, 1), 1),
        rule(poison(new ChainModel.Size(3, 1, 1, 2, 1, 1), 2, 1), 1),
        rule(promptPoison(new ChainModel.Size(2, 1, 1, 4, 1, 1), 2, 1), 1));
  }

  /** The mutants, each with what it breaks. */
  static List<Case> mutants() {
    return Stream.of(
            lateMutants(), handOverMutants(), ringMutants(), clocksourceMutants(), poisonMutants())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Case> lateMutants() {
    LateHandover.Size size = new LateHandover.Size(2, 2, 9, 3);
    return Stream.of(LateHandover.Rule.values())
        .map(rule -> mutant(() -> new LateHandover(rule, size), Property.MONO, Property.PURE))
        .toList();
  }

  private static List<Case> handOverMutants() {
    ChainModel.Size size = new ChainModel.Size(2, 0, 2, 9, 3, 2);
    return List.of(
        mutant(sealed(SealedHandover.Variant.TWO_STORES_READERS_WAIT, size), Property.LIVE),
        mutant(sealed(SealedHandover.Variant.TWO_STORES_READERS_HOLD, size), Property.FRESH),
        mutant(sealed(SealedHandover.Variant.EDITED_IN_PLACE, size), Property.PURE));
  }

  private static List<Case> ringMutants() {
    RingReaders.Size size = new RingReaders.Size(1, 0, 2, 3, 4, 2, 0);
    RingReaders.Size dying = new RingReaders.Size(1, 0, 2, 3, 4, 2, 1);
    return List.of(
        mutant(ring(RingReaders.Variant.NO_CHECK_AFTER_CAS, size), Property.MONO),
        mutant(ring(RingReaders.Variant.NO_CHECK_INSIDE_PROMISE, size), Property.MONO),
        mutant(ring(RingReaders.Variant.FORGETS_EARLY, size), Property.LIVE),
        mutant(ring(RingReaders.Variant.HOLDS_BEFORE_START, size), Property.MONO),
        mutant(ring(RingReaders.Variant.TAKEOVER_TRUSTS_HEAD, dying), Property.LIVE),
        mutant(ring(RingReaders.Variant.TAKEOVER_LEAVES_HEAD, dying), Property.LIVE),
        mutant(ring(RingReaders.Variant.TAKEOVER_REBASES, dying), Property.MONO));
  }

  private static List<Case> clocksourceMutants() {
    ClocksourceModel.Size change = new ClocksourceModel.Size(1, 1, 6, 2, 1, 1);
    return List.of(
        mutant(clocksource(ClocksourceModel.Variant.STARTS_AT_LOW_END, change), Property.MONO),
        mutant(clocksource(ClocksourceModel.Variant.STARTS_AT_MIDPOINT, change), Property.MONO),
        mutant(clocksource(ClocksourceModel.Variant.OLD_COUNTER_NOT_HELD, change), Property.MONO));
  }

  private static List<Case> poisonMutants() {
    // Readers too patient to hold, so that it is the wrong seal that does the harm.
    ChainModel.Size patient = new ChainModel.Size(2, 0, 1, 3, 1, 2);
    ChainModel.Size watcher = new ChainModel.Size(2, 1, 1, 3, 1, 1);
    return List.of(
        mutant(poison(PoisonHandover.Cure.SAME_FROZEN_WORD, watcher, 2, 0), Property.MONO),
        mutant(poison(PoisonHandover.Cure.READER_SAMPLED_EARLY, patient, 1, 0), Property.MONO),
        mutant(poison(PoisonHandover.Cure.WRITER_SAMPLED_EARLY, patient, 1, 0), Property.MONO),
        mutant(poison(PoisonHandover.Cure.FROZEN_SEALED, patient, 1, 0), Property.MONO),
        mutant(poison(PoisonHandover.Cure.TAKEOVER_IGNORES_FROZEN, patient, 1, 1), Property.MONO),
        mutant(poison(PoisonHandover.Cure.READERS_LOAD_FIRST, patient, 1, 0), Property.MONO),
        mutant(poison(PoisonHandover.Cure.LOWERED_WITHOUT_FREEZING, patient, 1, 0), Property.MONO),
        mutant(poison(PoisonHandover.Cure.UNPROMISED_COUNTED, watcher, 1, 0), Property.MONO));
  }

  private static Case rule(Supplier<Model> model, int floor) {
    return new Case(model, HOLDS, floor);
  }

  private static Case mutant(Supplier<Model> model, Property... breaks) {
    return new Case(model, Set.of(breaks), 1);
  }

  private static Supplier<Model> sealed(ChainModel.Size size) {
    return sealed(SealedHandover.Variant.RULE, size);
  }

  private static Supplier<Model> sealed(SealedHandover.Variant variant, ChainModel.Size size) {
    return () -> new SealedHandover(variant, size);
  }

  private static Supplier<Model> ring(RingReaders.Size size) {
    return ring(RingReaders.Variant.RULE, size);
  }

  private static Supplier<Model> ring(RingReaders.Variant variant, RingReaders.Size size) {
    return () -> new RingModel(variant, size);
  }

  private static Supplier<Model> clocksource(ClocksourceModel.Size size) {
    return clocksource(ClocksourceModel.Variant.RULE, size);
  }

  private static Supplier<Model> clocksource(
      ClocksourceModel.Variant variant, ClocksourceModel.Size size) {
    return () -> new ClocksourceModel(variant, size);
  }

  private static Supplier<Model> poison(ChainModel.Size size, int poisons, int deaths) {
    return poison(PoisonHandover.Cure.RULE, size, poisons, deaths);
  }

  private static Supplier<Model> promptPoison(ChainModel.Size size, int poisons, int deaths) {
    return poison(PoisonHandover.Cure.UNPROMISED_AND_PROMPT, size, poisons, deaths);
  }

  private static Supplier<Model> poison(
      PoisonHandover.Cure cure, ChainModel.Size size, int poisons, int deaths) {
    return () -> new PoisonHandover(cure, size, poisons, deaths);
  }
}

package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.linux.ChildJvm;

class ClockSourcesTest {
  private static final String BUSY = "too busy";
  private static final int TRIES = 50;

  private static final Candidate RAW = candidate(new MonotonicRawClockSource(0, 40, 2));
  private static final Candidate NANO = candidate(new NanoTimeClockSource(0, 40));
  private static final Candidate TICK = candidate(TickClockSource.byHand(100));
  private static final Candidate BAD_TSC =
      new Candidate(
          "tsc",
          null,
          false,
          List.of(new Admission.Check("warp", false, "CPUs 0 and 1 disagree")),
          null);

  @Test
  void everyClocksourceOfThisMachineIsFoundAndJudged() {
    List<Candidate> found = ClockSources.probe();
    Map<String, Candidate> byName =
        found.stream().collect(Collectors.toMap(Candidate::name, Function.identity()));
    Set<String> expected =
        Set.of(
            NativeClockSource.nameHere(),
            MonotonicRawClockSource.NAME,
            NanoTimeClockSource.NAME,
            TickClockSource.NAME);
    assertEquals(expected, byName.keySet());
    for (int i = 0; i < found.size(); i++) {
      Candidate candidate = found.get(i);
      assertTrue(i == 0 || candidate.rating() <= found.get(i - 1).rating());
      assertFalse(candidate.reason().isEmpty());
      assertFalse(candidate.checks().isEmpty());
      assertTrue(candidate.name().length() <= 31);
      assertTrue(
          !candidate.admitted() || candidate.source().readCostNanos() > 0, candidate.name());
    }
    assertTrue(ClockSources.settledReadCostNanos(found.getFirst().source()) > 0);
    assertEquals(Slope.ONE, byName.get(NanoTimeClockSource.NAME).rate());
    assertEquals(4_000_000, Slope.of(byName.get(TickClockSource.NAME).rate()).whole());
    assertEquals(found.getFirst(), ClockSources.best(found));
  }

  @Test
  void nativeCounterIsAdmittedWhereTheSystemTrustsIt() {
    Admission.Facts facts = Admission.Facts.here();
    boolean trusted =
        Admission.of(facts, new WarpCheck.Verdict(true, 0, 0, "not looked at")).admitted();
    Candidate counter = probeNative();
    assertEquals(trusted, counter.admitted(), counter.reason());
    if (trusted) {
      assertEquals(ClockSource.RATING_DESIRED, counter.rating() / 100 * 100, "" + counter);
      assertNotNull(counter.calibration());
      assertEquals(counter.calibration().rate(), counter.rate());
      assertEquals(counter.calibration().frequencyHz(), counter.source().frequencyHz());
    }
  }

  @Test
  void calibrationOfTheNativeCounterIsRefinedAndNeverContradicted() throws Exception {
    Candidate counter = probeNative();
    Calibrator calibrator =
        new Calibrator(
            counter.source(), () -> new MonotonicRawClockSource(0, 0, 2).read(), 2);
    Calibration first = calibrator.calibrate(Calibrator.FIRST_WINDOW_NANOS);
    assertTrue(first.agreesWith(counter.calibration()), first + " " + counter.calibration());
    Calibration better = first;
    for (int i = 0; i < 5; i++) {
      better = calibrator.refine(better);
    }
    assertTrue(better.errorPpb() <= first.errorPpb());
    Calibration slept = new Calibrator(counter.source(), System::nanoTime, 2).calibrate(20_000_000);
    assertTrue(slept.windowNanos() >= 20_000_000);
    for (long bad : new long[] {0, -1, 600_000_000_001L}) {
      assertThrows(IllegalArgumentException.class, () -> calibrator.calibrate(bad));
    }
  }

  private static Candidate probeNative() {
    Candidate counter = null;
    for (int i = 0; i < TRIES; i++) {
      counter =
          ClockSources.probe().stream()
              .filter(candidate -> candidate.name().equals(NativeClockSource.nameHere()))
              .findFirst()
              .orElseThrow();
      if (!counter.reason().contains(BUSY)) {
        break;
      }
    }
    return counter;
  }

  @Test
  void bestIsTheHighestRatedThatIsUsable() {
    assertEquals(RAW, ClockSources.best(List.of(NANO, RAW, TICK, BAD_TSC)));
    assertEquals(NANO, ClockSources.best(List.of(BAD_TSC, TICK, NANO)));
    IllegalStateException none =
        assertThrows(
            IllegalStateException.class, () -> ClockSources.best(List.of(TICK, BAD_TSC)));
    assertTrue(none.getMessage().contains("CPUs 0 and 1 disagree"), none.getMessage());
  }

  @Test
  void namedOneIsTakenIfItWasAdmitted() {
    List<Candidate> found = List.of(RAW, NANO, TICK, BAD_TSC);
    assertEquals(TICK, ClockSources.named(found, "jiffies", "-Dx"));
    String unknown = refusal(found, "hpet");
    assertTrue(unknown.contains("'hpet' (-Dx)"), unknown);
    assertTrue(unknown.contains("allowed here: monotonic_raw, nanotime, jiffies;"), unknown);
    assertTrue(unknown.contains("leave -Dx out"), unknown);
    String refused = refusal(found, "tsc");
    assertTrue(refused.contains("CPUs 0 and 1 disagree"), refused);
  }

  @Test
  void propertyGoesBeforeVariableGoesBeforeRating() {
    List<Candidate> found = List.of(RAW, NANO, TICK, BAD_TSC);
    assertEquals(RAW, ClockSources.choose(found, "", ""));
    assertEquals(TICK, ClockSources.choose(found, "", "jiffies"));
    assertEquals(NANO, ClockSources.choose(found, "nanotime", "jiffies"));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> ClockSources.choose(found, "", "tsc"));
    assertTrue(
        refused.getMessage().contains("'tsc' (TIMEHANDS_CLOCKSOURCE)"), refused.getMessage());
  }

  private static String refusal(List<Candidate> found, String name) {
    return assertThrows(
            IllegalArgumentException.class, () -> ClockSources.named(found, name, "-Dx"))
        .getMessage();
  }

  @Test
  void candidatesThatCannotBeReadAreNeitherAdmittedNorSloped() {
    assertEquals(0, BAD_TSC.rating());
    assertThrows(IllegalStateException.class, BAD_TSC::rate);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Candidate("tsc", null, true, List.of(), null));
  }

  @Test
  void otherProcessesCountersAreFoundById() {
    Set<Long> found = new HashSet<>();
    for (long kind : new long[] {1, 2, 3, 4, 5, ClockSource.SIMULATED, 0}) {
      ClockSources.forReading(9L << 32 | kind, 1_000)
          .ifPresent(
              source -> {
                assertEquals(9L << 32 | kind, source.id());
                found.add(kind);
              });
    }
    assertEquals(
        Set.of(
            NativeClockSource.kind(),
            ClockSource.MONOTONIC_RAW,
            ClockSource.NANO_TIME,
            ClockSource.TICK),
        found);
  }

  @Test
  void propertyAndVariableNameTheClocksource() throws Exception {
    String property =
        ChildJvm.run(
            Chosen.class,
            "--enable-native-access=ALL-UNNAMED",
            "-Dtimehands.clocksource=monotonic_raw");
    assertTrue(property.contains("chosen monotonic_raw"), property);
    String unknown = ChildJvm.run(Chosen.class, "-Dtimehands.clocksource=sundial");
    assertTrue(unknown.contains("'sundial' (-Dtimehands.clocksource)"), unknown);
  }

  @Test
  void withoutNativeAccessTheJvmsOwnCounterIsLeft() throws Exception {
    String text = ChildJvm.run(Chosen.class, "--illegal-native-access=deny");
    assertTrue(text.contains("chosen nanotime"), text);
    assertTrue(text.contains("monotonic_raw 0 refused: this JVM denies it"), text);
    assertTrue(text.contains(NativeClockSource.nameHere() + " 0 refused: this JVM"), text);
  }

  private static Candidate candidate(ClockSource source) {
    return new Candidate(source.name(), source, true, List.of(), null);
  }

  /** Says what is found and chosen. */
  static final class Chosen {
    private Chosen() {}

    public static void main(String[] arguments) {
      List<Candidate> found = ClockSources.probe();
      for (Candidate candidate : found) {
        System.out.println(
            candidate.name() + " " + candidate.rating() + " " + candidate.reason());
      }
      try {
        System.out.println("chosen " + ClockSources.choose(found).name());
      } catch (IllegalArgumentException refused) {
        System.out.println(refused.getMessage());
      }
    }
  }
}

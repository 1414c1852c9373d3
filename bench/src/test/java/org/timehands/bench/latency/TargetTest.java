package org.timehands.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.timehands.bench.bed.Noise;

/** Ratios and promises over planted figures. */
class TargetTest {
  private static final String OURS = OurTimers.NAME + "timerfd";
  private static final String SPIN = OURS + "+spin";
  private static final Noise QUIET = new Noise(0.02, 0);
  private static final Noise LOUD = new Noise(1.5, 0);

  /** A slice of 1000 waits: most late by the first, and 20 by the second, in microseconds. */
  private static Slice slice(long medianMicros, long tailMicros) {
    LateHistogram late = new LateHistogram();
    late.add(medianMicros * 1000, 980);
    late.add(tailMicros * 1000, 20);
    return new Slice(late, 1, 0, 30_000_000, 0);
  }

  private static Rounds rounds(long oursMicros, long spinMicros) {
    Rounds rounds = new Rounds();
    for (int i = 0; i < 4; i++) {
      boolean loud = i == 1;
      rounds.add(OURS, loud ? slice(9000, 9000) : slice(oursMicros, 100));
      rounds.add(SPIN, slice(spinMicros, 40));
      rounds.add(CLoop.NAME, slice(50, 100));
      rounds.add(Contestants.THREAD_POOL, slice(110, 200));
      rounds.add(Contestants.FORK_JOIN, slice(100, 400));
      rounds.endRound(loud ? LOUD : QUIET);
    }
    return rounds;
  }

  private static List<Boolean> verdicts(Rounds rounds) {
    return Target.of(rounds, OURS, SPIN).stream().map(each -> each.isMet(rounds)).toList();
  }

  @Test
  void allAreMet() {
    Rounds rounds = rounds(54, 9);
    List<Target> targets = Target.of(rounds, OURS, SPIN);
    // Two against C, two of the spin tail, two against the JDK; none against what did not run.
    assertEquals(6, targets.size());
    assertFalse(verdicts(rounds).contains(false));
    assertEquals(1.08, targets.getFirst().ratio(rounds).all(), 0.03);
  }

  @Test
  void eachMissIsNoticed() {
    assertEquals(
        List.of(false, true, true, true, true, true), verdicts(rounds(58, 9)), "p50 against C");
    assertEquals(
        List.of(true, true, false, true, true, true), verdicts(rounds(50, 12)), "spin, p50");
    assertEquals(
        List.of(false, true, true, true, false, true), verdicts(rounds(85, 9)), "the JDK");
  }

  @Test
  void theBetterOfTheJdksIsTheBase() {
    Rounds rounds = rounds(50, 5);
    assertEquals(
        Contestants.FORK_JOIN,
        Target.better(rounds, Contestants.THREAD_POOL, Contestants.FORK_JOIN));
    assertEquals(Contestants.FORK_JOIN, Target.of(rounds, OURS, SPIN).getLast().base());
  }

  @Test
  void noisyRoundsDoNotCountIfEnoughAreQuiet() {
    Rounds rounds = rounds(50, 5);
    assertTrue(rounds.usesQuietOnly());
    assertEquals(3000, rounds.summary(OURS).late().total());
    assertEquals(100_000, rounds.summary(OURS).late().max());
    Rounds few = new Rounds();
    few.add(OURS, slice(9000, 9000));
    few.endRound(LOUD);
    assertFalse(few.usesQuietOnly());
    assertEquals(1000, few.summary(OURS).late().total());
  }

  @Test
  void aRoundHasEachRowOnce() {
    Rounds rounds = new Rounds();
    rounds.add(OURS, slice(1, 1));
    assertThrows(IllegalStateException.class, () -> rounds.add(OURS, slice(1, 1)));
  }

  @Test
  void processorTimeAndAllocationAreForEachWait() {
    Summary all = rounds(50, 5).summary(OURS);
    assertEquals(30_000, all.cpuNanos(), 1e-6);
    assertEquals(0, all.bytes());
    assertEquals(3, all.missed());
    LateHistogram one = new LateHistogram();
    one.add(1);
    assertTrue(Double.isNaN(Summary.of(List.of(new Slice(one, 0, 0, 0, -1))).bytes()));
  }

  @Test
  void theReportsSayWhatIsMissed() {
    Rounds rounds = rounds(58, 9);
    Run run =
        new Run(
            Map.of("cpu", "a \"quoted\" one"), rounds, Target.of(rounds, OURS, SPIN),
            List.of("planted"), 4);
    String text = printed(out -> TextReport.print(run, out));
    assertEquals(1, text.split("NOT MET", -1).length - 1, text);
    assertTrue(text.contains("3 of 4 rounds were quiet"), text);
    String json = printed(out -> JsonReport.print(run, out));
    assertEquals(1, json.split("\"met\":false", -1).length - 1, json);
    assertTrue(json.contains("a \\\"quoted\\\" one"), json);
    Run alone = new Run(Map.of(), single(), List.of(), List.of(), 1);
    assertTrue(printed(out -> TextReport.print(alone, out)).contains("980 #####"));
  }

  private static Rounds single() {
    Rounds rounds = new Rounds();
    rounds.add(OURS, slice(50, 100));
    rounds.endRound(QUIET);
    return rounds;
  }

  private static String printed(java.util.function.Consumer<PrintStream> report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}

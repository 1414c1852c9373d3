package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.timehands.testing.Allocations.bytesOf;

import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;
import org.timehands.testing.Allocations;

/** Rule I9, 0-13: a read allocates nothing, as the JVM itself counts. */
class AllocationTest {
  /** Keeps results alive, and the planted bug from being seen through. */
  private static volatile Object kept;

  @Test
  void theMeasureSeesOneObjectInAMillion() {
    int[] calls = new int[1];
    long bytes =
        bytesOf(
            () -> {
              if (calls[0]++ % Allocations.READS == Allocations.READS / 2) {
                kept = new long[1];
              }
              return calls[0];
            });
    assertTrue(bytes > 0 && bytes < 100, bytes + " bytes");
  }

  /** Each read is past the horizon: the slow path, and an extension every time. */
  @Test
  void readsThatExtend() {
    try (Bench bench = Bench.of(8, new HandCounter(Bench.ID, 5), next -> next.stepCycles = 1)) {
      Sample sample = new Sample();
      assertEquals(0, bytesOf(() -> step(bench) + bench.reader.monotonic()));
      assertEquals(0, bytesOf(() -> step(bench) + bench.reader.realtime()));
      assertEquals(0, bytesOf(() -> step(bench) + bench.reader.rawRelaxed()));
      assertEquals(
          0,
          bytesOf(
              () -> {
                step(bench);
                bench.reader.sample(sample);
                return sample.wallErrorNanos() + sample.status().ordinal();
              }));
    }
  }

  private static long step(Bench bench) {
    bench.counter.add(3);
    return 1;
  }

  @Test
  void readsThatWalkBackHoldOrStampOrConvert() {
    try (Bench bench = Bench.of(8)) {
      bench.counter.add(10);
      bench.reader.monotonic();
      bench.writer.append(next -> {});
      bench.writer.append(next -> {});
      Timeline readOnly = new Timeline(bench.page, bench.counters, false, GapProbe.TRUSTING);
      Sample sample = new Sample();
      assertEquals(0, bytesOf(bench.reader::boottime));
      bench.counter.add(5000);
      assertEquals(0, bytesOf(readOnly::tai));
      assertEquals(0, bytesOf(() -> held(readOnly, sample)));
      assertEquals(
          0,
          bytesOf(
              () -> {
                bench.reader.stamp(true, sample);
                return sample.cycles();
              }));
      assertEquals(
          0,
          bytesOf(() -> bench.history.convert(Bench.ID, 1005, sample).ordinal()));
    }
  }

  private static long held(Timeline readOnly, Sample sample) {
    readOnly.sample(sample);
    return sample.errorNanos() + sample.reason().ordinal();
  }

  /** The processor's own counter: the fast path, and an extension now and then. */
  @Test
  void readsOfTheProcessorsCounter() {
    assumeTrue(Counter.available(), Counter.whyNot());
    long kind =
        System.getProperty("os.arch").equals("aarch64") ? ClockSource.CNTVCT : ClockSource.TSC;
    HandCounter named = new HandCounter(kind, Counter.readOrdered());
    try (Bench bench =
        Bench.of(
            8,
            named,
            next -> {
              next.setRate(Slope.ofFrequency(2_000_000_000L));
              next.gapCycles = Long.MAX_VALUE;
            })) {
      Sample sample = new Sample();
      assertEquals(0, bytesOf(bench.reader::monotonic));
      assertEquals(0, bytesOf(bench.reader::realtimeRelaxed));
      assertEquals(
          0,
          bytesOf(
              () -> {
                bench.reader.sampleRelaxed(sample);
                return sample.realNanos();
              }));
    }
  }
}

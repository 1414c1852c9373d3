package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.timehands.timeline.GapProbe.Verdict;

/**
 * What the gap guard concludes when its thread is stopped while it looks. Between counter, clocks
 * and counter it looks in the order mono, raw, boot.
 */
class GapGuardTest {
  private static final long MILLI = 1_000_000;

  private final Bench bench = Bench.of(8);
  private final StoppableHost host = new StoppableHost();

  /** A host whose clocks run with the counter, one nanosecond a cycle, also between two reads. */
  private final class StoppableHost implements HostTimes {
    /** How long the thread is stopped before each further read of a host clock. */
    private final ArrayDeque<Long> stops = new ArrayDeque<>();
    /** By how much the counter runs ahead of the clocks. */
    private long counterAhead;
    private long slept;
    private int reads;

    private long awake() {
      reads++;
      bench.counter.add(stops.isEmpty() ? 0 : stops.remove());
      return bench.counter.cycles() - 1000 - counterAhead;
    }

    /** Stops one look before its raw clock, and lets the next ones be. */
    private void stopOnce(long nanos) {
      stops.add(0L);
      stops.add(nanos);
      stops.add(0L);
    }

    /** Stops one look before its first clock, which leaves the clocks together. */
    private void stopFirst(long nanos) {
      stops.add(nanos);
      stops.add(0L);
      stops.add(0L);
    }

    @Override
    public long monoNanos() {
      return awake();
    }

    @Override
    public long rawNanos() {
      return awake();
    }

    @Override
    public long bootNanos() {
      return awake() + slept;
    }
  }

  @BeforeEach
  void begin() {
    bench.reader.monotonic();
  }

  @AfterEach
  void end() {
    bench.close();
  }

  private Verdict examine(TimelineWriter writer) {
    long promised = bench.horizonOf(0) - bench.startOf(0);
    return new GapGuard(host, writer)
        .examine(bench.reader, 0, promised, bench.counter.cycles() - bench.startOf(0));
  }

  @Test
  void anIdleTimeIsExtendedWhateverStopsTheLook() {
    bench.counter.add(1000 * MILLI);
    host.stopOnce(80 * MILLI);
    host.stopOnce(40 * MILLI);
    assertEquals(Verdict.EXTEND, examine(null));
    assertEquals(9, host.reads, "looked again until a look was narrow");
    host.stopOnce(MILLI / 20);
    assertEquals(Verdict.EXTEND, examine(null));
    assertEquals(12, host.reads, "a narrow look is enough");
  }

  /** In a look of 80 ms, a jump of 10 ms cannot be told from the stop. */
  @Test
  void aWideLookHidesNoDisturbance() {
    bench.counter.add(100 * MILLI);
    host.counterAhead = 10 * MILLI;
    host.stopFirst(80 * MILLI);
    assertEquals(Verdict.HOLD, examine(null));
  }

  /** Stopped for 5 ms between MONOTONIC and BOOTTIME, the machine seems to have slept for 5 ms. */
  @Test
  void aWideLookInventsNoSleep() {
    bench.counter.add(100 * MILLI);
    host.stopOnce(5 * MILLI);
    host.stopOnce(5 * MILLI);
    host.stopOnce(5 * MILLI);
    assertEquals(Verdict.EXTEND, examine(bench.writer));
    assertEquals(0, bench.history.newest());
  }

  /**
   * A jump of the counter by 3 s. The look that was stopped before it asked the raw clock finds
   * less of a disagreement than the narrow one, and would put MONOTONIC a quarter of a second back.
   */
  @Test
  void theBridgeIsBuiltFromTheNarrowestLook() {
    bench.counter.add(100 * MILLI);
    host.counterAhead = 3000 * MILLI;
    bench.counter.add(host.counterAhead);
    host.stopOnce(500 * MILLI);
    assertEquals(Verdict.LOOK_AGAIN, examine(bench.writer));
    assertEquals(2, bench.history.newest());
    long told = bench.reader.monotonic();
    long truth = bench.counter.cycles() - 1000 - host.counterAhead;
    assertTrue(Math.abs(told - truth) < MILLI, "off by " + (told - truth) + " ns");
  }

  @Test
  void aLookInWhichTheCounterWentBackIsTakenAgain() {
    bench.counter.add(1000 * MILLI);
    int[] reads = new int[1];
    bench.counter.beforeRead(
        () -> {
          reads[0]++;
          bench.counter.add(reads[0] == 2 ? -500 * MILLI : reads[0] == 3 ? 500 * MILLI : 0);
        });
    assertEquals(Verdict.EXTEND, examine(null));
    assertEquals(4, reads[0]);
  }

  @Test
  void aSleepIsBridged() {
    bench.counter.add(1000 * MILLI);
    host.slept = 900 * MILLI;
    host.counterAhead = 900 * MILLI;
    assertEquals(Verdict.LOOK_AGAIN, examine(bench.writer));
    Sample sample = bench.sample();
    assertTrue(Math.abs(sample.monoNanos() - 100 * MILLI) < MILLI, sample.toString());
    assertTrue(Math.abs(sample.bootNanos() - 1000 * MILLI) < MILLI, sample.toString());
  }
}

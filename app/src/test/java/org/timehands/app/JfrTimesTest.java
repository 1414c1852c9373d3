package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.trace.StampConverter;

/** Ticks of a recorder to our times, simulated: the truth lies within what is stated (0-02, N9). */
class JfrTimesTest {
  private static final long SECOND = 1_000_000_000L;

  private final SimulatedSessions sessions = new SimulatedSessions();

  /** A recorder beside the simulated timeline of 1 GHz, whose cycle 0 is at nanosecond 1e12. */
  private final class Recorder {
    final SplittableRandom random;
    /** Ticks per nanosecond of true time, and the tick at cycle 0. */
    double rate = 1;
    long origin;
    /** The recorder's clock is slewed by as much as this to either side. */
    double slew;
    private double slewed;
    private long lastCycles;
    final List<JfrAnchor> anchors = new ArrayList<>();

    Recorder(long seed) {
      random = new SplittableRandom(seed);
    }

    long ticksAt(long cycles) {
      slewed += (random.nextDouble() * 2 - 1) * slew * (cycles - lastCycles);
      lastCycles = cycles;
      return origin + (long) Math.floor(cycles * rate + slewed);
    }

    void anchor(long cycles, long ticks, long setSeq, long realShift) {
      long before = cycles - random.nextInt(1, 200);
      long after = cycles + random.nextInt(1, 200);
      anchors.add(
          new JfrAnchor(
              ticks, 1, new UUID(1, 2), 256, side(before, realShift), side(after, realShift),
              1_500_057, 57, setSeq));
    }

    private JfrAnchor.Side side(long cycles, long realShift) {
      long mono = 1_000 * SECOND + cycles;
      return new JfrAnchor.Side(cycles, SimulatedSessions.EPOCH_NANOS + mono + realShift, mono);
    }
  }

  private StampConverter history() {
    return StampConverter.of(sessions.timeline == null ? null
        : new org.timehands.timeline.History(sessions.timeline.page()));
  }

  private void promiseAll() {
    sessions.nowNanos = 1_100 * SECOND;
    Ran.of(sessions, "now");
  }

  private static long truth(long cycles) {
    return SimulatedSessions.EPOCH_NANOS + 1_000 * SECOND + cycles;
  }

  @Test
  void ticksThatAreCyclesLessAnOffsetAreExactToTheBracket() {
    promiseAll();
    Recorder recorder = new Recorder(1);
    recorder.origin = -77_000;
    for (long at = SECOND; at < 5 * SECOND; at += SECOND / 10) {
      recorder.anchor(at, recorder.ticksAt(at), 0, 0);
    }
    JfrTimes times = new JfrTimes(recorder.anchors, 2_300_000_000L, history());
    assertTrue(times.words().startsWith("ticks are cycles of clocksource 256"), times.words());
    for (long at = SECOND / 7; at < 9 * SECOND; at += SECOND / 7) {
      assertEquals(JfrTimes.How.EXACT, times.convert(recorder.ticksAt(at)));
      assertTrue(Math.abs(times.realNanos - truth(at)) <= times.withinNanos);
      assertTrue(times.withinNanos < 60, times.withinNanos + " ns");
      assertEquals(1_500_057 + times.withinNanos, times.realBoundNanos, 3);
    }
    assertEquals(JfrTimes.How.PREDICTED, times.convert(recorder.ticksAt(200 * SECOND)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 3e-5, 4e-4})
  void otherTicksAreStraightBetweenAnchors(double slew) {
    promiseAll();
    for (long seed = 1; seed <= 20; seed++) {
      Recorder recorder = new Recorder(seed);
      recorder.rate = 1 - 1e-5;
      recorder.slew = slew;
      recorder.origin = 5_555;
      List<long[]> events = new ArrayList<>();
      for (long at = SECOND; at < 5 * SECOND; at += SECOND / 100) {
        long ticks = recorder.ticksAt(at);
        if (at % (SECOND / 10) == 0) {
          recorder.anchor(at, ticks, 0, 0);
        } else {
          events.add(new long[] {at, ticks});
        }
      }
      JfrTimes times = new JfrTimes(recorder.anchors, SECOND, history());
      assertTrue(times.words().startsWith("ticks are no cycles"), times.words());
      JfrTimes alone = new JfrTimes(recorder.anchors, SECOND, null);
      for (long[] event : events) {
        JfrTimes.How how = times.convert(event[1]);
        long last = recorder.anchors.getLast().ticks();
        assertEquals(event[1] > last ? JfrTimes.How.ANCHORED : JfrTimes.How.EXACT, how);
        checkTruth(times, event[0], seed);
        assertEquals(JfrTimes.How.ANCHORED, alone.convert(event[1]));
        checkTruth(alone, event[0], seed);
        assertTrue(event[1] > last || alone.withinNanos < 60_000, alone.withinNanos + " ns");
      }
    }
  }

  private static void checkTruth(JfrTimes times, long cycles, long seed) {
    long off = Math.abs(times.realNanos - truth(cycles));
    assertTrue(
        off <= times.withinNanos, "seed " + seed + ": off by " + off + " ns, said to be within "
            + times.withinNanos);
    long monoOff = Math.abs(times.monoNanos - 1_000 * SECOND - cycles);
    assertTrue(monoOff <= times.withinNanos + 1);
  }

  /** The planted fault: a recorder that strays by more than is allowed for. */
  @Test
  void theTruthIsMissedWhereTheSlackIsTooSmall() {
    promiseAll();
    Recorder recorder = new Recorder(1);
    recorder.anchor(SECOND, SECOND, 0, 0);
    recorder.anchor(2 * SECOND, 2 * SECOND, 0, 0);
    JfrTimes times = new JfrTimes(recorder.anchors, SECOND, history());
    times.convert(SECOND + SECOND / 2);
    long strayed = SECOND + SECOND / 2 + 2_000_000;
    assertTrue(Math.abs(times.realNanos - truth(strayed)) > times.withinNanos);
    assertTrue(Math.abs(times.realNanos - truth(strayed - 2_000_000)) <= times.withinNanos);
  }

  @Test
  void aSetBetweenAnchorsIsAllowedForOnBothSides() {
    Recorder recorder = new Recorder(1);
    recorder.rate = 1.000_02;
    recorder.anchor(SECOND, recorder.ticksAt(SECOND), 0, 0);
    long middle = SECOND + SECOND / 20;
    long ticks = recorder.ticksAt(middle);
    long end = SECOND + SECOND / 10;
    recorder.anchor(end, recorder.ticksAt(end), 1, -5 * SECOND);
    JfrTimes times = new JfrTimes(recorder.anchors, SECOND, null);
    assertEquals(JfrTimes.How.ANCHORED, times.convert(ticks));
    for (long shift : new long[] {0, -5 * SECOND}) {
      long off = Math.abs(times.realNanos - truth(middle) - shift);
      assertTrue(off <= times.withinNanos, off + " ns off, within " + times.withinNanos);
    }
    assertTrue(Math.abs(times.monoNanos - 1_000 * SECOND - middle) < 200_000);
  }

  @Test
  void withoutAnchorsNothingIsSaid() {
    JfrTimes times = new JfrTimes(List.of(), SECOND, null);
    assertEquals(JfrTimes.How.UNANCHORED, times.convert(5));
    assertTrue(times.words().contains("no anchors"));
  }
}

package org.timehands.trace.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;
import org.timehands.timekeeping.ClockId;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;
import org.timehands.timeline.TimeStatus;
import org.timehands.trace.TraceStage;
import org.timehands.trace.TurnedCounter;

/** Devices and our clocks at the same moment: 4-07, 4-12, 4-16, 4-19, 2.5. */
class CrossTimestampsTest {
  private static final long ART = 900;

  /** A card whose clock counts our MONOTONIC's nanoseconds, a million ahead. */
  private static CrossDevice card(TraceStage stage, Runnable meanwhile) {
    return new CrossDevice() {
      @Override
      public String name() {
        return "card";
      }

      @Override
      public boolean capture(Capture into) {
        meanwhile.run();
        into.device(stage.x.cycles + 1_000_000, 1);
        into.at(TraceStage.X, stage.x.cycles);
        return true;
      }
    };
  }

  @Test
  void oneMomentOnAllClocks() throws IOException {
    try (TraceStage stage = new TraceStage(16)) {
      CrossTimestamps cross = new CrossTimestamps(stage.clocks);
      Sample then = new Sample();
      CrossTimestamp got =
          cross.take(
              card(
                  stage,
                  () -> {
                    stage.x.cycles += 777;
                    stage.timeline.sample(then);
                  }),
              new CrossTimestamp());
      assertEquals(Found.EXACT, got.found());
      assertEquals(then.monoNanos(), got.nanos(ClockId.MONOTONIC));
      assertEquals(then.realNanos(), got.nanos(ClockId.REALTIME));
      assertEquals(then.rawNanos(), got.nanos(ClockId.MONOTONIC_RAW));
      assertEquals(then.taiNanos(), got.nanos(ClockId.TAI));
      assertEquals(0, got.halfNanos(ClockId.REALTIME));
      assertEquals(then.wallErrorNanos() + 1, got.boundNanos(ClockId.REALTIME));
      assertEquals(1_000_000 + 1_777, got.deviceNanos());
      assertEquals(then.monoNanos() - 50_000 + 1_001_000, got.deviceNanos());
      assertEquals(
          got.deviceNanos() - then.monoNanos(), got.offsetNanos(ClockId.MONOTONIC));
      assertEquals(then.status(), got.status());
      assertTrue(got.hasTimes());
      assertTrue(got.toString().contains("EXACT"), got.toString());
    }
  }

  /** 4-07: kept, and converted after ten thousand updates, sets and a change of the counter. */
  @Test
  void whatWasCapturedConvertsForEver() throws IOException {
    Seeds.forEach(
        CrossTimestampsTest.class,
        3,
        random -> {
          try (TraceStage stage = new TraceStage(1 << 14)) {
            CrossTimestamps cross = new CrossTimestamps(stage.clocks);
            TurnedCounter y = new TurnedCounter(TraceStage.X + 1, 70_000_000);
            List<Capture> captures = new ArrayList<>();
            List<Long> told = new ArrayList<>();
            Sample then = new Sample();
            for (int i = 0; i < 10_000; i++) {
              stage.x.cycles += random.nextInt(400);
              y.cycles = 70_000_000 + stage.x.cycles;
              if (i == 5_000) {
                stage.promise();
                stage.changeTo(y, y.cycles + TraceStage.STEP + 1, Slope.ONE);
                y.cycles += 2 * TraceStage.STEP;
                stage.x.cycles += 2 * TraceStage.STEP;
              }
              if (i % 100 == 0) {
                stage.timeline.sample(then);
                Capture each = new Capture();
                each.device(i, 0);
                each.at(then.clocksourceId(), then.cycles());
                captures.add(each);
                told.add(then.realNanos());
              }
              long ppt = random.nextLong(-500_000_000, 500_000_000);
              long step = random.nextLong(-1000, 1000);
              stage.writer.append(
                  next -> {
                    next.setRate(next.rate().plusPpt(ppt));
                    next.realOffsetNanos += step;
                    next.clockWasSetSeq++;
                  });
            }
            CrossTimestamp got = new CrossTimestamp();
            for (int i = 0; i < captures.size(); i++) {
              cross.convert(captures.get(i), got);
              assertEquals(Found.EXACT, got.found(), "capture " + i);
              assertEquals(told.get(i), got.nanos(ClockId.REALTIME), "capture " + i);
            }
            assertEquals(TraceStage.X, captures.getFirst().firstId());
            assertEquals(y.id(), captures.getLast().firstId());
          }
        });
  }

  /** EXACT on either side of a change; a capture across it is as wide as both ends are apart. */
  @Test
  void aCaptureMayLieAcrossAChange() {
    try (TraceStage stage = new TraceStage(16)) {
      CrossTimestamps cross = new CrossTimestamps(stage.clocks);
      TurnedCounter y = new TurnedCounter(TraceStage.X + 1, 7_000_101);
      stage.promise();
      stage.changeTo(y, 7_000_101, Slope.ONE);
      y.cycles += 30;
      stage.timeline.monotonic();
      Capture across = new Capture();
      across.device(5, 2);
      across.between(TraceStage.X, 1_091, y.id(), 7_000_111);
      CrossTimestamp got = cross.convert(across, new CrossTimestamp());
      assertEquals(Found.EXACT, got.found());
      // X ended at 1101, where Y began: ten nanoseconds on either side.
      assertEquals(50_000 + 101, got.nanos(ClockId.MONOTONIC));
      assertEquals(10, got.halfNanos(ClockId.MONOTONIC));
    }
  }

  @Test
  void aSetWithinACaptureLeavesTheWallClockUnbounded() {
    try (TraceStage stage = new TraceStage(16)) {
      CrossTimestamps cross = new CrossTimestamps(stage.clocks);
      stage.promise();
      stage.writer.append(
          next -> {
            next.realOffsetNanos += 5;
            next.clockWasSetSeq++;
          });
      stage.x.cycles += 500;
      stage.timeline.monotonic();
      Capture capture = new Capture();
      capture.between(TraceStage.X, 1_050, TraceStage.X, 1_200);
      CrossTimestamp got = cross.convert(capture, new CrossTimestamp());
      assertEquals(Long.MAX_VALUE, got.boundNanos(ClockId.REALTIME));
      assertEquals(75, got.halfNanos(ClockId.MONOTONIC));
      assertEquals(75, got.halfNanos(ClockId.MONOTONIC_RAW));
    }
  }

  /** 4-16: a counter that is not ours is refused; one that ours is derived from is converted. */
  @Test
  void aBaseIsConvertedAndAStrangerRefused() {
    try (TraceStage stage = new TraceStage(16)) {
      stage.x.cycles = 4_000;
      stage.timeline.monotonic();
      Capture capture = new Capture();
      capture.at(ART, 31);
      CrossTimestamp got =
          new CrossTimestamps(stage.clocks).convert(capture, new CrossTimestamp());
      assertEquals(Found.WRONG_CLOCKSOURCE, got.found());
      assertFalse(got.hasTimes());
      assertTrue(got.toString().contains("WRONG_CLOCKSOURCE"));
      CounterBase art = new CounterBase(ART, TraceStage.X, 200, 2, 100);
      got = new CrossTimestamps(stage.clocks, art).convert(capture, new CrossTimestamp());
      assertEquals(Found.EXACT, got.found());
      // Cycles 3200 to 3299.
      assertEquals(50_000 + 2_249, got.nanos(ClockId.MONOTONIC));
      assertEquals(50, got.halfNanos(ClockId.MONOTONIC));
    }
  }

  @Test
  void oldAndFutureCapturesSaySo() {
    try (TraceStage stage = new TraceStage(16)) {
      CrossTimestamps cross = new CrossTimestamps(stage.clocks);
      Capture capture = new Capture();
      capture.at(TraceStage.X, 999);
      assertEquals(Found.TOO_OLD, cross.convert(capture, new CrossTimestamp()).found());
      capture.between(TraceStage.X, 1_000, TraceStage.X, 90_000);
      assertEquals(Found.PREDICTED, cross.convert(capture, new CrossTimestamp()).found());
      capture.between(TraceStage.X, 1_010, TraceStage.X, 1_009);
      assertThrows(
          IllegalArgumentException.class, () -> cross.convert(capture, new CrossTimestamp()));
      assertEquals(TimeStatus.STALE, new CrossTimestamp().status());
    }
  }

  @Test
  void theNarrowestUndisturbedCaptureIsKept() throws IOException {
    try (TraceStage stage = new TraceStage(16)) {
      CrossTimestamps cross = new CrossTimestamps(stage.clocks);
      int[] calls = new int[1];
      CrossDevice shaky =
          new CrossDevice() {
            @Override
            public String name() {
              return "shaky";
            }

            @Override
            public boolean capture(Capture into) {
              calls[0]++;
              stage.x.cycles += 100;
              into.device(calls[0], 0);
              long half = calls[0] == 7 ? 3 : 40;
              into.between(
                  TraceStage.X, stage.x.cycles - half, TraceStage.X, stage.x.cycles + half);
              return calls[0] % 2 == 1;
            }
          };
      CrossTimestamp got = cross.take(shaky, 6, new CrossTimestamp());
      assertEquals(7, got.deviceNanos());
      assertEquals(11, calls[0]);
      CrossDevice broken =
          new CrossDevice() {
            @Override
            public String name() {
              return "broken";
            }

            @Override
            public boolean capture(Capture into) {
              return false;
            }
          };
      IOException refused =
          assertThrows(IOException.class, () -> cross.take(broken, new CrossTimestamp()));
      assertTrue(refused.getMessage().contains("broken was disturbed at each of 16"));
      assertThrows(
          IllegalArgumentException.class, () -> cross.take(broken, 0, new CrossTimestamp()));
    }
  }
}

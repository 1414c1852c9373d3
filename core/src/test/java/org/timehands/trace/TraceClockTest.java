package org.timehands.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSources;
import org.timehands.fixed.Slope;
import org.timehands.host.HostOptions;
import org.timehands.host.HostTimeline;
import org.timehands.testing.Seeds;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;

/** Stamps now, times later: 0-02, 4-07, 4-12, N1, N7, 0-13. */
class TraceClockTest {
  private final Sample sample = new Sample();

  @Test
  void aStampBecomesTheTimeThatWasReadThen() {
    Seeds.forEach(
        TraceClockTest.class,
        20,
        random -> {
          try (TraceStage stage = new TraceStage(64)) {
            long[] stamps = new long[500];
            long[] told = new long[500];
            for (int i = 0; i < stamps.length; i++) {
              stage.x.cycles += random.nextInt(300);
              stamps[i] = random.nextBoolean() ? stage.clock.stamp() : stage.clock.stampOrdered();
              told[i] = stage.timeline.monotonic();
              if (random.nextInt(20) == 0) {
                long ppt = random.nextLong(-500_000_000, 500_000_000);
                stage.writer.append(next -> next.setRate(next.rate().plusPpt(ppt)));
              }
            }
            for (int i = 0; i < stamps.length; i++) {
              assertEquals(Found.EXACT, stage.clock.convert(stamps[i], sample));
              assertEquals(told[i], sample.monoNanos(), "stamp " + i);
              assertEquals(TraceStage.X, stage.clock.clocksourceId(stamps[i]));
              assertEquals(sample.cycles(), stage.clock.cycles(stamps[i]));
            }
          }
        });
  }

  /** 0-02 across a change: the interleaving that {@link TraceClock} draws. */
  @Test
  void aChangeOfClocksourceKeepsTheOrder() {
    try (TraceStage stage = new TraceStage(16)) {
      TurnedCounter y = new TurnedCounter(TraceStage.X + 1, 7_000_000);
      TraceRecorder late = stage.clock.recorder("late", 4);
      TraceRecorder early = stage.clock.recorder("early", 4);
      stage.promise();
      stage.x.meanwhile =
          () -> {
            // X is promised up to 1101; Y takes over there, and somebody stamps on it.
            stage.changeTo(y, 7_000_100, Slope.ONE);
            stage.x.cycles += 150;
            y.cycles += 150;
            early.send(1);
            stage.x.cycles += 5;
            y.cycles += 5;
          };
      late.receive(1);
      assertEquals(y.id(), late.clocksourceId(0), "not the counter that the timeline has left");
      OrderCheck check = new OrderCheck();
      new TraceMerge(stage.clock.converter()).add(late).add(early).merge(check);
      assertTrue(check.isSound(), check.toString());
      assertEquals(1, check.messages());
    }
  }

  /** The planted fault: the same, but what was sampled is taken without a look at the horizon. */
  @Test
  void theOrderCheckSeesStampsOnACounterThatWasLeft() {
    try (TraceStage stage = new TraceStage(16)) {
      TurnedCounter y = new TurnedCounter(TraceStage.X + 1, 7_000_000);
      stage.promise();
      stage.changeTo(y, 7_000_100, Slope.ofFrequency(2_000_000_000L));
      TraceLog early = new TraceLog("early", 1);
      TraceLog late = new TraceLog("late", 1);
      // Y runs at half the rate now; both counters have gone on by 150 cycles, then by 5.
      early.add(y.id(), 7_000_150, TraceKind.SEND, 1);
      late.add(TraceStage.X, 1_155, TraceKind.RECEIVE, 1);
      OrderCheck plain = new OrderCheck();
      new TraceMerge(stage.clocks.history()::convert).add(late).add(early).merge(plain);
      assertEquals(0, plain.receivedBeforeSent(), "luck: X's line lies above");
      TraceLog before = new TraceLog("before", 2);
      before.add(TraceStage.X, 1_190, TraceKind.SEND, 2);
      TraceLog after = new TraceLog("after", 1);
      after.add(y.id(), 7_000_195, TraceKind.RECEIVE, 2);
      plain = new OrderCheck();
      new TraceMerge(stage.clocks.history()::convert).add(before).add(after).merge(plain);
      assertEquals(1, plain.receivedBeforeSent(), "X's line runs ahead of Y's");
      OrderCheck held = new OrderCheck();
      TraceMerge.Summary told =
          new TraceMerge(stage.clock.converter()).add(before).add(after).merge(held);
      assertTrue(held.isSound(), held.toString());
      assertEquals(2, told.predicted(), "one held at X's end, one not promised yet");
    }
  }

  @Test
  void stampsTellClocksourcesApartForAsLongAsTheyLast() {
    try (TraceStage stage = new TraceStage(256)) {
      long first = stage.clock.stamp();
      for (int i = 1; i < TraceClock.DOMAINS_LIMIT; i++) {
        TurnedCounter next = new TurnedCounter(TraceStage.X + i, 1_000_000L * i);
        stage.changeTo(next, 1_000_000L * i, Slope.ONE);
        next.cycles += 3;
        long stamp = stage.clock.stamp();
        assertEquals(TraceStage.X + i, stage.clock.clocksourceId(stamp));
        assertEquals(1_000_000L * i + 3, stage.clock.cycles(stamp));
        assertEquals(Found.EXACT, stage.clock.convert(stamp, sample));
      }
      TurnedCounter last = new TurnedCounter(TraceStage.X + 99, 5);
      stage.changeTo(last, 5, Slope.ONE);
      last.cycles += 3;
      assertEquals(TraceClock.NO_STAMP, stage.clock.stamp());
      assertEquals(Found.WRONG_CLOCKSOURCE, stage.clock.convert(TraceClock.NO_STAMP, sample));
      assertEquals(Found.EXACT, stage.clock.convert(first, sample));
      assertThrows(
          IllegalArgumentException.class,
          () -> new TraceClock(stage.clocks).cycles(first),
          "another clock's stamp");
    }
  }

  @Test
  void stampsAreOfAnyCycle() {
    Seeds.forEach(
        TraceClockTest.class,
        20,
        random -> {
          TurnedCounter counter = new TurnedCounter(TraceStage.X, random.nextLong());
          try (TraceStage stage = new TraceStage(8, counter)) {
            for (int i = 0; i < 60; i++) {
              // Years go by, in whole, between the stamps: up to 2^58 cycles.
              counter.cycles += random.nextLong(1L << (1 + random.nextInt(58)));
              long stamp = stage.clock.stamp();
              if (stamp != TraceClock.NO_STAMP) {
                assertEquals(counter.cycles, stage.clock.cycles(stamp));
              }
            }
          }
        });
  }

  @Test
  void narrowCountersAreWidened() {
    TurnedCounter narrow = new TurnedCounter(TraceStage.X, 0xFFFF00, 24);
    try (TraceStage stage = new TraceStage(8, narrow)) {
      TraceRecorder recorder = stage.clock.recorder("narrow", 2000);
      long last = Long.MIN_VALUE;
      for (int i = 0; i < 1000; i++) {
        narrow.cycles += 50_000;
        stage.timeline.monotonic();
        long stamp = i % 2 == 0 ? stage.clock.stamp() : stage.clock.stampOrdered();
        assertEquals(narrow.cycles, stage.clock.cycles(stamp));
        assertEquals(narrow.cycles, recorder.local(i));
        assertEquals(Found.EXACT, stage.clock.convert(stamp, sample));
        assertTrue(sample.monoNanos() > last);
        last = sample.monoNanos();
      }
    }
  }

  /** A reader who may not promise still stamps, and its stamps become exact when somebody does. */
  @Test
  void whoMayNotExtendStampsUnpromised() {
    try (TraceStage stage = new TraceStage(8)) {
      Timeline readOnly =
          new Timeline(stage.page, stage.counters, false, GapProbe.TRUSTING);
      TraceClock clock = new TraceClock(new Timekeeper(readOnly));
      stage.x.cycles += 5_000;
      long stamp = clock.stamp();
      assertEquals(6_000, clock.cycles(stamp));
      assertEquals(Found.PREDICTED, clock.convert(stamp, sample));
      stage.timeline.monotonic();
      assertEquals(Found.EXACT, clock.convert(stamp, sample));
    }
  }

  /** 0-13, for stamps. */
  @Test
  void stampsAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (HostTimeline host =
        HostTimeline.inProcess(ClockSources.best(), HostOptions.defaults())) {
      TraceClock clock = new TraceClock(new Timekeeper(host.timeline()));
      TraceRecorder recorder = clock.recorder("r", 1 << 20);
      long sum = record(clock, recorder, 200_000);
      recorder.clear();
      long before = threads.getCurrentThreadAllocatedBytes();
      sum += record(clock, recorder, 200_000);
      assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
      assertFalse(sum == 1);
      // Planted: an object for each event.
      before = threads.getCurrentThreadAllocatedBytes();
      Sample[] kept = new Sample[1000];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = new Sample();
        clock.convert(clock.stamp(), kept[i]);
      }
      assertTrue(threads.getCurrentThreadAllocatedBytes() - before > kept.length);
    }
  }

  private static long record(TraceClock clock, TraceRecorder recorder, int times) {
    long sum = 0;
    for (int i = 0; i < times; i++) {
      sum += clock.stamp() + clock.stampOrdered() + recorder.local(i) + recorder.receive(i);
    }
    return sum;
  }

  @Test
  void aFullRecorderDropsAndCounts() {
    try (TraceStage stage = new TraceStage(8)) {
      TraceRecorder recorder = stage.clock.recorder("small", 3);
      for (int i = 0; i < 5; i++) {
        recorder.send(i);
      }
      assertEquals(3, recorder.size());
      assertEquals(2, recorder.dropped());
      assertEquals(2, recorder.message(2));
      recorder.clear();
      assertEquals(0, recorder.size());
      assertThrows(IndexOutOfBoundsException.class, () -> recorder.cycles(0));
      assertThrows(IllegalArgumentException.class, () -> stage.clock.recorder("none", 0));
    }
  }
}

package org.timehands.discipline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.timehands.discipline.Timex.*;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.testing.Seeds;
import org.timehands.timekeeping.Steering;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/** Semantics 2.6 and N12 on a real timeline: the wall clock is right at the leap, slews arrive. */
class DisciplinedTimelineTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;
  private static final long EVE = Virtual.MIDNIGHT - 5;

  private long address;

  @AfterEach
  void freePage() {
    if (address != 0) {
      Memory.free(address);
      address = 0;
    }
  }

  /** How the state gets into a segment; {@link Steering#apply} unless a fault is planted. */
  private interface Apply {
    void apply(Ntp ntp, NtpState state, Segment next);
  }

  /** A timeline at 23:59:55 whose owner is asked at each second, or later. */
  private final class Node {
    final AtomicLong trueNanos = new AtomicLong(5 * SECOND);
    final SimulatedClockSource counter =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(1_000_000_000L), trueNanos::get);
    final Counters counters = new Counters(counter);
    final Ntp ntp = Ntp.real(1000);
    final NtpState state = ntp.newState();
    final Timex timex = new Timex();
    final TimelineWriter writer;
    final Timekeeper clocks;
    final Apply apply;
    final Segment newest = new Segment();
    long utcSecond = EVE;

    Node(Apply apply) {
      this.apply = apply;
      freePage();
      address = Memory.allocate(Page.totalBytes(16), 64);
      writer =
          TimelineWriter.begin(
              Page.format(address, 16, new PageIdentity(1, 2, 3, 4, 5)),
              counters,
              first -> {
                first.startCycles = counter.read();
                first.clocksourceId = counter.id();
                first.setRate(Slope.ONE);
                first.setRawRate(Slope.ONE);
                first.monoBaseNanos = 100 * SECOND;
                first.rawBaseNanos = 100 * SECOND;
                first.realOffsetNanos = (EVE - 100) * SECOND;
                first.taiOffsetNanos = first.realOffsetNanos + 37 * SECOND;
                first.stepCycles = 1_000_000;
              });
      clocks = new Timekeeper(new Timeline(writer.page(), counters, true, GapProbe.TRUSTING));
      adjust(ADJ_TAI | ADJ_MAXERROR, 0, 37);
      adjust(ADJ_STATUS | ADJ_NANO, STA_PLL, 0);
    }

    void adjust(int modes, int status, long value) {
      timex.modes = modes;
      timex.status = status;
      timex.constant = value;
      timex.offset = value;
      timex.freq = value;
      timex.maxerror = 0;
      ntp.adjtimex(state, timex, utcSecond, 0, true);
      publish();
    }

    void publish() {
      writer.append(next -> apply.apply(ntp, state, next));
      writer.newest(newest);
    }

    /** Time passes; the discipline is told of those seconds that began so long ago. */
    void pass(long nanos, long lateNanos) {
      trueNanos.addAndGet(nanos);
      long mono = clocks.monotonicNanos();
      int told = 0;
      while (due() <= mono - lateNanos) {
        long second = utcSecond + 1;
        utcSecond = second + ntp.second(state, second);
        publish();
        if (++told > 5) {
          throw new AssertionError("told too many seconds: " + state);
        }
      }
    }

    /** Where the next second begins: told in the offset before a leap at it. */
    private long due() {
      return Steering.secondAtMonoNanos(utcSecond + 1, newest.realOffsetNanos);
    }

    long real() {
      return clocks.realtimeNanos();
    }
  }

  private void leap(int flag, int sign, long lateNanos, Apply apply) {
    Node node = new Node(apply);
    node.adjust(ADJ_STATUS, STA_PLL | flag, 0);
    long start = node.real();
    long tai = node.clocks.taiNanos();
    long mono = node.clocks.monotonicNanos();
    long passed = 0;
    long leapAt = sign > 0 ? 5 * SECOND : 4 * SECOND;
    long step = 100 * MILLI;
    for (int i = 0; i < 100; i++) {
      node.pass(step, lateNanos);
      passed += step;
      if (i % 3 == 0) {
        node.publish();
      }
      String when = "after " + passed + " ns, told " + lateNanos + " ns late";
      long leaps = passed >= leapAt ? sign * SECOND : 0;
      assertEquals(start + passed - leaps, node.real(), when);
      assertEquals(tai + passed, node.clocks.taiNanos(), when);
      assertEquals(mono + passed, node.clocks.monotonicNanos(), when);
    }
    assertEquals(37 + sign, node.state.taiOffsetSeconds());
    assertEquals(TIME_WAIT, node.state.clockState());
    assertEquals(0, node.newest.leapSign(), "folded");
  }

  @Test
  void leapsOnceHoweverLate() {
    for (long late : new long[] {0, 1, 300 * MILLI, 999 * MILLI, 1500 * MILLI}) {
      leap(STA_INS, 1, late, Steering::apply);
      leap(STA_DEL, -1, late, Steering::apply);
    }
  }

  @Test
  void plantedEagerFoldIsCaught() {
    Apply eager =
        (ntp, state, next) -> {
          if (next.leapSign() != 0 && next.leapAtMonoNanos <= next.monoBaseNanos) {
            next.realOffsetNanos -= next.leapSign() * SECOND;
            next.setLeap(Segment.NO_LEAP, 0);
          }
          Steering.apply(ntp, state, next);
        };
    assertThrows(AssertionError.class, () -> leap(STA_INS, 1, 300 * MILLI, eager));
  }

  @Test
  void clearedFlagWithdrawsTheLeap() {
    Node node = new Node(Steering::apply);
    node.adjust(ADJ_STATUS, STA_PLL | STA_INS, 0);
    node.pass(SECOND, 0);
    assertEquals(1, node.newest.leapSign());
    assertEquals(Virtual.MIDNIGHT * SECOND - node.newest.realOffsetNanos,
        node.newest.leapAtMonoNanos);
    node.adjust(ADJ_STATUS, STA_PLL, 0);
    node.pass(SECOND, 0);
    assertEquals(0, node.newest.leapSign());
    long before = node.real();
    for (int i = 0; i < 8; i++) {
      node.pass(SECOND, 0);
    }
    assertEquals(before + 8 * SECOND, node.real());
  }

  /** MONOTONIC runs as the discipline says, and never back, while rates change all the time. */
  @Test
  void slewsArriveOnTheTimeline() {
    Seeds.forEach(
        DisciplinedTimelineTest.class,
        20,
        random -> {
          Node node = new Node(Steering::apply);
          long offset = random.nextLong(-200 * MILLI, 200 * MILLI);
          node.adjust(ADJ_OFFSET | ADJ_TIMECONST, STA_PLL, 0);
          node.timex.constant = 0;
          node.timex.offset = offset;
          node.timex.modes = ADJ_OFFSET | ADJ_TIMECONST;
          node.ntp.adjtimex(node.state, node.timex, node.utcSecond, 0, true);
          node.publish();
          long last = node.clocks.monotonicNanos();
          long raw = node.clocks.rawNanos();
          long begin = last;
          for (int i = 0; i < 4000; i++) {
            node.pass(random.nextLong(40 * MILLI), 0);
            long mono = node.clocks.monotonicNanos();
            assertEquals(Math.max(last, mono), mono, "went back");
            last = mono;
          }
          long gained = last - begin - (node.clocks.rawNanos() - raw);
          // What is told late is slewed a moment longer: 40 ms of each second's share.
          assertEquals(offset, gained, Math.abs(offset) * 0.05 + 1000);
        });
  }

  @Test
  void frequencyIsWhatRawSaysItIs() {
    for (long ppm : new long[] {0, 250, -250, 500, -500}) {
      Node node = new Node(Steering::apply);
      node.adjust(ADJ_FREQUENCY, STA_PLL, ppm << 16);
      // The promise made at the old rate runs out first.
      node.pass(100 * MILLI, 0);
      long mono = node.clocks.monotonicNanos();
      long raw = node.clocks.rawNanos();
      for (int i = 0; i < 120; i++) {
        node.pass(SECOND, 0);
      }
      long gained = node.clocks.monotonicNanos() - mono - (node.clocks.rawNanos() - raw);
      assertEquals(ppm * 120_000.0, gained, 2.0);
    }
  }
}

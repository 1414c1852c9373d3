package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;

/** What a reader answers, segment by segment, and when it stands still. */
class TimelineTest {
  private static final TimelineWriter.Edit SAME = next -> {};
  private static final int SLOTS = 8;

  private final Bench bench = Bench.of(SLOTS);

  @AfterEach
  void close() {
    bench.close();
  }

  private Timeline readOnly() {
    return new Timeline(bench.page, bench.counters, false, GapProbe.TRUSTING);
  }

  @Test
  void aReadPromisesOneStepAhead() {
    bench.counter.add(77);
    assertEquals(77, bench.reader.monotonic());
    assertEquals(bench.counter.cycles() + Bench.STEP, bench.horizonOf(0));
    bench.counter.add(Bench.STEP - 1);
    assertEquals(176, bench.reader.monotonic());
    assertEquals(1000 + 77 + Bench.STEP, bench.horizonOf(0), "within the promise: no write");
  }

  @Test
  void whoMayOnlyReadHoldsAndSaysHowLateItIs() {
    bench.counter.add(77);
    bench.reader.monotonic();
    bench.counter.add(5000);
    Sample held = new Sample();
    readOnly().sample(held);
    assertEquals(77 + Bench.STEP - 1, held.monoNanos());
    assertTrue(held.isHeld());
    assertEquals(TimeStatus.STALE, held.status());
    assertEquals(StatusReason.PROMISE_RAN_OUT, held.reason());
    long late = 5077 - held.monoNanos();
    assertTrue(held.errorNanos() >= late && held.errorNanos() < late + 5, "" + held.errorNanos());
    assertTrue(held.rawErrorNanos() >= late);
    assertEquals(177 - 1, readOnly().monotonic());
    assertEquals(5077, bench.reader.monotonic());
  }

  @Test
  void anAnswerOfThePresentHasNoMoreThanItsOwnBound() {
    bench.counter.add(77);
    assertEquals(0, bench.sample().errorNanos());
  }

  @Test
  void aSegmentAheadIsNotAnsweredYet() {
    bench.counter.add(10);
    bench.reader.monotonic();
    for (int i = 0; i < 4; i++) {
      bench.writer.append(next -> next.setRate(new Slope(3, 0)));
    }
    bench.counter.add(20);
    assertEquals(30, bench.reader.monotonic());
    assertEquals(0, bench.sample().sequence());
  }

  /** More segments ahead than the ring keeps: see the comment in Timeline on overrun. */
  @Test
  void anOverrunStandsAtTheFirstKeptCycle() {
    bench.counter.add(10);
    bench.reader.monotonic();
    long before = bench.reader.monotonic();
    for (int i = 0; i < SLOTS + 2; i++) {
      bench.writer.append(SAME);
      Sample sample = bench.sample();
      assertTrue(sample.monoNanos() >= before, "not back");
      before = sample.monoNanos();
      if (i >= SLOTS) {
        assertEquals(StatusReason.OVERRUN, sample.reason());
        assertEquals(bench.startOf(sample.sequence()), sample.cycles());
        assertTrue(sample.errorNanos() >= sample.cycles() - bench.counter.cycles());
      }
    }
    bench.counter.set(bench.horizonOf(bench.page.newest()) + 10);
    assertFalse(bench.sample().isHeld());
    assertTrue(bench.sample().monoNanos() > before);
  }

  /** The reader sleeps in its gap probe while the ring comes round, and extends another segment. */
  @Test
  void aReaderThatSleptAWholeRoundExtendsNobodyElse() {
    GapProbe slow =
        (timeline, sequence, promised, now) -> {
          if (sequence == 0) {
            for (int i = 0; i < SLOTS; i++) {
              bench.writer.append(SAME);
            }
          }
          return GapProbe.Verdict.EXTEND;
        };
    Timeline sleeper = new Timeline(bench.page, bench.counters, true, slow);
    long hour = 3_600_000_000_000L;
    bench.counter.add(hour);
    assertEquals(hour, sleeper.monotonic());
    long newest = bench.page.newest();
    assertEquals(SLOTS, newest);
    assertEquals(bench.counter.cycles() + Bench.STEP, bench.horizonOf(newest));
  }

  @Test
  void theGapProbeDecidesFarPastTheHorizon() {
    List<Long> asked = new ArrayList<>();
    GapProbe holding =
        (timeline, sequence, promised, now) -> {
          asked.add(now - promised);
          return GapProbe.Verdict.HOLD;
        };
    Timeline cautious = new Timeline(bench.page, bench.counters, true, holding);
    bench.counter.add(Bench.GAP);
    assertEquals(Bench.GAP, cautious.monotonic());
    assertEquals(List.of(), asked);
    bench.counter.add(Bench.GAP + 2 * Bench.STEP);
    Sample held = new Sample();
    cautious.sample(held);
    assertEquals(List.of(Bench.GAP + Bench.STEP), asked);
    assertEquals(Bench.GAP + Bench.STEP - 1, held.monoNanos());
    assertEquals(StatusReason.COUNTER_DISTURBED, held.reason());
    assertEquals(Long.MAX_VALUE, held.errorNanos(), "nobody knows");
    assertEquals(Long.MAX_VALUE, held.wallErrorNanos());
  }

  /** A8: the machine was moved and its counter set back; the past is not answered again. */
  @Test
  void aCounterThatWentBackIsNotFollowed() {
    bench.counter.add(50 * Bench.GAP);
    long before = bench.reader.monotonic();
    bench.writer.append(SAME);
    bench.counter.add(50 * Bench.GAP);
    before = Math.max(before, bench.reader.monotonic());
    int[] asked = new int[1];
    GapProbe probe =
        (timeline, sequence, promised, now) -> {
          assertTrue(now < 0);
          asked[0]++;
          return GapProbe.Verdict.HOLD;
        };
    Timeline cautious = new Timeline(bench.page, bench.counters, true, probe);
    bench.counter.set(2000);
    assertEquals(before + Bench.STEP - 1, cautious.monotonic());
    assertEquals(1, asked[0]);
  }

  /** I6, I9: three others move the horizon between this reader's look at it and its CAS. */
  @Test
  void whoLosesThreeTimesIsHeld() {
    Timeline others = bench.reader;
    int[] lost = new int[1];
    Timeline slow =
        new Timeline(
            bench.page, bench.counters, true,
            (reader, k, promised, d) -> {
              // Another reader, whose sample is some cycles past the promise.
              if (lost[0]++ < 3) {
                long now = bench.counter.cycles();
                bench.counter.set(bench.startOf(k) + promised + 10);
                others.monotonic();
                bench.counter.set(now);
              }
              return GapProbe.Verdict.EXTEND;
            });
    bench.writer.append(next -> next.errorNanos = 7);
    bench.counter.add(2 * Bench.GAP);
    Sample held = new Sample();
    slow.sample(held);
    assertEquals(4, lost[0], "a fourth look, and no fourth CAS");
    assertTrue(held.isHeld());
    assertEquals(StatusReason.CONTENDED, held.reason());
    assertEquals(bench.horizonOf(1) - 1, held.cycles());
    long away = bench.counter.cycles() - held.cycles();
    assertEquals(away + 1, held.lateNanos());
    Sample history = new Sample();
    assertEquals(History.Found.EXACT, bench.history.convert(Bench.ID, held.cycles(), history));
    assertEquals(history.monoNanos(), held.monoNanos());
    assertEquals(history.realNanos(), held.realNanos());
    assertEquals(0, history.lateNanos());
    assertEquals(7, history.errorNanos());
    // What the counter shows lies within the bound: with history's it would not.
    assertEquals(history.errorNanos() + held.lateNanos(), held.errorNanos());
    assertTrue(held.errorNanos() >= away);
    Sample now = new Sample();
    slow.sample(now);
    assertEquals(bench.counter.cycles(), now.cycles(), "the next read is nobody's loser");
    assertEquals(0, now.lateNanos());
  }

  @Test
  void atTheEndOfACounterTimeStandsUntilTheNextBegins() {
    HandCounter other = new HandCounter(300, 0);
    bench.counters.add(other);
    bench.counter.add(10);
    bench.reader.monotonic();
    bench.writer.append(
        next -> {
          next.clocksourceId = 300;
          next.startCycles = 500;
        });
    bench.counter.add(5);
    assertEquals(15, bench.reader.monotonic(), "the old one, up to its end");
    bench.counter.add(5000);
    assertEquals(109, bench.reader.monotonic(), "stands at the end");
    Sample standing = bench.sample();
    assertFalse(standing.isHeld());
    assertTrue(standing.lateNanos() > 4800, "its cycle is not the present one");
    assertTrue(standing.errorNanos() > 4800, "and says how far it may be off");
    other.set(507);
    assertEquals(117, bench.reader.monotonic());
    assertEquals(300, bench.sample().clocksourceId());
  }

  @Test
  void aCounterThatCannotBeReadHereIsSaid() {
    bench.counter.add(10);
    bench.reader.monotonic();
    Timeline blind = new Timeline(bench.page, new Counters(), true, GapProbe.TRUSTING);
    Sample sample = new Sample();
    blind.sample(sample);
    assertEquals(StatusReason.COUNTER_UNREADABLE, sample.reason());
    assertEquals(109, sample.monoNanos());
    assertEquals(Long.MAX_VALUE, sample.errorNanos());
  }

  @Test
  void everyCountIsACount() {
    for (long start : new long[] {Long.MIN_VALUE - 5, Long.MAX_VALUE - 5, -5, 0}) {
      try (Bench edge = Bench.of(SLOTS, new HandCounter(Bench.ID, start))) {
        for (int i = 0; i < 20; i++) {
          assertEquals(i, edge.reader.monotonic(), "from " + start);
          edge.counter.add(1);
          edge.writer.append(SAME);
        }
      }
    }
  }

  /** A18: no product overflows, however long nobody looked. */
  @Test
  void deltasUpToTwoToTheSixtyTwo() {
    SplittableRandom random = new SplittableRandom(18);
    Slope slope = Slope.ofFrequency(2_299_998_000L);
    BigInteger fixed = slope.toBigDecimal().toBigInteger();
    assertEquals(BigInteger.ZERO, fixed);
    for (int i = 0; i < 2000; i++) {
      long cycles = random.nextLong(1L << 62) >>> random.nextInt(60);
      long fraction = random.nextLong();
      try (Bench far =
          Bench.of(
              4,
              new HandCounter(Bench.ID, random.nextLong()),
              first -> {
                first.setRate(slope);
                first.monoFraction = fraction;
                first.gapCycles = Long.MAX_VALUE;
              })) {
        far.counter.add(cycles);
        BigInteger expected =
            unsigned(slope.fraction())
                .multiply(BigInteger.valueOf(cycles))
                .add(unsigned(fraction))
                .shiftRight(64);
        assertEquals(expected.longValueExact(), far.reader.monotonic(), cycles + " cycles");
      }
    }
  }

  private static BigInteger unsigned(long word) {
    return new BigInteger(Long.toUnsignedString(word));
  }

  @Test
  void realtimeIsMonotonicPlusTheOffsetOfOneSegment() {
    SplittableRandom random = new SplittableRandom(23);
    for (int i = 0; i < 1000; i++) {
      long offset = random.nextLong(1L << 60);
      long sequence = bench.writer.append(next -> next.realOffsetNanos = offset);
      bench.counter.set(bench.startOf(sequence) + random.nextInt(50));
      Sample sample = bench.sample();
      assertEquals(offset, sample.realNanos() - sample.monoNanos());
      assertEquals(sample.realNanos(), bench.reader.realtime());
    }
  }

  @Test
  void holdoverAndFreerunComeByThemselves() {
    bench.writer.append(
        next -> {
          next.status = TimeStatus.SYNCHRONIZED;
          next.reason = StatusReason.FOLLOWING;
          next.holdoverAfterCycles = 1000;
          next.freerunAfterCycles = 2000;
          next.errorNanos = 5;
          next.errorRate = 1L << 60;
        });
    long start = bench.startOf(1);
    bench.counter.set(start + 999);
    assertEquals(TimeStatus.SYNCHRONIZED, bench.sample().status());
    bench.counter.set(start + 1000);
    assertEquals(TimeStatus.HOLDOVER, bench.sample().status());
    assertEquals(StatusReason.REFERENCE_SILENT, bench.sample().reason());
    bench.counter.set(start + 2000);
    assertEquals(TimeStatus.FREERUNNING, bench.sample().status());
    assertEquals(StatusReason.REFERENCE_LOST, bench.sample().reason());
    assertEquals(5 + 2000 / 16, bench.sample().errorNanos());
  }

  @Test
  void aStampIsAWidenedCycleAndPromisesNothing() {
    bench.counter.add(4321);
    Sample stamp = new Sample();
    long before = Memory.get(bench.page.horizon(0));
    bench.reader.stamp(true, stamp);
    assertEquals(bench.counter.cycles(), stamp.cycles());
    assertEquals(Bench.ID, stamp.clocksourceId());
    assertEquals(before, Memory.get(bench.page.horizon(0)));
  }

  /** The new counter has not begun: its cycle would be older than all history. */
  @Test
  void aStampWhileACounterTakesOverIsOfTheOldOne() {
    HandCounter other = new HandCounter(300, 0);
    bench.counters.add(other);
    bench.writer.append(
        next -> {
          next.clocksourceId = 300;
          next.startCycles = 500;
        });
    Sample stamp = new Sample();
    bench.reader.stamp(true, stamp);
    assertEquals(Bench.ID, stamp.clocksourceId());
    assertEquals(
        History.Found.EXACT, bench.history.convert(Bench.ID, stamp.cycles(), new Sample()));
  }
}

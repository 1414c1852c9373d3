package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.testing.Seeds;

/**
 * A9, 2-05, 2-09, 2-19: from one counter to another at virtual time, with reads that take time and
 * a thread that is stopped anywhere; the truth is known.
 */
class CounterChangeTest {
  private static final long SECOND = 1_000_000_000L;

  /** 10^4 in all. */
  private static final int SEEDS = 20;
  private static final int CHANGES = 500;

  @Test
  void changesAreMonotoneAndStandStillAtMostAsLongAsTheySay() {
    Seeds.forEach(
        CounterChangeTest.class,
        SEEDS,
        random -> {
          try (Machine machine = new Machine(random, 40_000)) {
            for (int i = 0; i < CHANGES; i++) {
              machine.changeOnce(0, true);
            }
          }
        });
  }

  @Test
  void countersWithoutDriftAreWithinTheStandstillsAlone() {
    Seeds.forEach(
        CounterChangeTest.class,
        SEEDS,
        random -> {
          try (Machine machine = new Machine(random, 0)) {
            for (int i = 0; i < 50; i++) {
              machine.changeOnce(0, true);
            }
          }
        });
  }

  /** The planted bug of semantics.md: the start is the midpoint of what is known. */
  @Test
  void aStartInTheMiddleIsCaught() {
    assertThrows(AssertionError.class, () -> planted(0.5, true));
  }

  /** Another: the uncertainty of the change is not added to the bound. */
  @Test
  void aBoundThatForgetsTheChangeIsCaught() {
    assertThrows(AssertionError.class, () -> planted(0, false));
  }

  private static void planted(double early, boolean addsBound) {
    SplittableRandom random = new SplittableRandom(7);
    try (Machine machine = new Machine(random, 0)) {
      for (int i = 0; i < CHANGES; i++) {
        machine.changeOnce(early, addsBound);
      }
    }
  }

  @Test
  void steeringAndCyclesAreCarriedOver() {
    try (Machine machine = new Machine(new SplittableRandom(3), 0)) {
      machine.writer.append(next -> next.setRate(next.rawRate().plusPpt(123_456_789)));
      Segment before = machine.newest();
      machine.change(machine.counters[1], 0, true);
      Segment after = machine.newest();
      assertEquals(123_456_789, after.rate().pptOver(after.rawRate()), 2);
      assertEquals(before.clocksourceChangedSeq + 1, after.clocksourceChangedSeq);
      assertEquals(nanos(before.stepCycles, before), nanos(after.stepCycles, after), 3);
      assertEquals(nanos(before.gapCycles, before), nanos(after.gapCycles, after), 3);
      assertEquals(Long.MAX_VALUE, after.holdoverAfterCycles);
      assertEquals(machine.counters[1].id(), after.clocksourceId);
    }
  }

  private static double nanos(long cycles, Segment on) {
    return on.rawNanosIn(cycles);
  }

  @Test
  void anOldMeasurementIsRefusedAndABrokenCounterIsLeftAtOnce() {
    try (Machine machine = new Machine(new SplittableRandom(4), 0)) {
      SimulatedClockSource from = machine.counters[0];
      SimulatedClockSource to = machine.counters[1];
      machine.read();
      from.jump(-from.frequencyHz());
      CounterChange measured = machine.measure(to);
      assertThrows(IllegalStateException.class, () -> machine.writer.append(measured));
      long before = machine.newest().monoAt(0);
      CounterChange away =
          CounterChange.measureAwayFrom(from, to, machine.slope(to), 0, machine.history);
      machine.writer.append(away);
      machine.nowNanos += 1_000;
      long after = machine.reader.monotonic();
      assertTrue(after >= before, "time went back");
      machine.nowNanos += 10_000;
      assertEquals(10_000, machine.reader.monotonic() - after, 200, "time stands");
    }
  }

  @Test
  void wrongChangesAreRefused() {
    try (Machine machine = new Machine(new SplittableRandom(5), 0)) {
      SimulatedClockSource same = machine.counters[0];
      SimulatedClockSource other = machine.counters[1];
      assertThrows(IllegalArgumentException.class, () -> machine.measure(same));
      assertThrows(
          IllegalArgumentException.class,
          () -> CounterChange.measure(same, other, Slope.ONE, SECOND));
    }
  }

  /** Three counters, one of 24 bits, and a timeline over them. */
  private static final class Machine implements AutoCloseable {
    private static final int SLOTS = 64;

    private final SplittableRandom random;
    private final long address = Memory.allocate(Page.totalBytes(SLOTS), 4096);
    private final SimulatedClockSource[] counters;
    private final TimelineWriter writer;
    private final Timeline reader;
    private final History history;
    private final Sample sample = new Sample();
    private final long begunNanos;
    private long nowNanos = 17 * SECOND;
    private int present;
    private int costNanos = 40;
    private long last = Long.MIN_VALUE;

    Machine(SplittableRandom random, long driftPpb) {
      this.random = random;
      this.counters =
          new SimulatedClockSource[] {
            counter("fast", 256, 2_300_000_000L, 64, driftPpb),
            counter("nano", 257, SECOND, 64, driftPpb),
            counter("narrow", 258, 3_579_545L, 24, driftPpb)
          };
      Counters known = new Counters(counters);
      this.begunNanos = nowNanos;
      this.writer =
          TimelineWriter.begin(
              Page.format(address, SLOTS, new PageIdentity(1, 2, 3, 4, 5)), known,
              first -> {
                first.clocksourceId = counters[0].id();
                first.startCycles = counters[0].read();
                first.setRate(slope(counters[0]));
                first.setRawRate(slope(counters[0]));
                first.stepCycles = 230_000;
                first.gapCycles = 115_000_000;
                first.errorNanos = 50;
                first.errorRate = Fixed.ratePpb(driftPpb);
                first.rawErrorRate = Fixed.ratePpb(driftPpb);
              });
      this.reader = new Timeline(writer.page(), known, true, GapProbe.TRUSTING);
      this.history = new History(writer.page());
    }

    private SimulatedClockSource counter(
        String name, long id, long hertz, int bits, long driftPpb) {
      Settings settings =
          Settings.of(hertz).named(name, id, 300)
              .counting(bits, random.nextLong(1L << (bits - 2))).declaring(driftPpb, 0);
      SimulatedClockSource made = new SimulatedClockSource(settings, this::spend);
      made.driftPpb(driftPpb == 0 ? 0 : random.nextLong(-driftPpb, driftPpb));
      return made;
    }

    /** Every read takes its time, and now and then this thread is stopped. */
    private long spend() {
      nowNanos += random.nextInt(costNanos);
      if (costNanos > 1 && random.nextInt(2_000) == 0) {
        nowNanos += random.nextLong(1_000_000);
      }
      return nowNanos;
    }

    Slope slope(SimulatedClockSource of) {
      return Slope.ofFrequency(of.frequencyHz());
    }

    CounterChange measure(SimulatedClockSource to) {
      return CounterChange.measure(counters[present], to, slope(to), 0, history);
    }

    Segment newest() {
      Segment segment = new Segment();
      writer.newest(segment);
      return segment;
    }

    void read() {
      reader.sample(sample);
      assertTrue(sample.monoNanos() >= last, "time went back by " + (last - sample.monoNanos()));
      last = sample.monoNanos();
      long error = Math.abs(last - (nowNanos - begunNanos));
      assertTrue(
          error <= sample.errorNanos() + costNanos,
          "error " + error + " > bound " + sample.errorNanos());
    }

    /** Reads for a while, changes, and looks closely. */
    void changeOnce(double early, boolean addsBound) {
      costNanos = 40;
      for (int i = 0; i < 5; i++) {
        nowNanos += random.nextLong(300_000);
        read();
      }
      long id = sample.clocksourceId();
      long cycles = sample.cycles();
      long mono = sample.monoNanos();
      int next = (present + 1 + random.nextInt(2)) % 3;
      change(counters[next], early, addsBound);
      // A stamp from before converts to what was read then.
      Sample converted = new Sample();
      assertEquals(History.Found.EXACT, history.convert(id, cycles, converted));
      assertEquals(mono, converted.monoNanos(), "history has changed");
    }

    void change(SimulatedClockSource to, double early, boolean addsBound) {
      read();
      CounterChange change = measure(to);
      writer.append(
          next -> {
            change.apply(next);
            long cycles = Fixed.cyclesUntil(change.standstillNanos(), slope(to), 0, 1L << 40);
            next.startCycles -= (long) (early * cycles);
            next.errorNanos -= addsBound ? 0 : Math.min(next.errorNanos, change.standstillNanos());
          });
      Segment after = newest();
      watch(counters[present], to, after, change.standstillNanos());
      present = java.util.Arrays.asList(counters).indexOf(to);
    }

    /** From before the end of the old counter to well after the start of the new one. */
    private void watch(
        SimulatedClockSource from, SimulatedClockSource to, Segment after, long standstillNanos) {
      costNanos = 1;
      Segment before = new Segment();
      long word = history.segment(after.sequence - 1, before);
      long end = before.startCycles + (word >>> 1);
      long movedNanos = nowNanos;
      long stood = 0;
      while (left(to, after) > -standstillNanos) {
        boolean begun = left(to, after) <= 0;
        // Who sees the new counter begun must not find the old one unfinished: the head is a hint.
        int shift = Long.SIZE - from.widthBits();
        long past = ((from.read() - end) << shift) >> shift;
        assertTrue(!begun || past >= 0, "begun " + -past + " cycles before the old one's end");
        long seen = last;
        read();
        movedNanos = last > seen ? nowNanos : movedNanos;
        stood = Math.max(stood, nowNanos - movedNanos);
        long ahead = left(to, after) - 3 * standstillNanos;
        nowNanos += Math.max(Math.max(1, Math.min(standstillNanos / 16, 1_000)), ahead / 4);
      }
      long allowed = standstillNanos + standstillNanos / 8 + 600;
      assertTrue(stood <= allowed, "stood still for " + stood + " ns, allowed " + allowed);
    }

    /** Nanoseconds until the new counter's start. */
    private long left(SimulatedClockSource to, Segment after) {
      int shift = Long.SIZE - to.widthBits();
      long cycles = ((after.startCycles - to.read()) << shift) >> shift;
      Slope slope = Slope.of(after.rate());
      long nanos = Fixed.wholeNanos(Math.abs(cycles), slope.whole(), slope.fraction(), 0);
      return cycles > 0 ? Math.max(nanos, 1) : -nanos;
    }

    @Override
    public void close() {
      Memory.free(address);
    }
  }
}

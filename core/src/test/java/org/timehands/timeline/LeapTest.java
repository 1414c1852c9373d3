package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A6: a leap second inside a segment, to the nanosecond, whatever the slope is. */
class LeapTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long OFFSET = 1_800_000_000L * SECOND;
  private static final long LEAP_AT = 5_000_000;

  @ParameterizedTest
  @CsvSource({"1, 0", "-1, 0", "1, 500000000", "-1, 500000000", "1, -100000000000"})
  void theSecondIsInsertedOrDeletedAtItsNanosecond(int sign, long ppt) {
    try (Bench bench =
        Bench.of(
            8,
            new HandCounter(Bench.ID, 0),
            first -> {
              first.setRate(first.rate().plusPpt(ppt));
              first.realOffsetNanos = OFFSET;
              first.taiOffsetNanos = OFFSET + 37 * SECOND;
              first.setLeap(LEAP_AT, sign);
            })) {
      for (long off = -2; off <= 2; off++) {
        toMonotonic(bench, LEAP_AT + off);
        Sample sample = bench.sample();
        long mono = sample.monoNanos();
        long leap = mono < LEAP_AT ? 0 : -sign * SECOND;
        assertEquals(mono + OFFSET + leap, sample.realNanos(), "at " + off + " ns");
        assertEquals(sample.realNanos(), bench.reader.realtime());
        assertEquals(mono + OFFSET + 37 * SECOND, sample.taiNanos(), "TAI never leaps");
      }
    }
  }

  /** Turns the counter to the first cycle at which MONOTONIC has a value. */
  private static void toMonotonic(Bench bench, long nanos) {
    long low = bench.counter.cycles();
    long high = 2 * nanos;
    Sample sample = new Sample();
    while (low < high) {
      long middle = low + high >>> 1;
      bench.history.convert(Bench.ID, middle, sample);
      if (sample.monoNanos() >= nanos) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    bench.counter.set(low);
  }

  @Test
  void aSlewAfterTheAnnouncementDoesNotMoveTheLeap() {
    try (Bench bench = Bench.of(8, new HandCounter(Bench.ID, 0))) {
      bench.writer.append(next -> next.setLeap(LEAP_AT, 1));
      bench.writer.append(next -> next.setRate(next.rate().plusPpt(-100_000_000_000L)));
      toMonotonic(bench, LEAP_AT - 1);
      assertEquals(LEAP_AT - 1, bench.reader.realtime());
      toMonotonic(bench, LEAP_AT);
      assertEquals(LEAP_AT - SECOND, bench.reader.realtime());
    }
  }

  @Test
  void aLeapCanBeWithdrawn() {
    try (Bench bench = Bench.of(8, new HandCounter(Bench.ID, 0))) {
      bench.writer.append(next -> next.setLeap(LEAP_AT, -1));
      long sequence = bench.writer.append(next -> next.setLeap(0, 0));
      Segment last = new Segment();
      bench.history.segment(sequence, last);
      assertEquals(0, last.leapSign());
      assertEquals(Segment.NO_LEAP, last.leapAtMonoNanos);
      toMonotonic(bench, LEAP_AT);
      assertEquals(LEAP_AT, bench.reader.realtime());
    }
  }

  @Test
  void theOldLineKeepsItsLeapInHistory() {
    try (Bench bench = Bench.of(8, new HandCounter(Bench.ID, 0))) {
      bench.writer.append(next -> next.setLeap(LEAP_AT, 1));
      bench.counter.set(LEAP_AT + 10);
      long read = bench.reader.realtime();
      bench.writer.append(
          next -> {
            next.setLeap(0, 0);
            next.realOffsetNanos -= SECOND;
          });
      Sample then = new Sample();
      assertEquals(
          History.Found.EXACT, bench.history.convert(Bench.ID, LEAP_AT + 10, then));
      assertEquals(read, then.realNanos());
      bench.counter.set(bench.startOf(2) + 5);
      assertEquals(bench.reader.monotonic() - SECOND, bench.reader.realtime());
    }
  }
}

package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClocksourceListener;
import org.timehands.clocksource.ClocksourceRefusedException;
import org.timehands.clocksource.ClocksourceRegistry;
import org.timehands.clocksource.ClocksourceRegistry.Purpose;
import org.timehands.fixed.Slope;

/**
 * 2-07, 2-10, 2-11, 2-14, A10, A31: a reader is stopped between loading its counter and reading
 * it, the counter is unregistered, and the reader goes on.
 */
class ParkedReaderTest {
  /** What the counter shows when the reader goes on. */
  enum Then {
    /** It counts on: nobody has told it that it is retired. */
    COUNTS,
    /** It has stopped. */
    STANDS,
    /** Its device is gone: all bits are zero. */
    ZERO,
    /** Its device is gone: all bits are one. */
    ONES
  }

  private final CountDownLatch parked = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicBoolean armed = new AtomicBoolean();
  private final HandCounter old = new HandCounter(Bench.ID, 1_000).called("first", 300);
  private final HandCounter next = new HandCounter(Bench.ID + 1, 77_000).called("second", 200);

  private void park() {
    if (Thread.currentThread().getName().equals("reader") && armed.getAndSet(false)) {
      parked.countDown();
      await(goOn);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @ParameterizedTest
  @EnumSource(Then.class)
  void aParkedReaderFindsAValidTime(Then then)
      throws InterruptedException, ClocksourceRefusedException {
    old.beforeRead(this::park);
    try (Bench bench = Bench.of(64, old)) {
      ClocksourceRegistry registry = registry(bench);
      AtomicLong before = new AtomicLong();
      AtomicLong after = new AtomicLong();
      Thread reader =
          Thread.ofPlatform()
              .name("reader")
              .start(
                  () -> {
                    before.set(bench.reader.monotonic());
                    armed.set(true);
                    after.set(bench.reader.monotonic());
                  });
      parked.await();
      old.add(500);
      next.add(500);
      registry.unregister("first");
      assertEquals(Bench.ID + 1, newest(bench).clocksourceId, "the change has not been made");
      use(bench, then);
      long latest = bench.reader.monotonic();
      goOn.countDown();
      reader.join();
      assertTrue(after.get() >= before.get(), "time went back for the parked reader");
      assertTrue(after.get() <= latest, after + " was never read, the latest is " + latest);
      assertTrue(bench.reader.monotonic() >= after.get(), "time went back for the others");
    }
  }

  /** Life goes on; the ring wraps; the old counter comes to its end. */
  private void use(Bench bench, Then then) {
    for (int i = 0; i < 200; i++) {
      old.add(1_000);
      next.add(1_000);
      bench.reader.monotonic();
      int ppm = i;
      bench.writer.append(segment -> segment.setRate(Slope.ONE.plusPpt(ppm * 1_000_000L)));
    }
    switch (then) {
      case COUNTS -> old.add(1_000_000);
      case STANDS -> old.add(0);
      case ZERO -> old.set(0);
      case ONES -> old.set(-1);
    }
  }

  /** Its counters: the old one rated higher, the timeline listening. */
  private ClocksourceRegistry registry(Bench bench) throws ClocksourceRefusedException {
    ClocksourceRegistry registry =
        new ClocksourceRegistry(
            candidate -> java.util.Optional.empty(), ClocksourceRegistry.WhenLast.REFUSE,
            Candidate.of(next, "what is left"));
    registry.register(Candidate.of(old, "by hand"));
    registry.finishBooting();
    registry.addListener(
        new ClocksourceListener() {
          @Override
          public void selected(Purpose purpose, Candidate from, Candidate to, String why) {
            if (purpose == Purpose.TIMEKEEPING) {
              bench.counters.add(to.source());
              bench.reader.monotonic();
              bench.writer.append(
                  CounterChange.measure(
                      from.source(), to.source(), to.rate(), to.slopeErrorPpb()));
            }
          }
        });
    return registry;
  }

  private static Segment newest(Bench bench) {
    Segment segment = new Segment();
    bench.writer.newest(segment);
    return segment;
  }

  /** Whoever holds the candidate of a retired clocksource can read it for ever. */
  @Test
  void aRetiredClocksourceStaysReadable() throws ClocksourceRefusedException {
    try (Bench bench = Bench.of(64, old)) {
      ClocksourceRegistry registry = registry(bench);
      registry.unregister("first");
      assertEquals(1_000, registry.retired(Bench.ID).orElseThrow().source().read());
      assertEquals(1_000, bench.counters.find(Bench.ID).read());
    }
  }
}

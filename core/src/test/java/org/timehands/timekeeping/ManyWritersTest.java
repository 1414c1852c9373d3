package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.linux.HostClocks;

/** 0-16, 0-18, 2-01, 2-09: every function from many threads beside readers, on live counters. */
class ManyWritersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_000_000 * SECOND;
  private static final long RUN_NANOS = Long.getLong("timehands.writers.millis", 1_500) * 1_000_000;

  private static long host() {
    return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
  }

  private static SimulatedClockSource counter(long hertz, int width, long id) {
    return new SimulatedClockSource(
        SimulatedClockSource.Settings.of(hertz).named("live" + id, id, 1).counting(width, 7),
        ManyWritersTest::host);
  }

  /** Threads that stop when one of them fails. */
  private static final class Crew {
    final AtomicBoolean stop = new AtomicBoolean();
    final AtomicReference<Throwable> failed = new AtomicReference<>();
    final List<Thread> threads = new ArrayList<>();

    void start(String name, Runnable each) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (!stop.get()) {
                    each.run();
                  }
                } catch (RuntimeException | Error thrown) {
                  failed.compareAndSet(null, thrown);
                  stop.set(true);
                }
              },
              name);
      threads.add(thread);
      thread.start();
    }

    void runFor(long nanos) throws InterruptedException {
      long end = host() + nanos;
      while (host() < end && !stop.get()) {
        Thread.onSpinWait();
        threads.getFirst().join(5);
      }
      stop.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      if (failed.get() != null) {
        throw new AssertionError(failed.get());
      }
    }
  }

  /** MONOTONIC, RAW, TAI and BOOTTIME never go back within a thread. */
  private static Runnable reader(Timekeeper clocks, AtomicLong reads) {
    Snapshot now = new Snapshot();
    long[] last = {Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE};
    return () -> {
      clocks.snapshot(now);
      check(last, 0, now.monotonicNanos());
      check(last, 1, now.rawNanos());
      check(last, 2, now.boottimeNanos());
      check(last, 0, clocks.monotonicNanos());
      reads.incrementAndGet();
    };
  }

  private static void check(long[] last, int which, long nanos) {
    if (nanos < last[which]) {
      throw new AssertionError(
          "clock " + which + " read " + nanos + " after " + last[which]);
    }
    last[which] = nanos;
  }

  @Test
  void everyFunctionFromEveryThread() throws InterruptedException {
    SimulatedClockSource fast = counter(SECOND, 64, 300);
    SimulatedClockSource other = counter(24_000_000, 56, 301);
    Timekeeping keeping =
        Timekeeping.begin(
            fast,
            Slope.ONE,
            TimekeepingOptions.defaults()
                .startingAt(START, 5)
                .withSlots(256)
                .withHorizon(50_000, 50_000_000));
    AtomicLong told = new AtomicLong();
    keeping.addListener(
        new Timekeeping.Listener() {
          private long before;

          @Override
          public void clockWasSet(long sequence) {
            assertTrue(sequence > before, sequence + " told after " + before);
            before = sequence;
            told.incrementAndGet();
          }
        });
    Crew crew = new Crew();
    AtomicLong reads = new AtomicLong();
    AtomicLong added = new AtomicLong();
    AtomicInteger changes = new AtomicInteger();
    crew.start("reader 1", reader(keeping.clocks(), reads));
    crew.start("reader 2", reader(keeping.clocks(), reads));
    for (int i = 0; i < 3; i++) {
      SplittableRandom random = new SplittableRandom(i);
      Timex timex = new Timex();
      crew.start(
          "writer " + i, () -> write(keeping, random, timex, fast, other, added, changes));
    }
    crew.runFor(RUN_NANOS);
    Snapshot now = keeping.clocks().snapshot(new Snapshot());
    // Two concurrent adds both count: all of them do.
    assertEquals(START - 5 + added.get(), now.realtimeNanos() - now.monotonicNanos());
    assertTrue(told.get() > 10 && reads.get() > 1_000, told + " told, " + reads + " reads");
    assertEquals(changes.get(), now.clocksourceChangedSeq());
    assertTrue(keeping.updater().isEmpty());
  }

  private static void write(
      Timekeeping keeping,
      SplittableRandom random,
      Timex timex,
      ClockSource fast,
      ClockSource other,
      AtomicLong added,
      AtomicInteger changes) {
    switch (random.nextInt(8)) {
      case 0 -> {
        long delta = random.nextLong(1_000);
        keeping.injectOffset(delta);
        added.addAndGet(delta);
      }
      case 1 -> {
        keeping.injectSleep(5);
        added.addAndGet(5);
      }
      case 2 -> keeping.setTaiOffset(random.nextInt(100));
      case 3 -> {
        timex.modes = Timex.ADJ_FREQUENCY;
        timex.freq = random.nextLong(-500 << 16, 500 << 16);
        keeping.adjtimex(timex, true);
      }
      case 4 -> keeping.pps(SECOND, random.nextLong(SECOND));
      case 5 -> {
        synchronized (changes) {
          boolean toOther = keeping.clocksource().equals(fast);
          ClockSource to = toOther ? other : fast;
          keeping.changeClocksource(to, Slope.ofFrequency(to.frequencyHz()), 0);
          changes.incrementAndGet();
        }
      }
      case 6 -> keeping.aux().enable(16 + random.nextInt(2)).set(random.nextLong(SECOND));
      default -> keeping.advance();
    }
  }

  /** clocksource-switch in a tight loop beside 8 readers (2-01, 2-09): thousands a second. */
  @Test
  void changesInATightLoop() throws InterruptedException {
    SimulatedClockSource one = counter(2_000_000_000L, 64, 300);
    SimulatedClockSource two = counter(19_200_000, 56, 301);
    SimulatedClockSource three = counter(3_579_545, 24, 302);
    List<ClockSource> all = List.of(one, two, three);
    Timekeeping keeping =
        Timekeeping.begin(
            one,
            Slope.ofFrequency(one.frequencyHz()),
            TimekeepingOptions.defaults().withSlots(4096).withHorizon(10_000, 50_000_000));
    Crew crew = new Crew();
    AtomicLong reads = new AtomicLong();
    for (int i = 0; i < 8; i++) {
      crew.start("reader " + i, reader(keeping.clocks(), reads));
    }
    AtomicLong changes = new AtomicLong();
    long begun = host();
    long base = keeping.clocks().monotonicNanos();
    crew.start(
        "changer",
        () -> {
          ClockSource to = all.get((int) (changes.incrementAndGet() % 3));
          keeping.changeClocksource(to, Slope.ofFrequency(to.frequencyHz()), 0);
        });
    crew.runFor(RUN_NANOS);
    Reading now = keeping.clocks().read(ClockId.MONOTONIC, new Reading());
    long truth = host() - begun;
    long off = Math.abs(now.nanos() - base - truth);
    assertTrue(
        off <= now.boundNanos() + 20_000_000, off + " ns off, bound " + now.boundNanos());
    assertTrue(changes.get() > 50, changes + " changes");
    System.out.println(
        "changes in a tight loop: " + changes + " in " + RUN_NANOS / 1_000_000 + " ms beside "
            + reads + " reads, " + off + " ns off, bound " + now.boundNanos() + " ns");
  }

  /**
   * 3-28, 0-16: setters, sleeps and steps in a loop. MONOTONIC never goes back and never jumps: it
   * is RAW and a constant, in every snapshot, whatever is set.
   */
  @Test
  void setsInALoopLeaveMonotonicAlone() throws InterruptedException {
    Timekeeping keeping =
        Timekeeping.begin(
            counter(SECOND, 64, 300),
            Slope.ONE,
            TimekeepingOptions.defaults()
                .startingAt(START, 5)
                .withSlots(256)
                .withHorizon(50_000, 50_000_000));
    Timekeeper clocks = keeping.clocks();
    Snapshot start = clocks.snapshot(new Snapshot());
    long apart = start.monotonicNanos() - start.rawNanos();
    AtomicLong reads = new AtomicLong();
    AtomicLong sets = new AtomicLong();
    Crew crew = new Crew();
    for (int i = 0; i < 2; i++) {
      Runnable reader = reader(clocks, reads);
      Snapshot now = new Snapshot();
      crew.start(
          "reader " + i,
          () -> {
            reader.run();
            clocks.snapshot(now);
            long off = now.monotonicNanos() - now.rawNanos() - apart;
            if (off != 0) {
              throw new AssertionError("MONOTONIC jumped by " + off + " ns against RAW");
            }
          });
    }
    SplittableRandom random = new SplittableRandom(7);
    crew.start(
        "setter",
        () -> {
          keeping.setRealtime(START + random.nextLong(1_000 * SECOND));
          keeping.injectOffset(random.nextLong(-SECOND, SECOND));
          sets.incrementAndGet();
        });
    crew.start("sleeper", () -> keeping.injectSleep(7));
    crew.runFor(RUN_NANOS);
    Snapshot end = clocks.snapshot(new Snapshot());
    long slept = end.nanos(ClockId.BOOTTIME) - end.monotonicNanos();
    assertTrue(sets.get() > 10 && reads.get() > 1_000, sets + " sets, " + reads + " reads");
    assertEquals(0, Math.floorMod(slept, 7));
    for (int i = 0; i < 100; i++) {
      keeping.suspend();
      long held = clocks.monotonicNanos();
      assertEquals(held, clocks.monotonicNanos(), "stands while suspended");
      keeping.resume(SECOND);
      assertTrue(clocks.monotonicNanos() >= held);
    }
    clocks.snapshot(end);
    assertEquals(slept + 100 * SECOND, end.nanos(ClockId.BOOTTIME) - end.monotonicNanos());
  }
}

package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.linux.HostClocks;
import org.timehands.linux.Memory;

/**
 * A30: 64 threads read as fast as they can and each promise is for 10 us only, so that somebody
 * extends all the time. Every append ends all the same: it is tried again only when somebody has
 * promised in between, which nobody does twice in a step. How often is counted.
 */
@Timeout(300)
class StarvationTest {
  private static final int READERS = 64;
  private static final int APPENDS = 2_000;
  private static final long STEP_CYCLES = 10_000;

  private static void read(
      Timeline reader, AtomicBoolean stop, AtomicLong reads, AtomicLong backwards) {
    long last = Long.MIN_VALUE;
    while (!stop.get()) {
      long now = reader.monotonic();
      backwards.addAndGet(now < last ? 1 : 0);
      last = now;
      reads.incrementAndGet();
    }
  }

  @Test
  void theWriterIsNotStarved() throws InterruptedException {
    SimulatedClockSource counter =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(1_000_000_000L),
            () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC));
    long address = Memory.allocate(Page.totalBytes(64), 4096);
    Page page = Page.format(address, 64, new PageIdentity(1, 2, 3, 4, 5));
    Counters counters = new Counters(counter);
    TimelineWriter writer =
        TimelineWriter.begin(
            page,
            counters,
            first -> {
              first.clocksourceId = counter.id();
              first.startCycles = counter.read();
              first.stepCycles = STEP_CYCLES;
              first.gapCycles = Long.MAX_VALUE / 8;
            });
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    AtomicLong backwards = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Timeline reader = new Timeline(page, counters, true, GapProbe.TRUSTING);
      threads.add(Thread.ofPlatform().start(() -> read(reader, stop, reads, backwards)));
    }
    long most = 0;
    long extensions = 0;
    for (int i = 0; i < APPENDS; i++) {
      long before = writer.retries();
      extensions += writer.extensions();
      writer.append(next -> next.realOffsetNanos += 1);
      most = Math.max(most, writer.retries() - before);
      Thread.sleep(0, 200_000);
    }
    stop.set(true);
    for (Thread each : threads) {
      each.join();
    }
    Segment newest = new Segment();
    writer.newest(newest);
    assertEquals(APPENDS, newest.sequence, "every append ended");
    assertEquals(APPENDS, newest.realOffsetNanos, "and counts once, however often it was tried");
    assertEquals(0, backwards.get());
    assertTrue(extensions > APPENDS / 10, extensions + " extensions: the readers do not extend");
    // Each retry needs an extension between two loads of a writer that is running.
    assertTrue(writer.retries() <= APPENDS, writer.retries() + " retries, most " + most);
    System.out.println(
        APPENDS + " appends beside " + READERS + " readers and " + reads + " reads, about "
            + extensions + " extensions: " + writer.retries() + " retries, at most " + most
            + " in one append");
    Memory.free(address);
  }
}

package org.timehands.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.History;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/** A timeline over a simulated counter of 1 GHz, and what a journal is to say of it. */
final class JournalBench implements AutoCloseable {
  static final long SECOND = 1_000_000_000L;
  static final long EPOCH_NANOS = 1_700_000_000L * SECOND;

  final long id;
  final Page page;
  final TimelineWriter writer;
  final Timeline reader;
  final History history;
  final List<Sample> read = new ArrayList<>();
  long nowNanos;
  private final long address;

  JournalBench(int slots, PageIdentity identity) {
    this(slots, identity, 0);
  }

  /** A timeline that begins when the counter has counted so far. */
  JournalBench(int slots, PageIdentity identity, long beginsAtNanos) {
    SimulatedClockSource counter =
        new SimulatedClockSource(SimulatedClockSource.Settings.of(SECOND), () -> nowNanos);
    nowNanos = beginsAtNanos;
    id = counter.id();
    Counters counters = new Counters(counter);
    address = Memory.allocate(Page.totalBytes(slots), 4096);
    page = Page.format(address, slots, identity);
    writer =
        TimelineWriter.begin(
            page,
            counters,
            first -> {
              first.clocksourceId = id;
              first.startCycles = counter.read();
              first.realOffsetNanos = identity.createdRealtimeNanos();
              first.setRate(Slope.ONE);
              first.stepCycles = 1000;
            });
    reader = new Timeline(page, counters, true, GapProbe.TRUSTING);
    history = new History(page);
  }

  static PageIdentity identity(long boot, long timeline, long createdRealNanos) {
    return new PageIdentity(boot, boot, 3, timeline, createdRealNanos);
  }

  static JournalBench of(int slots) {
    return new JournalBench(slots, identity(1, 1, EPOCH_NANOS));
  }

  /** Passes time, reads, and changes the slope. */
  void step(long nanos, long ppt) {
    nowNanos += nanos;
    Sample sample = new Sample();
    reader.sample(sample);
    read.add(sample);
    writer.append(next -> next.setRate(Slope.ONE.plusPpt(ppt)));
    nowNanos += 2000;
  }

  /** Has REALTIME follow an estimate, on a counter of 1 GHz whose raw line is its cycles. */
  void steer(LiveEstimate live) {
    long ppt = Math.round(live.frequency() * 1e3);
    writer.append(
        next -> {
          next.setRate(Slope.ONE.plusPpt(ppt));
          long phase = Math.round(live.phaseNanosAt(next.startCycles / 1e9));
          next.realOffsetNanos =
              EPOCH_NANOS + next.startCycles + phase - next.monoBaseNanos;
        });
  }

  void steps(int count) {
    for (int i = 0; i < count; i++) {
      step(10_000, i % 7 * 1_000_000L);
    }
  }

  /** A journal of so many steps, in one file; its path. */
  static Path fileOf(Path directory, int steps) throws IOException {
    try (JournalBench bench = of(1024);
        JournalWriter writer =
            JournalWriter.open(directory, bench.page, JournalOptions.defaults())) {
      bench.steps(steps);
      writer.poll();
    }
    return directory.resolve("00000001.journal");
  }

  static Journal journalOf(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return Journal.open(file);
  }

  @Override
  public void close() {
    Memory.free(address);
  }
}

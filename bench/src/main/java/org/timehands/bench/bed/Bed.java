package org.timehands.bench.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;
import org.timehands.linux.Fd;
import org.timehands.linux.Mapping;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * A timeline to measure: a page of the default depth, its writer, and a reader that extends, on the
 * processor's counter.
 *
 * <p>{@link #close} frees the page: no thread may read or write any more.
 */
public final class Bed implements AutoCloseable {
  /** How far a reader extends the horizon at a time. */
  private static final long STEP_NANOS = 1_000_000;

  private static final long GAP_NANOS = 1_000_000_000;

  private final Mapping mapping;
  private final TimelineWriter writer;
  private final Timeline timeline;
  private final Timekeeper timekeeper;

  private Bed(Mapping mapping) {
    this.mapping = mapping;
    int slots = Page.DEFAULT_SLOTS;
    Page page = Page.format(mapping.address(), slots, new PageIdentity(1, 2, 3, 4, 5));
    Counters counters = new Counters(new BenchCounter());
    long wallNanos = System.currentTimeMillis() * 1_000_000;
    long cycles = Counter.readOrdered();
    writer =
        TimelineWriter.begin(
            page,
            counters,
            first -> {
              first.clocksourceId = new BenchCounter().id();
              first.startCycles = cycles;
              first.monoBaseNanos = 1_000_000_000;
              first.setRate(BenchCounter.slope());
              first.setRawRate(first.rate());
              first.realOffsetNanos = wallNanos - first.monoBaseNanos;
              first.taiOffsetNanos = first.realOffsetNanos + 37_000_000_000L;
              first.errorNanos = 250;
              first.errorRate = Fixed.ratePpb(5_000);
              first.referenceErrorNanos = 1_000_000;
              first.rawErrorRate = Fixed.ratePpb(100);
              first.stepCycles = BenchCounter.cycles(STEP_NANOS);
              first.gapCycles = BenchCounter.cycles(GAP_NANOS);
            });
    timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
    timekeeper = new Timekeeper(timeline);
  }

  /** A timeline in memory of this process alone. */
  public static Bed ofProcess() {
    return new Bed(Mapping.anonymous(Page.totalBytes(Page.DEFAULT_SLOTS)));
  }

  /** A timeline in two files mapped one behind the other, as the shared page is. */
  public static Bed ofFiles() {
    try {
      Path shm = Path.of("/dev/shm");
      Path made =
          Files.isDirectory(shm) && Files.isWritable(shm)
              ? Files.createTempDirectory(shm, "timehands-bench")
              : Files.createTempDirectory("timehands-bench");
      try (Fd directory = Fd.openDirectory(made);
          Fd page = directory.createAt("page", 0600);
          Fd horizon = directory.createAt("horizon", 0600)) {
        // Gone from the directory at once: what is mapped stays until the mapping goes.
        directory.unlinkAt("page");
        directory.unlinkAt("horizon");
        Files.delete(made);
        long pageBytes = Page.horizonOffset(Page.DEFAULT_SLOTS);
        long horizonBytes = Page.horizonBytes(Page.DEFAULT_SLOTS);
        page.grow(pageBytes);
        horizon.grow(horizonBytes);
        return new Bed(
            Mapping.files(
                new Mapping.Part(page, pageBytes, true),
                new Mapping.Part(horizon, horizonBytes, true)));
      }
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /** The reader. */
  public Timeline timeline() {
    return timeline;
  }

  /** The reader as users have it. */
  public Timekeeper timekeeper() {
    return timekeeper;
  }

  /** The writer; one thread at a time. */
  public TimelineWriter writer() {
    return writer;
  }

  /**
   * Changes the slope, as a steering daemon does.
   *
   * @param slope the new slope
   * @param midway runs once, while the new line is computed
   */
  public void update(Slope slope, Runnable midway) {
    boolean[] ran = new boolean[1];
    writer.append(
        next -> {
          next.setRate(slope);
          // A reader that promises time meanwhile makes the writer compute the line anew. To stand
          // still each time would be to lose each time.
          if (!ran[0]) {
            ran[0] = true;
            midway.run();
          }
        });
  }

  @Override
  public void close() {
    try {
      mapping.close();
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }
}

package org.timehands.bench.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.journal.Journal;
import org.timehands.journal.JournalConverter;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;
import org.timehands.journal.ReferenceSample;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.History;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * The journal: what a segment costs to append, and a stamp to convert, alone and in bulk.
 *
 * <p>The bars: 2 us an append, 10^7 stamps a second (100 ns each) in bulk on one core.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class JournalBench {
  private static final int STAMPS = 100_000;
  private static final int APPENDS = 4_000;
  private static final int SLOTS = 4_096;
  private static final long SEGMENT_NANOS = 36_000_000_000L;

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(JournalBench::deleteOne);
    } catch (IOException lost) {
      throw new UncheckedIOException(lost);
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.delete(path);
    } catch (IOException lost) {
      throw new UncheckedIOException(lost);
    }
  }

  /** A timeline on a simulated counter of 1 GHz, whose slope changes every 36 s. */
  private static final class Ring implements AutoCloseable {
    final Page page;
    final long id;
    final TimelineWriter writer;
    final Timeline timeline;
    long nowNanos;
    private final long address = Memory.allocate(Page.totalBytes(SLOTS), 4096);

    Ring() {
      SimulatedClockSource counter =
          new SimulatedClockSource(
              SimulatedClockSource.Settings.of(1_000_000_000L), () -> nowNanos);
      id = counter.id();
      Counters counters = new Counters(counter);
      page = Page.format(address, SLOTS, new PageIdentity(1, 2, 3, 4, 5));
      writer =
          TimelineWriter.begin(
              page,
              counters,
              first -> {
                first.clocksourceId = id;
                first.startCycles = counter.read();
                first.stepCycles = 1_000;
              });
      timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
    }

    void pass(int segments) {
      for (int i = 0; i < segments; i++) {
        nowNanos += SEGMENT_NANOS;
        timeline.monotonic();
        long ppt = i % 1_000 * 1_000_000L;
        writer.append(next -> next.setRate(Slope.ONE.plusPpt(ppt)));
      }
    }

    @Override
    public void close() {
      Memory.free(address);
    }
  }

  /** A journal to convert by, and stamps. */
  @State(Scope.Benchmark)
  public static class Reading {
    /** How many segments the journal has; 100000 are six weeks. */
    @Param({"4000", "100000"})
    public int segments;

    /** "sorted": as from a log; "random": anywhere in the journal. */
    @Param({"sorted", "random"})
    public String order;

    JournalConverter converter;
    History history;
    long id;
    final long[] cycles = new long[STAMPS];
    final long[] times = new long[STAMPS];
    final Sample sample = new Sample();
    private Path directory;
    private Ring ring;

    /** Writes the journal and opens it. */
    @Setup(Level.Trial)
    public void open() throws IOException {
      directory = Files.createTempDirectory("timehands-bench");
      ring = new Ring();
      id = ring.id;
      JournalOptions options = JournalOptions.defaults().withSync(JournalOptions.Sync.NEVER);
      try (JournalWriter writer = JournalWriter.open(directory, ring.page, options)) {
        for (int left = segments; left > 0; left -= 1_000) {
          ring.pass(Math.min(left, 1_000));
          writer.poll();
        }
      }
      converter = Journal.open(directory).converter();
      history = new History(ring.page);
      SplittableRandom random = new SplittableRandom(1);
      long end = segments * SEGMENT_NANOS;
      for (int i = 0; i < STAMPS; i++) {
        cycles[i] = order.equals("sorted") ? end / STAMPS * i : random.nextLong(end);
      }
      if (converter.convertAll(id, cycles, times, null) != STAMPS) {
        throw new IllegalStateException("not every stamp converts: " + converter.words());
      }
    }

    /** Removes it. */
    @TearDown(Level.Trial)
    public void close() {
      delete(directory);
      ring.close();
    }
  }

  /** A journal to write: a page full of segments, and an empty directory each time. */
  @State(Scope.Benchmark)
  public static class Writing {
    final ReferenceSample sample = new ReferenceSample();
    JournalWriter writer;
    private Path directory;
    private Ring ring;
    private int round;

    /** Makes the page. */
    @Setup(Level.Trial)
    public void make() throws IOException {
      directory = Files.createTempDirectory("timehands-bench");
      ring = new Ring();
      ring.pass(APPENDS);
    }

    /** Opens a journal that has nothing yet. */
    @Setup(Level.Invocation)
    public void open() throws IOException {
      JournalOptions options =
          JournalOptions.defaults().withFiles(1 << 20, 4).withSync(JournalOptions.Sync.NEVER);
      writer = JournalWriter.open(directory.resolve("j" + round++), ring.page, options);
    }

    /** Closes and removes it. */
    @TearDown(Level.Invocation)
    public void close() throws IOException {
      Path place = writer.status().directory();
      writer.close();
      delete(place);
    }

    /** Removes the rest. */
    @TearDown(Level.Trial)
    public void end() {
      delete(directory);
      ring.close();
    }
  }

  /** REALTIME of many stamps at once, per stamp. */
  @Benchmark
  @OperationsPerInvocation(STAMPS)
  public int convertAll(Reading reading) {
    return reading.converter.convertAll(reading.id, reading.cycles, reading.times, null);
  }

  /** All clocks of each stamp, one after the other, per stamp. */
  @Benchmark
  @OperationsPerInvocation(STAMPS)
  public long convertEach(Reading reading) {
    long sum = 0;
    for (long each : reading.cycles) {
      reading.converter.convert(reading.id, each, reading.sample);
      sum += reading.sample.realNanos();
    }
    return sum;
  }

  /** Segments from the page to the file, per segment; opening is not counted, rotation is. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public int append(Writing writing) throws IOException {
    return writing.writer.poll();
  }

  /** Samples of the reference to the file, per sample. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public void appendSample(Writing writing) throws IOException {
    for (int i = 0; i < APPENDS; i++) {
      writing.sample.cycles = i;
      writing.writer.append(writing.sample);
    }
    writing.writer.flush();
  }
}

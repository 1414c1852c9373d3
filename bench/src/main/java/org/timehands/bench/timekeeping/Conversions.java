package org.timehands.bench.timekeeping;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.timehands.journal.Journal;
import org.timehands.journal.JournalConverter;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;
import org.timehands.journal.ReferenceSample;
import org.timehands.timeline.History;
import org.timehands.timeline.Sample;

/** What it costs to keep the past, and to convert stamps by it. */
final class Conversions {
  private static final double BULK_LIMIT_NANOS = 100;
  private static final double APPEND_LIMIT_NANOS = 2_000;
  private static final long STEP_NANOS = 1_000;
  private static final int SEGMENTS = 3_000;
  private static final int APPENDS = 60_000;
  private static final int BATCH = 1_000;
  private static final int SAMPLES = 100_000;
  private static final int ROUNDS = 5;

  private final Size size;
  private final Path directory;
  private final List<Figure> figures = new ArrayList<>();

  Conversions(Size size, Path directory) {
    this.size = size;
    this.directory = directory;
  }

  List<Figure> measure() throws IOException {
    try (Workplace place = new Workplace(STEP_NANOS)) {
      append(place);
      Sample stamp = new Sample();
      place.clocks.timeline().stamp(true, stamp);
      long from = stamp.cycles();
      keep(place, "journal", SEGMENTS);
      place.clocks.timeline().stamp(true, stamp);
      long[] cycles = stamps(from, stamp.cycles());
      long id = stamp.clocksourceId();
      history(place.clocks.history(), id, cycles);
      JournalConverter converter = Journal.open(directory.resolve("journal")).converter();
      bulk("journal, any order", converter, id, cycles);
      Arrays.sort(cycles);
      bulk("journal, in order", converter, id, cycles);
    }
    return figures;
  }

  private long[] stamps(long from, long to) {
    SplittableRandom random = new SplittableRandom(20261121);
    return random.longs(size.conversions(), from, to).toArray();
  }

  private JournalWriter journal(Workplace place, String name) throws IOException {
    return JournalWriter.open(
        directory.resolve(name), place.clocks.timeline().page(), JournalOptions.defaults());
  }

  private void append(Workplace place) throws IOException {
    keep(place, "warm", APPENDS);
    String group = "journal append, amortised";
    figures.add(
        new Figure(
            group, "segment", keep(place, "appended", APPENDS), "ns",
            APPEND_LIMIT_NANOS));
    try (JournalWriter writer = journal(place, "samples")) {
      figures.add(
          new Figure(group, "reference sample", samples(writer, place), "ns", APPEND_LIMIT_NANOS));
    }
  }

  /** Makes so many segments and appends them to a journal; nanoseconds for each of these. */
  private double keep(Workplace place, String name, int count) throws IOException {
    long nanos = 0;
    long segments = 0;
    try (JournalWriter writer = journal(place, name)) {
      for (int done = 0; done < count; done += BATCH) {
        for (int i = 0; i < BATCH; i++) {
          place.keeper.injectOffset((i & 1) == 0 ? 1000 : -1000);
        }
        long before = System.nanoTime();
        segments += writer.poll();
        nanos += System.nanoTime() - before;
      }
    }
    return (double) nanos / Math.max(1, segments);
  }

  private static double samples(JournalWriter writer, Workplace place) throws IOException {
    ReferenceSample sample = new ReferenceSample();
    Sample stamp = new Sample();
    place.clocks.timeline().stamp(true, stamp);
    sample.clocksourceId = stamp.clocksourceId();
    sample.halfNanos = 50;
    long before = System.nanoTime();
    for (int i = 0; i < SAMPLES; i++) {
      sample.cycles = stamp.cycles() + i;
      sample.realNanos = i;
      writer.append(sample);
    }
    writer.flush();
    return (double) (System.nanoTime() - before) / SAMPLES;
  }

  private void history(History history, long id, long[] cycles) {
    Sample into = new Sample();
    long sum = 0;
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = System.nanoTime();
      for (long each : cycles) {
        history.convert(id, each, into);
        sum += into.realNanos();
      }
      best = Math.min(best, (double) (System.nanoTime() - before) / cycles.length);
    }
    figures.add(Figure.of("conversion of a stamp", "history, any order", best, "ns"));
    if (sum == 1) {
      throw new IllegalStateException("conversion gives nothing");
    }
  }

  private void bulk(String name, JournalConverter converter, long id, long[] cycles) {
    long[] real = new long[cycles.length];
    double best = Double.MAX_VALUE;
    int converted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long before = System.nanoTime();
      converted = converter.convertAll(id, cycles, real, null);
      best = Math.min(best, (double) (System.nanoTime() - before) / cycles.length);
    }
    double limit = name.endsWith("in order") ? BULK_LIMIT_NANOS : Double.NaN;
    figures.add(new Figure("conversion of a stamp", name, best, "ns", limit));
    if (converted < cycles.length) {
      figures.add(
          Figure.of("conversion of a stamp", name + ", lost", cycles.length - converted, ""));
    }
  }
}

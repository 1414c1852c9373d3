package org.timehands.stress.live;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.timehands.clocksource.ClockSources;
import org.timehands.page.PagePath;
import org.timehands.page.PageReader;
import org.timehands.page.ReaderOptions;
import org.timehands.timeline.Counters;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;

/**
 * A process that reads a clock as fast as it can, compares each time with the latest that anybody
 * has read anywhere, and logs what it was told at some cycles.
 *
 * <p>Words: {@code page|seqcount DIRECTORY BOARD INDEX LOG}. live_reader.c is its twin.
 */
final class ReaderMain {
  /** A whole sample is taken this often, and more often where segments meet. */
  private static final int SAMPLE_EACH = 64;

  private static final int LOG_EACH = 64 * SAMPLE_EACH;
  private static final int LOG_AFTER_JOIN = 8;
  private static final int LOG_LIMIT = 150_000;

  private final Board board;
  private final int index;
  private final List<LiveLine> log = new ArrayList<>();
  private long reads;
  private long backward;
  private long worst;
  private long held;
  private long lastSequence = -1;
  private int logNext;

  private ReaderMain(Board board, int index) {
    this.board = board;
    this.index = index;
  }

  public static void main(String[] words) throws IOException {
    Path directory = Path.of(words[1]);
    Board board = Board.open(Path.of(words[2]));
    ReaderMain reader = new ReaderMain(board, Integer.parseInt(words[3]));
    if (words[0].equals("page")) {
      reader.readPage(directory);
    } else {
      Counters counters = new Counters(id -> ClockSources.forReading(id, 1).orElse(null));
      reader.readAll(SeqcountClock.open(directory, counters, board::isStopped), null);
    }
    try (BufferedWriter out = Files.newBufferedWriter(Path.of(words[4]))) {
      for (LiveLine line : reader.log) {
        out.write(line + "\n");
      }
    }
    board.set(reader.index, Board.STATE, Board.FINISHED);
  }

  private void readPage(Path directory) throws IOException {
    PagePath path = new PagePath(directory, PagePath.Origin.OPTION);
    try (PageReader extending = PageReader.attach(path, ReaderOptions.defaults());
        PageReader readOnly = PageReader.attach(path, new ReaderOptions(true, Set.of()))) {
      Timeline ours = extending.timeline();
      Timeline theirs = readOnly.timeline();
      readAll(
          new LiveClock() {
            @Override
            public long read() {
              return ours.monotonic();
            }

            @Override
            public long readOnly() {
              return theirs.monotonic();
            }
          },
          ours);
    }
  }

  private void readAll(LiveClock clock, Timeline timeline) {
    Sample sample = new Sample();
    board.set(index, Board.STATE, Board.READING);
    while (!board.isStopped()) {
      long seen = board.latest();
      judge(seen, clock.read());
      reads++;
      if (reads % SAMPLE_EACH == 0) {
        judge(board.latest(), clock.readOnly());
        if (timeline != null) {
          look(timeline, sample);
        }
        publish();
      }
    }
    publish();
  }

  private void judge(long seen, long read) {
    if (read < seen && !board.isStopped()) {
      backward++;
      worst = Math.max(worst, seen - read);
    }
    if (read != Long.MAX_VALUE) {
      board.advance(seen, read);
    }
  }

  private void look(Timeline timeline, Sample sample) {
    long seen = board.latest();
    timeline.sample(sample);
    judge(seen, sample.monoNanos());
    held += sample.isHeld() ? 1 : 0;
    if (sample.sequence() != lastSequence) {
      lastSequence = sample.sequence();
      logNext = LOG_AFTER_JOIN;
    }
    if ((logNext > 0 || reads % LOG_EACH == 0) && log.size() < LOG_LIMIT) {
      logNext = Math.max(0, logNext - 1);
      log.add(LiveLine.of(sample));
    }
  }

  private void publish() {
    board.set(index, Board.BACKWARD, backward);
    board.set(index, Board.WORST_NANOS, worst);
    board.set(index, Board.HELD, held);
    board.set(index, Board.READS, reads);
  }
}

package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.timehands.page.PagePath;
import org.timehands.page.PageReader;
import org.timehands.page.ReaderOptions;
import org.timehands.timeline.History;
import org.timehands.timeline.Sample;

/**
 * The readers of a live test: one in another JVM and one in C, reading as fast as they can while
 * the owner comes to grief.
 */
final class Herd implements AutoCloseable {
  static final int JAVA = 0;
  static final int C = 1;
  private static final String[] NAMES = {"Java", "C"};

  /** So many reads must complete in each window. */
  private static final long READS_A_WINDOW = 1000;

  private final Path place;
  private final Board board;
  private final List<Process> readers = new ArrayList<>();

  private Herd(Path place, Board board) {
    this.place = place;
    this.board = board;
  }

  /** Starts both readers of a clock and waits until they read. */
  static Herd start(String clock, Path directory, Path place) throws IOException {
    Path file = place.resolve("board");
    Herd herd = new Herd(place, Board.create(file));
    Path program = Children.liveReader(place);
    herd.readers.add(
        Children.java(
            ReaderMain.class, herd.said(JAVA), clock, directory.toString(), file.toString(),
            Integer.toString(JAVA), herd.log(JAVA).toString()));
    herd.readers.add(
        Children.start(
            List.of(
                program.toString(), clock, directory.toString(), file.toString(),
                Integer.toString(C), herd.log(C).toString()),
            herd.said(C)));
    assertTrue(
        Children.await(() -> herd.areReading() || herd.hasEnded()), "the readers do not start");
    herd.assertRunning();
    return herd;
  }

  private Path said(int reader) {
    return place.resolve("reader-" + NAMES[reader] + ".txt");
  }

  private Path log(int reader) {
    return place.resolve("reader-" + NAMES[reader] + ".log");
  }

  private boolean areReading() {
    return board.get(JAVA, Board.READS) > READS_A_WINDOW
        && board.get(C, Board.READS) > READS_A_WINDOW;
  }

  private boolean hasEnded() {
    return readers.stream().anyMatch(each -> !each.isAlive());
  }

  private void assertRunning() throws IOException {
    for (int i = 0; i < readers.size(); i++) {
      if (!readers.get(i).isAlive()) {
        fail("the reader in " + NAMES[i] + " ended: " + Files.readString(said(i)));
      }
    }
  }

  /** Whether both readers complete reads from now on, within a limit. */
  boolean readsGoOn(long limitMillis) throws IOException {
    long java = board.get(JAVA, Board.READS) + READS_A_WINDOW;
    long c = board.get(C, Board.READS) + READS_A_WINDOW;
    return Children.await(
        () -> board.get(JAVA, Board.READS) >= java && board.get(C, Board.READS) >= c, limitMillis);
  }

  /** Demands that both readers complete reads from now on, whoever else is dead or stopped. */
  void assertReadsGoOn(String when) throws IOException {
    boolean going = readsGoOn(Children.LIMIT_SECONDS * 1000);
    assertRunning();
    assertTrue(going, () -> "reads do not complete " + when + ": " + summary());
  }

  long backward() {
    return board.get(JAVA, Board.BACKWARD) + board.get(C, Board.BACKWARD);
  }

  long worstNanos() {
    return Math.max(
        board.get(JAVA, Board.WORST_NANOS), board.get(C, Board.WORST_NANOS));
  }

  /** What the readers saw, for people. */
  String summary() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < NAMES.length; i++) {
      text.append(
          String.format(
              "%s %,d reads, %d backward, worst %d ns; ",
              NAMES[i],
              board.get(i, Board.READS),
              board.get(i, Board.BACKWARD),
              board.get(i, Board.WORST_NANOS)));
    }
    return text.substring(0, text.length() - 2);
  }

  void assertNeverBackward() {
    assertEquals(0, backward(), () -> "time went back: " + summary());
  }

  /** Ends both readers, which then write their logs. */
  void stop() throws IOException {
    board.stop();
    for (int i = 0; i < readers.size(); i++) {
      Children.awaitEnd(readers.get(i), said(i));
      assertEquals(0, readers.get(i).exitValue(), Files.readString(said(i)));
    }
  }

  /** What both readers were told. */
  List<LiveLine> lines() throws IOException {
    List<LiveLine> lines = new ArrayList<>();
    for (int i = 0; i < NAMES.length; i++) {
      try (var text = Files.lines(log(i))) {
        text.map(LiveLine::parse).forEach(lines::add);
      }
    }
    return lines;
  }

  /**
   * Compares what was told then with what history says now ({@link LiveLine#agreesWith}). Returns
   * how many differ.
   */
  static long impure(List<LiveLine> lines, Path directory) throws IOException {
    PagePath path = new PagePath(directory, PagePath.Origin.OPTION);
    try (PageReader reader = PageReader.attach(path, ReaderOptions.defaults())) {
      return impure(lines, new History(reader.page()));
    }
  }

  static long impure(List<LiveLine> lines, History history) {
    Sample now = new Sample();
    long differing = 0;
    for (LiveLine then : lines) {
      History.Found found = history.convert(then.clocksource(), then.cycles(), now);
      LiveLine again = LiveLine.of(now);
      if (found != History.Found.EXACT || !then.agreesWith(again)) {
        if (differing == 0) {
          System.out.println(
              "a difference, planted or not: told " + then + ", " + found + " " + again);
        }
        differing++;
      }
    }
    return differing;
  }

  @Override
  public void close() throws IOException {
    board.stop();
    for (Process each : readers) {
      each.destroyForcibly();
    }
    for (int i = 0; i < readers.size(); i++) {
      Children.awaitEnd(readers.get(i), said(i));
    }
    board.close();
  }
}

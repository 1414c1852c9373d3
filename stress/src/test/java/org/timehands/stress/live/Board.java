package org.timehands.stress.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.timehands.linux.Fd;
import org.timehands.linux.Mapping;
import org.timehands.linux.Memory;

/**
 * What readers in several processes tell each other and the test, in one small shared file: the
 * latest time that anybody has read, and what each has seen. live_reader.c has the same layout.
 *
 * <pre>
 *   word     | who writes              | how
 *   LATEST   | readers                 | CAS to a later time; acquire
 *   STOP     | the test                | release; acquire
 *   others   | the reader they are of  | release; the test acquires
 * </pre>
 */
final class Board implements AutoCloseable {
  static final long BYTES = 4096;
  static final long LATEST = 0;
  static final long STOP = 128;

  /** The words of reader i begin at i + 1 times this. */
  static final long READER = 512;

  static final long READS = 0;
  static final long BACKWARD = 8;
  static final long WORST_NANOS = 16;
  static final long HELD = 24;
  static final long STATE = 40;

  static final long READING = 1;
  static final long FINISHED = 2;

  private final Mapping mapping;

  private Board(Mapping mapping) {
    this.mapping = mapping;
  }

  static Board create(Path file) throws IOException {
    Files.write(file, new byte[(int) BYTES]);
    Board board = open(file);
    Memory.set(board.mapping.address() + LATEST, Long.MIN_VALUE);
    return board;
  }

  static Board open(Path file) throws IOException {
    try (Fd fd = Fd.open(file, true)) {
      return new Board(Mapping.files(new Mapping.Part(fd, BYTES, true)));
    }
  }

  long latest() {
    return Memory.getAcquire(mapping.address() + LATEST);
  }

  /** Says that somebody read a time, having seen another. */
  void advance(long seen, long read) {
    if (read > seen) {
      Memory.compareAndSet(mapping.address() + LATEST, seen, read);
    }
  }

  boolean isStopped() {
    return Memory.getAcquire(mapping.address() + STOP) != 0;
  }

  void stop() {
    Memory.setRelease(mapping.address() + STOP, 1);
  }

  long get(int reader, long word) {
    return Memory.getAcquire(mapping.address() + READER * (reader + 1) + word);
  }

  void set(int reader, long word, long value) {
    Memory.setRelease(mapping.address() + READER * (reader + 1) + word, value);
  }

  @Override
  public void close() throws IOException {
    mapping.close();
  }
}

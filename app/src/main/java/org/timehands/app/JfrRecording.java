package org.timehands.app;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.timehands.trace.jfr.JfrAnchors;

/**
 * A file of the Flight Recorder: how fast its ticks run, its anchors, its events.
 *
 * <p>A file is a row of chunks. Each begins with 68 bytes, big-endian: the letters FLR and a zero,
 * two shorts of version, and longs: the chunk's size, the places of constants and metadata, the
 * start in nanoseconds since 1970, the duration, the start in ticks, and ticks per second.
 */
final class JfrRecording {
  private static final int MAGIC = 0x464c5200;
  private static final int HEADER_BYTES = 68;

  private final Path file;
  private final long ticksPerSecond;
  private final List<JfrAnchor> anchors;

  private JfrRecording(Path file, long ticksPerSecond, List<JfrAnchor> anchors) {
    this.file = file;
    this.ticksPerSecond = ticksPerSecond;
    this.anchors = anchors;
  }

  /**
   * Opens a recording and collects its anchors.
   *
   * @throws Failure if it is none, or holds more than one process or rate of ticks
   */
  static JfrRecording open(Path file) {
    try {
      long rate = rateOf(file);
      List<JfrAnchor> anchors = new ArrayList<>();
      each(
          file,
          event -> {
            if (isAnchor(event)) {
              anchors.add(JfrAnchor.of(event));
            }
          });
      anchors.sort(Comparator.comparingLong(JfrAnchor::ticks));
      long processes = anchors.stream().mapToLong(JfrAnchor::pid).distinct().count();
      if (processes > 1) {
        throw Failure.usage(
            file + " holds recordings of " + processes + " processes, whose ticks differ; take it"
                + " apart by 'jfr disassemble'");
      }
      return new JfrRecording(file, rate, anchors);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw broken(file, unreadable);
    }
  }

  private static Failure broken(Path file, Exception why) {
    return new Failure(
        ExitCode.FAILED,
        file + " cannot be read as a recording of the Flight Recorder: " + why.getMessage(), why);
  }

  static boolean isAnchor(RecordedEvent event) {
    return event.getEventType().getName().equals(JfrAnchors.EVENT);
  }

  /** Ticks per second, the same in all chunks. */
  private static long rateOf(Path file) throws IOException {
    long rate = 0;
    try (FileChannel channel = FileChannel.open(file)) {
      for (long at = 0; at < channel.size(); ) {
        channel.position(at);
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
        if (in.readInt() != MAGIC) {
          throw new IOException("no chunk begins at byte " + at);
        }
        in.readInt();
        long size = in.readLong();
        in.skipNBytes(5 * Long.BYTES);
        long next = in.readLong();
        if (next < 1 || size < HEADER_BYTES || size > channel.size() - at) {
          throw new IOException(
              "the chunk at byte " + at + " says " + size + " bytes and " + next
                  + " ticks a second: cut short, or still being written");
        }
        if (rate != 0 && rate != next) {
          throw new IOException("chunks with " + rate + " and " + next + " ticks a second");
        }
        rate = next;
        at += size;
      }
    } catch (EOFException shorter) {
      throw new IOException("it ends within a chunk's header", shorter);
    }
    if (rate == 0) {
      throw new IOException("it is empty");
    }
    return rate;
  }

  private static void each(Path file, Consumer<RecordedEvent> action) throws IOException {
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        action.accept(recording.readEvent());
      }
    }
  }

  /** Gives every event, in the order of the file. */
  void each(Consumer<RecordedEvent> action) {
    try {
      each(file, action);
    } catch (IOException unreadable) {
      throw broken(file, unreadable);
    }
  }

  /** How many ticks make a second. */
  long ticksPerSecond() {
    return ticksPerSecond;
  }

  /** The anchors, in the order of their ticks. */
  List<JfrAnchor> anchors() {
    return anchors;
  }
}

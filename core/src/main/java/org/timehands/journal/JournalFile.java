package org.timehands.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The file of a journal that is written now: buffers records and appends them. Not thread-safe.
 *
 * <p>What was flushed survives the death of the process. A flush that fails leaves its records in
 * the buffer and tries again at the same place, so that a disk that was full for a while leaves no
 * torn record behind.
 */
final class JournalFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer checked = buffer.duplicate();
  private final CRC32C crc = new CRC32C();
  private long flushed;
  private long nextRecord;
  private int frameStart;

  private JournalFile(Path path, FileChannel channel, long flushed, long nextRecord) {
    this.path = path;
    this.channel = channel;
    this.flushed = flushed;
    this.nextRecord = nextRecord;
  }

  /** Makes a new file; it has its name only once its head is complete. */
  static JournalFile create(Path path, JournalHeader header) throws IOException {
    Path unfinished = JournalFiles.unfinished(path);
    Files.deleteIfExists(unfinished);
    FileChannel channel =
        JournalFiles.openToWrite(unfinished, StandardOpenOption.CREATE_NEW);
    try {
      JournalFile file =
          new JournalFile(path, channel, 0, header.firstRecord());
      header.store(file.buffer);
      file.flush();
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      return file;
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  /** Goes on with a file after its last whole record; what follows that is dropped. */
  static JournalFile resume(Path path, Frames.Scan scan) throws IOException {
    FileChannel channel = JournalFiles.openToWrite(path);
    try {
      if (channel.size() > scan.end()) {
        channel.truncate(scan.end());
      }
      return new JournalFile(path, channel, scan.end(), scan.nextRecord());
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  Path path() {
    return path;
  }

  /** The number that the next record gets. */
  long nextRecord() {
    return nextRecord;
  }

  /** Bytes of the file once everything is flushed. */
  long bytes() {
    return flushed + buffer.position();
  }

  /**
   * Begins a record; the caller puts its payload into the buffer that this returns, and ends it.
   *
   * @throws IOException if there is no room and it cannot be made
   */
  ByteBuffer begin(int type, int payloadWords) throws IOException {
    if (buffer.remaining() < Frames.bytes(payloadWords)) {
      flush();
    }
    frameStart = buffer.position();
    return buffer.putLong(Frames.head(type, payloadWords)).putLong(nextRecord);
  }

  /** Ends the record that was begun. */
  void end() {
    int stop = buffer.position();
    checked.limit(stop).position(frameStart);
    crc.reset();
    crc.update(checked);
    buffer.putLong(crc.getValue());
    nextRecord++;
  }

  /** Hands everything to the system. */
  void flush() throws IOException {
    int length = buffer.position();
    if (length == 0) {
      return;
    }
    int written = 0;
    try {
      buffer.flip();
      while (buffer.hasRemaining()) {
        written += channel.write(buffer, flushed + written);
      }
    } catch (IOException | RuntimeException failed) {
      buffer.limit(buffer.capacity()).position(length);
      throw failed;
    }
    flushed += length;
    buffer.clear();
  }

  /** Forces what was flushed to the disk. */
  void sync() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

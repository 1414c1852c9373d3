package org.timehands.journal;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.timehands.timeline.PageIdentity;

/**
 * The head of a journal's file: whose records follow. It stands twice, so that damage to one copy
 * loses nothing. Immutable.
 *
 * @param identity boot, time namespace and timeline
 * @param fileNumber the place of this file among those of its directory, from 1
 * @param firstRecord the number of the first record in it
 * @param nextSegment segments before this one are in earlier files, or nowhere
 */
record JournalHeader(
    PageIdentity identity, long fileNumber, long firstRecord, long nextSegment) {
  /** The bytes "THJOURNL", little-endian. */
  static final long MAGIC = 0x4C4E52554F4A4854L;

  static final long VERSION = 1;

  private static final int WORDS = 12;
  private static final int COPY_BYTES = WORDS * Long.BYTES;

  /** Bytes of both copies. */
  static final int BYTES = 2 * COPY_BYTES;

  /** The boot. */
  UUID bootId() {
    return new UUID(identity.bootIdHigh(), identity.bootIdLow());
  }

  /** Appends both copies to a buffer. */
  void store(ByteBuffer into) {
    CRC32C crc = new CRC32C();
    for (int copy = 0; copy < 2; copy++) {
      int start = into.position();
      into.putLong(MAGIC).putLong(VERSION);
      into.putLong(identity.bootIdHigh()).putLong(identity.bootIdLow());
      into.putLong(identity.timeNamespace()).putLong(identity.timelineId());
      into.putLong(identity.createdRealtimeNanos());
      into.putLong(fileNumber).putLong(firstRecord).putLong(nextSegment).putLong(0);
      crc.reset();
      crc.update(into.slice(start, COPY_BYTES - Long.BYTES));
      into.putLong(crc.getValue());
    }
  }

  /**
   * Reads the head of a file.
   *
   * @param file the file's bytes, from 0 on
   * @param name of the file, for messages
   * @throws JournalFormatException if neither copy is whole, or the version is another
   */
  static JournalHeader load(ByteBuffer file, String name) throws JournalFormatException {
    for (int copy = 0; copy < 2; copy++) {
      int start = copy * COPY_BYTES;
      if (file.limit() >= start + COPY_BYTES && isWhole(file, start)) {
        return load(file, start, name);
      }
    }
    boolean ours = file.limit() >= Long.BYTES && file.getLong(0) == MAGIC;
    throw new JournalFormatException(
        name + (ours ? ": both copies of its header are damaged" : " is no journal of Timehands")
            + "; restore it from a copy, or leave it out");
  }

  private static boolean isWhole(ByteBuffer file, int start) {
    CRC32C crc = new CRC32C();
    crc.update(file.slice(start, COPY_BYTES - Long.BYTES));
    return file.getLong(start) == MAGIC
        && file.getLong(start + COPY_BYTES - Long.BYTES) == crc.getValue();
  }

  private static JournalHeader load(ByteBuffer file, int start, String name)
      throws JournalFormatException {
    long version = file.getLong(start + 8);
    if (version != VERSION) {
      throw new JournalFormatException(
          name + " is a journal of version " + version + ", this program reads version " + VERSION
              + ": use the program that wrote it");
    }
    PageIdentity identity =
        new PageIdentity(
            file.getLong(start + 16),
            file.getLong(start + 24),
            file.getLong(start + 32),
            file.getLong(start + 40),
            file.getLong(start + 48));
    return new JournalHeader(
        identity,
        file.getLong(start + 56),
        file.getLong(start + 64),
        file.getLong(start + 72));
  }
}

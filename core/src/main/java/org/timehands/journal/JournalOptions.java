package org.timehands.journal;

import java.util.Objects;

/**
 * How a journal is kept. Immutable.
 *
 * @param fileBytes a file is ended before it grows longer than this, in [4096, 2^30]
 * @param files how many files are kept, the oldest go first; in [2, 100000]
 * @param sync when files are forced to the disk
 */
public record JournalOptions(long fileBytes, int files, Sync sync) {
  /** Least {@link #fileBytes}. */
  public static final long MIN_FILE_BYTES = 4096;

  /** Most {@link #fileBytes}: a file is read as one buffer. */
  public static final long MAX_FILE_BYTES = 1L << 30;

  /** Most {@link #files}. */
  public static final int MAX_FILES = 100_000;

  /**
   * When files are forced to the disk. A process that is killed loses nothing that was flushed,
   * whatever the choice; this is about the machine's power.
   */
  public enum Sync {
    /** Never: the system writes them when it likes, within half a minute as a rule. */
    NEVER,
    /** When a file is ended, and at the end. */
    AT_ROTATION,
    /** At each flush. */
    AT_FLUSH
  }

  /** Checks the ranges. */
  public JournalOptions {
    if (fileBytes < MIN_FILE_BYTES || fileBytes > MAX_FILE_BYTES) {
      throw new IllegalArgumentException(
          "journal file of " + fileBytes + " bytes must have " + MIN_FILE_BYTES + " to "
              + MAX_FILE_BYTES);
    }
    if (files < 2 || files > MAX_FILES) {
      throw new IllegalArgumentException(
          "journal of " + files + " files must have 2 to " + MAX_FILES
              + ": the one that is written and at least one before it");
    }
    Objects.requireNonNull(sync, "sync");
  }

  /** 16 files of 16 MiB, forced when ended: three weeks at one look and one sample a second. */
  public static JournalOptions defaults() {
    return new JournalOptions(16L << 20, 16, Sync.AT_ROTATION);
  }

  /** The same with other files. */
  public JournalOptions withFiles(long bytesEach, int count) {
    return new JournalOptions(bytesEach, count, sync);
  }

  /** The same, forced at other times. */
  public JournalOptions withSync(Sync other) {
    return new JournalOptions(fileBytes, files, other);
  }
}

package org.timehands.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.timeline.History;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.SegmentCopy;

/**
 * Writes a timeline's segments and the samples of its reference to a journal on disk.
 *
 * <p>The page is looked at, not listened to: {@link #poll} appends what was sealed since the last
 * look, so any process that can read the page can keep its journal, and one that is late catches up
 * as long as the page still has it. What the page has no more becomes a hole, and stamps from there
 * are refused, never guessed. The newest segment, which may still grow, is written as far as it
 * goes when it is first seen, and each look notes how far it has been promised since.
 *
 * <p>One writer at a time keeps a directory. What {@link #flush} (and poll) have returned from
 * survives the death of this process; {@link JournalOptions.Sync} decides about power failures. In
 * a steady state nothing is allocated. Thread-safe; a thread that is interrupted while it writes
 * closes the file (as with every FileChannel), so give it a thread that is not. The page must stay
 * mapped until this is closed.
 */
/*
 *   field         | read       | write      | guard
 *   file          | under lock | under lock | lock
 *   closed        | under lock | under lock | lock
 *   nextSegment   | under lock | under lock | lock
 *   provisional   | under lock | under lock | lock
 *   provisionalTo | under lock | under lock | lock
 *   segments      | under lock | under lock | lock
 *   samples       | under lock | under lock | lock
 *   lost          | under lock | under lock | lock
 *   files         | under lock | under lock | lock
 *
 * Why a look at the page suffices. A sealed segment never changes, and its slot is reused only N
 * segments later; the copy's sequence check (History.copy) tells. So a copy that passes is what
 * every reader saw or will see, whenever it was made.
 */
public final class JournalWriter implements Closeable {
  private static final String LOCK_NAME = "lock";
  private static final int HOLE_WORDS = 2;
  private static final int PROMISE_WORDS = 2;
  private static final int SEGMENT_BYTES = Frames.bytes(SegmentCopy.WORDS);

  /** How often a page is looked at anew that has moved on meanwhile. */
  private static final int MAX_LOOKS = 1000;

  private final Path directory;
  private final PageIdentity identity;
  private final History history;
  private final JournalOptions options;
  private final FileChannel lockChannel;
  private final ReentrantLock lock = new ReentrantLock();
  private final SegmentCopy copy = new SegmentCopy();
  private JournalFile file;
  private boolean closed;
  private long nextSegment;
  private long provisional = -1;
  private long provisionalTo;
  private long segments;
  private long samples;
  private long lost;
  private long files;

  private JournalWriter(
      Path directory, Page page, JournalOptions options, FileChannel lockChannel) {
    this.directory = directory;
    this.identity = page.identity();
    this.history = new History(page);
    this.options = options;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens the journal of a directory, which is made if it is missing. If it is this timeline's, it
   * goes on after the last whole record; a timeline that is another's begins a new file.
   *
   * @param directory where
   * @param page the page whose timeline is to be kept
   * @param options how
   * @throws IOException if another process writes there, or the system refuses
   */
  public static JournalWriter open(Path directory, Page page, JournalOptions options)
      throws IOException {
    Objects.requireNonNull(page, "page");
    Objects.requireNonNull(options, "options");
    Files.createDirectories(directory);
    FileChannel locked = lockOf(directory);
    try {
      JournalWriter writer = new JournalWriter(directory, page, options, locked);
      writer.begin();
      return writer;
    } catch (IOException | RuntimeException refused) {
      locked.close();
      throw refused;
    }
  }

  private static FileChannel lockOf(Path directory) throws IOException {
    FileChannel channel =
        JournalFiles.openToWrite(directory.resolve(LOCK_NAME), StandardOpenOption.CREATE);
    FileLock held;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException ours) {
      held = null;
    }
    if (held == null) {
      channel.close();
      throw new IOException(
          "journal " + directory + " is written by another process; end that one, or name another"
              + " directory");
    }
    return channel;
  }

  private void begin() throws IOException {
    JournalFiles.removeUnfinished(directory);
    List<Path> there = JournalFiles.list(directory);
    files = there.size();
    long number = there.isEmpty() ? 1 : JournalFiles.number(there.getLast()) + 1;
    if (!there.isEmpty() && resume(there.getLast())) {
      return;
    }
    nextSegment = history.oldest();
    file = create(number, 0);
    prune();
  }

  private boolean resume(Path last) throws IOException {
    var bytes = JournalFiles.read(last);
    JournalHeader header;
    try {
      header = JournalHeader.load(bytes, last.toString());
    } catch (JournalFormatException damaged) {
      return false;
    }
    if (!header.identity().equals(identity)) {
      return false;
    }
    long[] next = {header.nextSegment()};
    var words = bytes.asLongBuffer();
    Frames.Scan scan =
        Frames.scan(
            bytes,
            header,
            (type, at, length) -> {
              if (type == Frames.SEGMENT) {
                copy.load(words, at);
                next[0] = Math.max(next[0], copy.sequence() + (copy.isSealed() ? 1 : 0));
              } else if (type == Frames.HOLE) {
                next[0] = Math.max(next[0], words.get(at + 1));
              }
            });
    nextSegment = next[0];
    file = JournalFile.resume(last, scan);
    return true;
  }

  private JournalFile create(long number, long firstRecord) throws IOException {
    Path path = JournalFiles.path(directory, number);
    JournalFile made =
        JournalFile.create(path, new JournalHeader(identity, number, firstRecord, nextSegment));
    files++;
    if (options.sync() != JournalOptions.Sync.NEVER) {
      made.sync();
      JournalFiles.syncDirectory(directory);
    }
    return made;
  }

  private void prune() throws IOException {
    if (files > options.files()) {
      List<Path> there = JournalFiles.list(directory);
      for (Path old : there.subList(0, Math.max(0, there.size() - options.files()))) {
        Files.deleteIfExists(old);
      }
      files = Math.min(there.size(), options.files());
    }
  }

  /**
   * Appends what the timeline has sealed since the last look, and how far the newest segment goes;
   * then flushes.
   *
   * @return how many sealed segments were appended
   * @throws IOException if the system refuses; nothing is lost that the page still has, so try
   *     again later
   */
  public int poll() throws IOException {
    lock.lock();
    try {
      checkOpen();
      int appended = takeSealed();
      appendNewest();
      flushLocked();
      return appended;
    } finally {
      lock.unlock();
    }
  }

  private int takeSealed() throws IOException {
    int appended = 0;
    int looks = 0;
    while (nextSegment < history.newest()) {
      if (history.copy(nextSegment, copy) && copy.isSealed()) {
        append(copy);
        nextSegment++;
        segments++;
        appended++;
        looks = 0;
        continue;
      }
      long oldest = history.oldest();
      if (oldest > nextSegment) {
        appendHole(nextSegment, oldest);
        lost += oldest - nextSegment;
        nextSegment = oldest;
      } else if (++looks == MAX_LOOKS) {
        throw new IOException(
            "segment " + nextSegment + " of the page cannot be read: damaged; start its owner"
                + " anew");
      }
    }
    return appended;
  }

  /** The newest segment as far as it goes now, unless that was written already. */
  private void appendNewest() throws IOException {
    long newest = history.newest();
    if (newest != nextSegment || !history.copy(newest, copy)) {
      return;
    }
    long to = copy.promisedCycles();
    if (provisional == newest && provisionalTo == to) {
      return;
    }
    // A new file begins with the whole of it: each is to stand by itself.
    makeRoom(Frames.bytes(PROMISE_WORDS));
    if (provisional == newest) {
      file.begin(Frames.PROMISE, PROMISE_WORDS).putLong(newest).putLong(to);
      file.end();
    } else {
      append(copy);
    }
    provisional = newest;
    provisionalTo = to;
  }

  private void append(SegmentCopy segment) throws IOException {
    makeRoom(SEGMENT_BYTES);
    segment.store(file.begin(Frames.SEGMENT, SegmentCopy.WORDS));
    file.end();
  }

  private void appendHole(long from, long to) throws IOException {
    makeRoom(Frames.bytes(HOLE_WORDS));
    file.begin(Frames.HOLE, HOLE_WORDS).putLong(from).putLong(to);
    file.end();
  }

  /**
   * Appends a sample of the reference; it is flushed with the next {@link #poll} or {@link #flush}.
   *
   * @throws IOException if the system refuses; the sample is lost
   */
  public void append(ReferenceSample sample) throws IOException {
    lock.lock();
    try {
      checkOpen();
      makeRoom(Frames.bytes(ReferenceSample.WORDS));
      sample.store(file.begin(Frames.SAMPLE, ReferenceSample.WORDS));
      file.end();
      samples++;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the file if so many bytes more would make it too long, and begins the next. */
  private void makeRoom(int more) throws IOException {
    // The newest segment must find room at the end of each file.
    if (file.bytes() + more + SEGMENT_BYTES <= options.fileBytes()) {
      return;
    }
    JournalFile ending = file;
    SegmentCopy open = new SegmentCopy();
    long newest = history.newest();
    if (newest == nextSegment && history.copy(newest, open)) {
      open.store(ending.begin(Frames.SEGMENT, SegmentCopy.WORDS));
      ending.end();
    }
    ending.flush();
    if (options.sync() != JournalOptions.Sync.NEVER) {
      ending.sync();
    }
    file = create(JournalFiles.number(ending.path()) + 1, ending.nextRecord());
    // Each file is to stand by itself.
    provisional = -1;
    ending.close();
    prune();
  }

  /** Hands everything to the system, and to the disk if the options say so. */
  public void flush() throws IOException {
    lock.lock();
    try {
      checkOpen();
      flushLocked();
    } finally {
      lock.unlock();
    }
  }

  private void flushLocked() throws IOException {
    file.flush();
    if (options.sync() == JournalOptions.Sync.AT_FLUSH) {
      file.sync();
    }
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("journal " + directory + " is closed: open it again");
    }
  }

  /** What was done so far. */
  public JournalStatus status() {
    lock.lock();
    try {
      return new JournalStatus(
          directory, files, file.bytes(), segments, samples, lost, nextSegment);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a last look at the page, writes the newest segment as far as it goes, and ends. The
   * journal is released even if the last look fails.
   */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try {
        takeSealed();
        appendNewest();
        file.flush();
        if (options.sync() != JournalOptions.Sync.NEVER) {
          file.sync();
        }
      } finally {
        file.close();
        lockChannel.close();
      }
    } finally {
      lock.unlock();
    }
  }
}

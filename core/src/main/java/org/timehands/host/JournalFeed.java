package org.timehands.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalStatus;
import org.timehands.journal.JournalWriter;
import org.timehands.journal.ReferenceSample;
import org.timehands.timeline.History;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Page;
import org.timehands.timeline.Sample;

/**
 * Keeps the journal of a timeline that follows the host's clock: its segments, and the samples of
 * the host that its follower takes.
 *
 * <p>A thread of its own looks at the page once a second and writes; the follower only leaves its
 * samples here and never waits for a disk. A disk that fails is told of and tried again: the page
 * keeps what is missing for as long as its ring is deep.
 */
/*
 *   field    | read       | write      | guard
 *   waiting  | under lock | under lock | lock
 *   first    | under lock | under lock | lock
 *   count    | under lock | under lock | lock
 *   dropped  | under lock | under lock | lock
 *   closed   | under lock | under lock | lock
 *   trouble  | volatile   | volatile   | none: the last one counts
 *
 * The follower's thread takes this lock for the time of a copy; the journal's thread never holds it
 * while it writes.
 */
public final class JournalFeed implements SampleListener, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JournalFeed.class.getName());

  /** How often the page is looked at. */
  static final long PERIOD_NANOS = 1_000_000_000L;

  /** How many samples may wait: a minute and more, should the disk stand still. */
  static final int ROOM = 128;

  private final JournalWriter writer;
  private final History history;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ending = lock.newCondition();
  private final ReferenceSample[] waiting = new ReferenceSample[ROOM];
  private final ReferenceSample next = new ReferenceSample();
  private final Sample ours = new Sample();
  private final Thread thread;
  private int first;
  private int count;
  private long dropped;
  private boolean closed;
  private volatile String trouble;

  private JournalFeed(JournalWriter writer, Page page) {
    this.writer = writer;
    this.history = new History(page);
    for (int i = 0; i < ROOM; i++) {
      waiting[i] = new ReferenceSample();
    }
    thread = Thread.ofPlatform().daemon().name("timehands-journal").unstarted(this::run);
  }

  /**
   * Opens a journal and begins to keep it.
   *
   * @param directory where; made if it is missing
   * @param page the timeline; must stay mapped until this is closed
   * @param options how
   * @throws IOException if another process writes there, or the system refuses
   */
  public static JournalFeed start(Path directory, Page page, JournalOptions options)
      throws IOException {
    Objects.requireNonNull(page, "page");
    JournalFeed feed = new JournalFeed(JournalWriter.open(directory, page, options), page);
    feed.thread.start();
    return feed;
  }

  @Override
  public void sampled(HostSample sample, long clocksourceId) {
    lock.lock();
    try {
      if (count == ROOM) {
        first = (first + 1) % ROOM;
        count--;
        dropped++;
      }
      copy(sample, clocksourceId, waiting[(first + count++) % ROOM]);
    } finally {
      lock.unlock();
    }
  }

  /** What a journal keeps of a sample of the host. */
  static void copy(HostSample sample, long clocksourceId, ReferenceSample into) {
    into.clocksourceId = clocksourceId;
    into.cycles = sample.cycles;
    into.realNanos = sample.realNanos;
    into.offsetNanos = 0;
    into.halfNanos = sample.realHalfNanos;
    into.declaredNanos = sample.maxErrorNanos;
    into.flags = sample.wasSet ? ReferenceSample.FLAG_WAS_SET : 0;
    into.referenceId = 0;
  }

  private void run() {
    while (pause()) {
      look();
    }
  }

  /** Waits for the next look; returns false at the end. */
  private boolean pause() {
    lock.lock();
    try {
      long left = PERIOD_NANOS;
      while (!closed && left > 0) {
        left = ending.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException interrupted) {
      trouble = "journal ended: its thread was interrupted";
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what has come since the last look. */
  private void look() {
    try {
      while (take()) {
        // What our clock said there was promised by the time the sample is written.
        Found found = history.convert(next.clocksourceId, next.cycles, ours);
        boolean known = found == Found.EXACT || found == Found.PREDICTED;
        next.offsetNanos = known ? next.realNanos - ours.realNanos() : 0;
        writer.append(next);
      }
      writer.poll();
      trouble = null;
    } catch (IOException | RuntimeException failed) {
      if (trouble == null) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the journal cannot be written, and is tried again each second: " + failed);
      }
      trouble = "journal is not written: " + failed.getMessage();
    }
  }

  private boolean take() {
    lock.lock();
    try {
      if (count == 0) {
        return false;
      }
      next.copyFrom(waiting[first]);
      first = (first + 1) % ROOM;
      count--;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What was written so far. */
  public JournalStatus status() {
    return writer.status();
  }

  /** How many samples were dropped because the disk stood still. */
  public long droppedSamples() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Why the journal is not written at present, in words; empty if it is. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Writes what is left and ends. Close the follower first, so that its last sample is here. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      ending.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      look();
    }
    writer.close();
  }
}

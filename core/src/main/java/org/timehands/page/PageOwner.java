package org.timehands.page;

import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import org.timehands.clocksource.ClockSource;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.Fd;
import org.timehands.linux.HostInfo;
import org.timehands.linux.Mapping;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapGuard;
import org.timehands.timeline.History;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageFormatException;
import org.timehands.timeline.PageHeader;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * The one process that steers a shared page: makes the page or takes up the one that is there.
 *
 * <p>A restarted owner goes on with the same timeline: time neither jumps back nor restarts, and
 * readers notice nothing but a new owner epoch. A page of another boot, time namespace or layout
 * version, or one that is damaged, is replaced; its readers are told to attach anew. How the last
 * owner ended is of no consequence: the kernel frees its lock, and whatever it was writing has
 * either been published whole or not at all.
 *
 * <p>{@link #close} ends the ownership and leaves the page to its readers. The memory stays mapped,
 * because threads of this process may be reading it: {@link #unmap} gives it back. Thread-safe.
 */
/*
 * Who owns. The write lock on the file `page`, held through one open file (OFD), is the ownership.
 * A lock is worth something only while the name leads to the locked file, so it is taken first and
 * the name is looked at afterwards:
 *
 *   owner A                                 owner B
 *   opens page (1), locks it
 *                                           opens page (1)
 *   moves page (2), locked, over page (1)
 *   closes page (1)
 *                                           locks page (1): succeeds, and means nothing
 *                                           page is (2) by now: looks again, is refused
 *
 * Where there is no page an empty one is made first, so that there is something to lock. A mapping
 * keeps the open file that it was made of, and so its lock, beyond close(): therefore the mapping
 * is made of another open file than the lock.
 *
 * How a page is replaced. New files are made whole under other names: header, first segment, state
 * READY. Then the old page is marked SUPERSEDED, `horizon` is moved over, then `page`. A reader
 * opens page, horizon, and then looks at the state. If that was READY, the old horizon was still in
 * its place when he opened it; if he opened the new page, the new horizon was there before it. So
 * nobody ever holds one of each. An owner that dies between the two moves leaves a superseded page,
 * which the next one replaces. Test: PageOwnerTest, PageRaceTest.
 *
 *   field  | read         | write        | guard
 *   closed | synchronized | synchronized | this
 */
public final class PageOwner implements Closeable {
  /** A segment further ahead of the counter than this times GAP was promised by nobody. */
  private static final int FURTHEST_GAPS = 8;

  private final PagePath path;
  private final Fd file;
  private final Mapping mapping;
  private final Page page;
  private final TimelineWriter writer;
  private final Counters counters;
  private final Beginning beginning;
  private final String why;
  private boolean closed;

  /** How an owner came to its page. */
  public enum Beginning {
    /** There was none. */
    CREATED,
    /** The timeline of an earlier owner goes on. */
    RESUMED,
    /** There was one that could not go on; {@link #why} says why. */
    REPLACED
  }

  private PageOwner(
      PagePath path, Files files, TimelineWriter writer, Counters counters, Beginning beginning,
      String why) {
    this.path = path;
    this.file = files.page;
    this.mapping = files.mapping;
    this.page = writer.page();
    this.writer = writer;
    this.counters = counters;
    this.beginning = beginning;
    this.why = why;
    writer.setCounterCheck(new GapGuard(HostTimes.SYSTEM, null));
  }

  /** The locked page file and what is mapped of it. */
  private record Files(Fd page, Mapping mapping) {}

  /**
   * Becomes the owner of a page.
   *
   * @param path where; {@link PagePath#toOwn}
   * @param options how a page is made, if one must be
   * @param counters the counters of this process
   * @param first edits the first segment of a timeline that begins anew; not asked when one goes
   *     on, whose owner then appends what he wants to change
   * @throws PageInUseException if another process owns it
   * @throws PageRefusedException if what is there can neither go on nor be replaced
   * @throws IOException if the system refuses
   */
  public static PageOwner open(
      PagePath path, OwnerOptions options, Counters counters, TimelineWriter.Edit first)
      throws IOException {
    Objects.requireNonNull(first, "first");
    Here.requireMapping();
    try (Fd directory = directory(path)) {
      for (int tries = 0; tries < Retry.MAX_TRIES; tries++) {
        Fd page = openOrCreate(directory);
        if (page == null) {
          continue;
        }
        PageOwner owner = null;
        try {
          if (!page.tryLockOwner()) {
            throw new PageInUseException(path.directory(), ownerOf(page));
          }
          if (PageFiles.isStill(directory, PageFiles.PAGE, page)) {
            owner = take(path, options, directory, page, counters, first);
            return owner;
          }
        } finally {
          if (owner == null || owner.file != page) {
            page.close();
          }
        }
        Retry.pause();
      }
    }
    throw new PageRefusedException(
        PageRefusedException.Reason.NOT_READY,
        "page " + path + " was replaced " + Retry.MAX_TRIES + " times while this process tried to"
            + " own it: stop the other owners, or name another page");
  }

  private static Fd directory(PagePath path) throws IOException {
    try {
      return Fd.createDirectory(path.directory(), PageFiles.DIRECTORY_MODE);
    } catch (ErrnoException refused) {
      if (!refused.errnoName().equals("EEXIST")) {
        throw new PageRefusedException(
            PageRefusedException.Reason.SYSTEM,
            "page's directory cannot be made: " + refused.getMessage() + ": name another",
            refused);
      }
    }
    return PageFiles.openDirectory(path.directory(), Trust.ofOwner());
  }

  /** The page file, or a new empty one; null if another process was faster. */
  private static Fd openOrCreate(Fd directory) throws IOException {
    try {
      return PageFiles.openFile(
          directory, PageFiles.PAGE, true, Trust.GROUP_AND_OTHERS, Trust.ofOwner());
    } catch (PageRefusedException refused) {
      if (refused.reason() != PageRefusedException.Reason.NO_PAGE) {
        throw refused;
      }
    }
    try {
      return directory.createAt(PageFiles.PAGE, PageFiles.PAGE_MODE);
    } catch (ErrnoException refused) {
      if (refused.errnoName().equals("EEXIST")) {
        return null;
      }
      throw refused;
    }
  }

  private static OwnerInfo ownerOf(Fd page) throws IOException {
    try {
      return OwnerInfo.of(PageFiles.header(page));
    } catch (PageRefusedException unreadable) {
      return OwnerInfo.NOBODY;
    }
  }

  private static PageOwner take(
      PagePath path, OwnerOptions options, Fd directory, Fd page, Counters counters,
      TimelineWriter.Edit first)
      throws IOException {
    boolean fresh = page.status().sizeBytes() == 0;
    String why = "";
    if (!fresh) {
      try {
        return resume(path, options, directory, page, counters);
      } catch (PageRefusedException refused) {
        if (!isReplaceable(refused.reason())) {
          throw refused;
        }
        why = refused.getMessage();
      }
    }
    Files files = create(options, directory);
    try {
      Page made = Page.format(files.mapping.address(), options.slotCount(), Here.identity());
      takeOver(made);
      TimelineWriter writer = TimelineWriter.begin(made, counters, first);
      supersede(page);
      directory.renameAt(PageFiles.NEW_HORIZON, PageFiles.HORIZON);
      directory.renameAt(PageFiles.NEW_PAGE, PageFiles.PAGE);
      Beginning beginning = fresh ? Beginning.CREATED : Beginning.REPLACED;
      return new PageOwner(path, files, writer, counters, beginning, why);
    } catch (IOException | RuntimeException refused) {
      files.page.close();
      files.mapping.close();
      throw refused;
    }
  }

  /** Whether a page that is refused for this reason is of no more use to anybody. */
  private static boolean isReplaceable(PageRefusedException.Reason reason) {
    return switch (reason) {
      case NO_PAGE, SIZE, FORMAT, NOT_READY, SUPERSEDED, BOOT, NAMESPACE -> true;
      default -> false;
    };
  }

  private static PageOwner resume(
      PagePath path, OwnerOptions options, Fd directory, Fd page, Counters counters)
      throws IOException {
    PageHeader header = PageFiles.header(page);
    PageReader.checkState(header.state());
    Here.check(header.identity());
    Mapping mapping;
    try (Fd horizon =
        PageFiles.openFile(
            directory, PageFiles.HORIZON, true, Trust.OTHERS, Trust.ofOwner())) {
      PageFiles.checkSize(horizon, Page.horizonBytes(header.slotCount()));
      grant(horizon, options);
      mapping = map(directory, PageFiles.PAGE, page, horizon, header.slotCount());
    }
    try {
      Page found = Page.attach(mapping.address(), mapping.bytes(), true);
      checkCounter(found, counters);
      takeOver(found);
      TimelineWriter writer = TimelineWriter.resume(found, counters);
      Files files = new Files(page, mapping);
      return new PageOwner(path, files, writer, counters, Beginning.RESUMED, "");
    } catch (PageFormatException damaged) {
      mapping.close();
      throw new PageRefusedException(
          PageRefusedException.Reason.FORMAT, damaged.getMessage(), damaged);
    } catch (IOException | RuntimeException refused) {
      mapping.close();
      throw refused;
    }
  }

  /**
   * To go on, the owner must know what the counter says where the last line ends; and the counter
   * must not have been reset, as some are when the machine sleeps: its cycles have had their times,
   * and all who read would stand still.
   */
  private static void checkCounter(Page page, Counters counters) throws PageRefusedException {
    History history = new History(page);
    Segment newest = new Segment();
    if (history.segment(history.newest(), newest) < 0) {
      return;
    }
    ClockSource counter = counters.find(newest.clocksourceId);
    if (counter != null) {
      long before = newest.startCycles - counter.read();
      if (newest.widthBits() == Long.SIZE && before / FURTHEST_GAPS > newest.gapCycles) {
        throw new PageRefusedException(
            PageRefusedException.Reason.FORMAT,
            "page's counter " + counter.name() + " is " + before
                + " cycles before its newest segment: it was reset, so this timeline cannot go on");
      }
    } else {
      throw new PageRefusedException(
          PageRefusedException.Reason.COUNTER,
          "page is on clocksource 0x" + Long.toHexString(newest.clocksourceId)
              + ", which this process cannot read: run it where it can, or remove the page");
    }
  }

  private static Files create(OwnerOptions options, Fd directory) throws IOException {
    int slots = options.slotCount();
    unlink(directory, PageFiles.NEW_PAGE);
    unlink(directory, PageFiles.NEW_HORIZON);
    Fd page = directory.createAt(PageFiles.NEW_PAGE, PageFiles.PAGE_MODE);
    try (Fd horizon = directory.createAt(PageFiles.NEW_HORIZON, PageFiles.HORIZON_MODE)) {
      grant(horizon, options);
      page.grow(Page.horizonOffset(slots));
      horizon.grow(Page.horizonBytes(slots));
      if (!page.tryLockOwner()) {
        throw new IOException(page.path() + " was locked before anybody could know it");
      }
      return new Files(page, map(directory, PageFiles.NEW_PAGE, page, horizon, slots));
    } catch (IOException refused) {
      page.close();
      throw refused;
    }
  }

  /** Maps a page by its name, not by the open file that is locked. */
  private static Mapping map(Fd directory, String name, Fd locked, Fd horizon, int slots)
      throws IOException {
    try (Fd page = directory.openAt(name, true)) {
      if (!page.status().isSameFile(locked.status())) {
        throw new IOException(locked.path() + " was moved by a stranger while it was opened");
      }
      return PageFiles.map(page, horizon, slots, true, true);
    }
  }

  private static void grant(Fd horizon, OwnerOptions options) throws IOException {
    if (options.groupId().isPresent()) {
      horizon.chown(-1, options.groupId().getAsInt());
    }
    horizon.chmod(PageFiles.HORIZON_MODE);
  }

  private static void unlink(Fd directory, String name) throws IOException {
    try {
      directory.unlinkAt(name);
    } catch (ErrnoException refused) {
      if (!refused.errnoName().equals("ENOENT")) {
        throw refused;
      }
    }
  }

  /** Tells the readers of the old page, if it is one whose words we know. */
  private static void supersede(Fd old) throws IOException {
    if (old.status().sizeBytes() < Page.HEADER_BYTES) {
      return;
    }
    try (Mapping mapping = Mapping.files(new Mapping.Part(old, Page.HEADER_BYTES, true))) {
      Page.supersede(mapping.address(), mapping.bytes());
    } catch (PageFormatException unknown) {
      // Nothing that a reader of ours has attached.
    }
  }

  private static void takeOver(Page page) {
    long pid = HostInfo.pid();
    page.takeOver(pid, HostInfo.processStartTicks(pid).orElse(0));
  }

  /** The page's place. */
  public PagePath path() {
    return path;
  }

  /** How this owner came to its page. */
  public Beginning beginning() {
    return beginning;
  }

  /** Why an earlier page was replaced; empty if none was. */
  public String why() {
    return why;
  }

  /** The page. */
  public Page page() {
    return page;
  }

  /** The timeline's writer. */
  public TimelineWriter writer() {
    return writer;
  }

  /** A reader of the timeline for this process: extends the horizon and repairs gaps. */
  public Timeline timeline() {
    return new Timeline(page, counters, true, new GapGuard(HostTimes.SYSTEM, writer));
  }

  /** Who owns the page: this process, until it is closed. */
  public OwnerInfo info() {
    return OwnerInfo.of(page.header());
  }

  /**
   * Promises time ahead for readers who may not: a beat of the heart, to be repeated before the
   * lead is over.
   *
   * @param leadCycles how far ahead of the counter, 1 or more
   */
  public void promise(long leadCycles) {
    page.setLeadCycles(leadCycles);
    writer.promise(leadCycles);
  }

  /**
   * Gives the page up: its writer appends no more, the next owner may come, readers go on along the
   * last line. The memory stays readable; see {@link #unmap}. Does nothing the second time.
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    // In this order: an append that is under way must not meet the next owner's.
    writer.retire();
    page.release();
    file.close();
  }

  /**
   * Gives the memory back, and the page up if it was not. Only once no thread uses this page's
   * timeline, history or writer any more: the next access would end the JVM.
   */
  public void unmap() throws IOException {
    close();
    mapping.close();
  }
}

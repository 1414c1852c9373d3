package org.timehands.page;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.linux.Fd;
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

/**
 * A process that reads a shared page: checks everything that it would have to trust, maps the page,
 * and gives a {@link Timeline} over it.
 *
 * <p>Checked are: no symbolic links; directory and files belong to root, to this user, or to a user
 * trusted by name; nobody else may write to them; sizes, layout version, boot, time namespace; that
 * the counter can be read here, and runs here as the page says. After that reads need nobody: the
 * owner may stop or die.
 *
 * <p>Where the file permits it, readers extend the horizon themselves; others depend on the owner's
 * heartbeat, and past its last promise they hold the last promised time and say STALE. Thread-safe.
 */
/*
 *   field    | read                     | write        | guard
 *   current  | volatile                 | volatile     | this (writers only)
 *   attached | synchronized             | synchronized | this
 */
public final class PageReader implements Closeable {
  private static final int LOOKS = 1000;

  /** A reader needs no frequency: the segments have the slope. */
  private static final long UNKNOWN_HZ = 1_000_000_000;

  private final PagePath path;
  private final ReaderOptions options;
  private final Counters counters;
  private final List<Attachment> attached = new ArrayList<>();
  private volatile Attachment current;

  /** One page that was attached; it stays mapped until this reader is closed. */
  private record Attachment(Fd file, Mapping mapping, Page page, Timeline timeline) {}

  private PageReader(PagePath path, ReaderOptions options) {
    this.path = path;
    this.options = options;
    this.counters =
        new Counters(id -> ClockSources.forReading(id, UNKNOWN_HZ).orElse(null));
  }

  /**
   * Attaches a page.
   *
   * @param path where; {@link PagePath#toRead}
   * @param options whether to extend, whom to trust
   * @throws PageRefusedException if it is not to be used, with the reason and what to do
   * @throws IOException if the system refuses
   */
  public static PageReader attach(PagePath path, ReaderOptions options) throws IOException {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(options, "options");
    Here.requireMapping();
    PageReader reader = new PageReader(path, options);
    reader.attachNewest();
    return reader;
  }

  private synchronized void attachNewest() throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        Attachment next = attachOnce();
        attached.add(next);
        current = next;
        return;
      } catch (PageRefusedException refused) {
        // An owner that replaces its page marks the old one first, then moves the new one in.
        boolean moving = refused.reason() == PageRefusedException.Reason.SUPERSEDED;
        if (!moving || tries == Retry.MAX_TRIES) {
          throw refused;
        }
      }
      Retry.pause();
    }
  }

  private Attachment attachOnce() throws IOException {
    Trust trust = Trust.ofReader(options.trustedUids());
    Fd page = null;
    Mapping mapping = null;
    try (Fd directory = PageFiles.openDirectory(path.directory(), trust)) {
      page = PageFiles.openFile(directory, PageFiles.PAGE, false, Trust.GROUP_AND_OTHERS, trust);
      Fd writable = options.readOnly() ? null : openWritableHorizon(directory, trust);
      boolean extending = writable != null;
      try (Fd horizon = extending ? writable : openHorizon(directory, trust, false)) {
        // Only now: see PageOwner for why this horizon is the page's own if the state is READY.
        PageHeader header = PageFiles.header(page);
        checkState(header.state());
        Here.check(header.identity());
        PageFiles.checkSize(horizon, Page.horizonBytes(header.slotCount()));
        mapping = PageFiles.map(page, horizon, header.slotCount(), false, extending);
      }
      Page found = Page.attach(mapping.address(), mapping.bytes(), false);
      Timeline timeline =
          new Timeline(found, counters, extending, new GapGuard(HostTimes.SYSTEM, null));
      checkCounter(found);
      Attachment done = new Attachment(page, mapping, found, timeline);
      page = null;
      mapping = null;
      return done;
    } catch (PageFormatException damaged) {
      throw new PageRefusedException(
          PageRefusedException.Reason.FORMAT, path + ": " + damaged.getMessage(), damaged);
    } finally {
      close(page, mapping);
    }
  }

  /** The horizon file opened for writing; null if this process may not. */
  private static Fd openWritableHorizon(Fd directory, Trust trust) throws IOException {
    try {
      return openHorizon(directory, trust, true);
    } catch (PageRefusedException refused) {
      if (refused.reason() == PageRefusedException.Reason.SYSTEM) {
        return null;
      }
      throw refused;
    }
  }

  private static Fd openHorizon(Fd directory, Trust trust, boolean writable) throws IOException {
    return PageFiles.openFile(directory, PageFiles.HORIZON, writable, Trust.OTHERS, trust);
  }

  /** Refuses a page that is not in use: not yet, or not any more. */
  static void checkState(long state) throws PageRefusedException {
    if (state == Page.STATE_SUPERSEDED) {
      throw new PageRefusedException(
          PageRefusedException.Reason.SUPERSEDED, "page was replaced by its owner: attach anew");
    }
    if (state != Page.STATE_READY) {
      throw new PageRefusedException(
          PageRefusedException.Reason.NOT_READY,
          "page's state is " + state + ", " + Page.STATE_READY + " is ready: try again, or start"
              + " its owner anew");
    }
  }

  private void checkCounter(Page page) throws PageRefusedException {
    Segment newest = newest(page);
    ClockSource counter = counters.find(newest.clocksourceId);
    if (counter == null) {
      throw new PageRefusedException(
          PageRefusedException.Reason.COUNTER,
          "page is on clocksource 0x" + Long.toHexString(newest.clocksourceId)
              + ", which this process cannot read: let its owner choose another");
    }
    SelfTest.check(newest, counter);
  }

  /** The newest segment; refuses a page whose chain does not hold together. */
  private static Segment newest(Page page) throws PageRefusedException {
    History history = new History(page);
    Segment newest = new Segment();
    for (int looks = 0; looks < LOOKS; looks++) {
      long k = history.newest();
      long word = history.segment(k, newest);
      if (word >= 0 && (word & 1) == 0) {
        return newest;
      }
    }
    throw new PageRefusedException(
        PageRefusedException.Reason.FORMAT,
        "page's newest segment " + page.head() + " is missing: damaged; start its owner anew");
  }

  private static void close(Fd file, Mapping mapping) throws IOException {
    try {
      if (mapping != null) {
        mapping.close();
      }
    } finally {
      if (file != null) {
        file.close();
      }
    }
  }

  /** The page's place. */
  public PagePath path() {
    return path;
  }

  /** The timeline of the page that is attached now; after {@link #refresh} it may be another. */
  public Timeline timeline() {
    return current.timeline;
  }

  /** The page that is attached now. */
  public Page page() {
    return current.page;
  }

  /** Whether this process extends the horizon itself. */
  public boolean isExtending() {
    return current.timeline.isExtending();
  }

  /**
   * Who owns the page. It counts as alive while its lock is held, even where this process cannot
   * see it.
   */
  public OwnerInfo owner() throws IOException {
    Attachment now = current;
    OwnerInfo told = OwnerInfo.of(now.page.header());
    boolean alive = told.pid() != 0 && (told.alive() || now.file.isLockedByOther());
    return new OwnerInfo(told.pid(), alive, told.epoch(), told.startTicks());
  }

  /** Whether the owner has said that its timeline goes on in another page; costs one load. */
  public boolean isSuperseded() {
    return current.page.state() == Page.STATE_SUPERSEDED;
  }

  /**
   * Attaches anew if the page was replaced. The old timeline stays readable until this is closed;
   * the new one is another timeline, whose MONOTONIC need not follow on.
   *
   * @return whether {@link #timeline} is another now
   * @throws PageRefusedException if the new page is not to be used; the old one stays attached
   */
  public synchronized boolean refresh() throws IOException {
    if (!isSuperseded() && isStill()) {
      return false;
    }
    attachNewest();
    return true;
  }

  private boolean isStill() throws IOException {
    Trust trust = Trust.ofReader(options.trustedUids());
    try (Fd directory = PageFiles.openDirectory(path.directory(), trust)) {
      return PageFiles.isStill(directory, PageFiles.PAGE, current.file);
    }
  }

  /**
   * Gives every page back. Only once no thread uses a timeline of this reader any more: the next
   * read would end the JVM.
   */
  @Override
  public synchronized void close() throws IOException {
    for (Attachment each : attached) {
      close(each.file, each.mapping);
    }
    attached.clear();
  }
}

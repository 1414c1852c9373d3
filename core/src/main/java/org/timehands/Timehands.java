package org.timehands;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.clocksource.Watchdog;
import org.timehands.host.HostClocksources;
import org.timehands.host.HostFollower;
import org.timehands.host.HostOptions;
import org.timehands.host.HostTimeline;
import org.timehands.page.OwnerOptions;
import org.timehands.page.PageOwner;
import org.timehands.page.PagePath;
import org.timehands.page.PageReader;
import org.timehands.page.PageRefusedException;
import org.timehands.page.ReaderOptions;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingDriver;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/**
 * The way in: opens the host's clock, shared if somebody shares it, else a private one.
 *
 * <pre>{@code
 * try (Timehands timehands = Timehands.open()) {
 *   Timekeeper clocks = timehands.clocks();
 *   Reading now = clocks.read(ClockId.REALTIME, new Reading());
 *   ...
 * }
 * }</pre>
 *
 * <p>There is no global state: each call opens one of its own, and a process wants one.
 * Thread-safe. Close it only when no thread uses its clocks any more.
 */
public final class Timehands implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Timehands.class.getName());

  private final Origin origin;
  private final Timekeeper clocks;
  private final HostTimeline owned;
  private final HostClocksources clocksources;
  private final PageOwner owner;
  private final PageReader reader;
  private final TimekeepingDriver driver;
  private final OpenedTimers opened = new OpenedTimers();

  /** Where the time comes from. */
  public enum Origin {
    /** A page that another process steers. */
    SHARED_PAGE,
    /** A page that this process steers. */
    OWNED_PAGE,
    /** A timeline in this process, for this process. */
    IN_PROCESS,
    /** A timeline in this process that follows nobody and may be set and steered. */
    STANDALONE
  }

  private Timehands(
      Origin origin,
      Timekeeper clocks,
      HostTimeline owned,
      HostClocksources clocksources,
      PageOwner owner,
      PageReader reader) {
    this.origin = origin;
    this.clocks = clocks;
    this.owned = owned;
    this.clocksources = clocksources;
    this.owner = owner;
    this.reader = reader;
    this.driver = null;
  }

  private Timehands(Timekeeping keeping, TimekeepingDriver driver) {
    this.origin = Origin.STANDALONE;
    this.clocks = keeping.clocks();
    this.owned = null;
    this.clocksources = null;
    this.owner = null;
    this.reader = null;
    this.driver = driver;
  }

  /**
   * Opens the host's clock: attaches to the shared page if there is one, else builds a timeline in
   * this process and follows the host's clock.
   *
   * <p>The page is looked for where {@link PagePath#toRead} says. One that was named by the
   * environment must be good; one that is just found and refused is passed over, with a warning.
   *
   * @throws UncheckedIOException if the page that was named is refused
   */
  public static Timehands open() {
    try {
      PagePath path = PagePath.toRead(null);
      try {
        return attach(path, ReaderOptions.defaults());
      } catch (PageRefusedException refused) {
        if (path.origin() == PagePath.Origin.ENVIRONMENT) {
          throw refused;
        }
        if (refused.reason() != PageRefusedException.Reason.NO_PAGE) {
          LOG.log(Level.WARNING, "the shared page is not used: {0}", refused.getMessage());
        }
      }
    } catch (IOException refused) {
      if (!isNowhere(refused)) {
        throw new UncheckedIOException(refused);
      }
    }
    return inProcess(HostOptions.defaults());
  }

  /** Whether nothing names a place for a page and none is at the usual one: as if none was. */
  private static boolean isNowhere(IOException refused) {
    return refused instanceof PageRefusedException page
        && page.reason() == PageRefusedException.Reason.NO_PATH
        && System.getenv().getOrDefault(PagePath.VARIABLE, "").isEmpty();
  }

  /**
   * Attaches to a shared page.
   *
   * @param path where
   * @param options whether to extend its horizon, whom to trust
   * @throws PageRefusedException if there is none, or it is not to be used
   * @throws IOException if the system refuses
   */
  public static Timehands attach(PagePath path, ReaderOptions options) throws IOException {
    PageReader reader = PageReader.attach(path, options);
    Timekeeper clocks = new Timekeeper(reader.timeline());
    return new Timehands(Origin.SHARED_PAGE, clocks, null, null, null, reader);
  }

  /**
   * Builds a timeline in this process that follows the host's clock.
   *
   * @param options how to follow
   * @throws IllegalArgumentException if the clocksource that was asked for by property or
   *     environment is not to be had
   */
  public static Timehands inProcess(HostOptions options) {
    HostTimeline timeline = HostTimeline.inProcess(ClockSources.best(), options);
    timeline.follower().start();
    return new Timehands(
        Origin.IN_PROCESS, new Timekeeper(timeline.timeline()), timeline, null, null, null);
  }

  /**
   * Owns a shared page as {@link #own(PagePath, HostOptions, OptionalInt, Candidate, List)} does,
   * with one clocksource and nothing to watch it by.
   */
  public static Timehands own(
      PagePath path, HostOptions options, OptionalInt group, Candidate chosen)
      throws IOException {
    return own(path, options, group, chosen, List.of(chosen));
  }

  /**
   * Owns a shared page and follows the host's clock: what the daemon does. A page whose owner has
   * gone is taken up, and its time goes on, also if it is on another clocksource.
   *
   * @param path where
   * @param options how to follow
   * @param group the group whose members may extend the horizon; empty for this process's own
   * @param chosen the clocksource
   * @param candidates what else may be changed to, and the chosen one be watched by
   * @throws org.timehands.page.PageInUseException if another process owns it
   * @throws PageRefusedException if what is there can neither go on nor be replaced
   * @throws IOException if the system refuses
   */
  public static Timehands own(
      PagePath path, HostOptions options, OptionalInt group, Candidate chosen,
      List<Candidate> candidates)
      throws IOException {
    Objects.requireNonNull(path, "path");
    PageOwner[] opened = new PageOwner[1];
    OwnerOptions layout = new OwnerOptions(options.slots(), group);
    HostTimeline.Pages<IOException> pages =
        (identity, counters, first) -> {
          opened[0] = PageOwner.open(path, layout, counters, first);
          return opened[0].writer();
        };
    try {
      HostTimeline timeline = HostTimeline.over(chosen, options, pages);
      timeline.follower().start();
      HostClocksources clocksources =
          new HostClocksources(timeline, candidates, Watchdog.Options.defaults());
      clocksources.start();
      return new Timehands(
          Origin.OWNED_PAGE, new Timekeeper(timeline.timeline()), timeline, clocksources,
          opened[0], null);
    } catch (IOException | RuntimeException refused) {
      if (opened[0] != null) {
        opened[0].unmap();
      }
      throw refused;
    }
  }

  /**
   * Begins a timekeeper in this process on the best counter, at the host's time, which follows
   * nobody from then on: {@link Timekeeper#timekeeping} of its clocks sets and steers it. The
   * host's own clock is not touched.
   *
   * @param options how it is steered; where it begins is the host's time
   */
  public static Timehands standalone(TimekeepingOptions options) {
    Candidate chosen = ClockSources.best();
    long errorPpb = chosen.calibration() == null ? 0 : chosen.calibration().errorPpb();
    Timekeeping keeping =
        Timekeeping.ofThisMachine(
            chosen.source(), chosen.rate(), options.withSlopeErrorPpb(errorPpb));
    TimekeepingDriver driver = new TimekeepingDriver(keeping);
    driver.start();
    return new Timehands(keeping, driver);
  }

  /** The clocks. */
  public Timekeeper clocks() {
    return clocks;
  }

  /**
   * Starts timers on these clocks, with the options that suit most: one thread, one queue a clock.
   *
   * <pre>{@code
   * try (Timehands timehands = Timehands.open(); Timers timers = timehands.timers()) {
   *   timers.timer((timer, now) -> TimerCallback.Next.DONE).armIn(ClockId.MONOTONIC, 1_000_000);
   *   ...
   * }
   * }</pre>
   *
   * <p>Each call starts others; a process wants one. What is not closed before is closed with this.
   *
   * <p>Limits: where this process has no write side (all but {@link #standalone}), a step of the
   * host's clock or a sleep of the machine is noticed by looking once a second while timers are
   * armed on REALTIME, TAI or BOOTTIME; so such a timer may be late by a second after one. Timers
   * on MONOTONIC wake nobody in between. On a page that may only be read and whose owner is gone
   * time stands still, and no timer runs.
   *
   * @throws IllegalStateException if this is closed
   */
  public Timers timers() {
    return timers(TimerOptions.defaults());
  }

  /** Starts timers on these clocks, see {@link #timers()}. */
  public Timers timers(TimerOptions options) {
    Objects.requireNonNull(options, "options");
    return opened.timers(() -> Timers.start(clocks, options));
  }

  /**
   * Starts timeouts on the MONOTONIC of these clocks, or, if the options say so, on their BOOTTIME,
   * which counts a suspend: coarse, and cheap to cancel. Each call starts others, with threads of
   * their own. What is not closed before is closed with this.
   *
   * @throws IllegalStateException if this is closed
   */
  public Timeouts timeouts() {
    return timeouts(TimeoutsOptions.DEFAULT);
  }

  /** Starts timeouts, see {@link #timeouts()}. */
  public Timeouts timeouts(TimeoutsOptions options) {
    Objects.requireNonNull(options, "options");
    return opened.timeouts(() -> Timeouts.start(clocks, options));
  }

  /** Where the time comes from. */
  public Origin origin() {
    return origin;
  }

  /** The clocksources to choose from; empty where no page is owned. */
  public Optional<HostClocksources> clocksources() {
    return Optional.ofNullable(clocksources);
  }

  /** The clocksource that this process chose; empty when another process steers. */
  public Optional<Candidate> clocksource() {
    return Optional.ofNullable(owned).map(HostTimeline::chosen);
  }

  /** What follows the host's clock in this process; empty when another process steers. */
  public Optional<HostFollower> follower() {
    return Optional.ofNullable(owned).map(HostTimeline::follower);
  }

  /** The page that this process owns. */
  public Optional<PageOwner> owner() {
    return Optional.ofNullable(owner);
  }

  /** The page that this process has attached. */
  public Optional<PageReader> reader() {
    return Optional.ofNullable(reader);
  }

  /**
   * Closes timers and timeouts that were started here, ends the following and gives the page up or
   * detaches from it. A private timeline, and a page that was owned, go on along their last line
   * for whoever still reads them; a page that was attached must not be read any more.
   */
  @Override
  public void close() {
    // First: their threads read the clocks.
    opened.close();
    try {
      if (clocksources != null) {
        clocksources.close();
      }
      if (driver != null) {
        driver.close();
        clocks.timekeeping().ifPresent(Timekeeping::close);
      }
      if (owned != null) {
        owned.close();
      }
      if (owner != null) {
        owner.close();
      }
      if (reader != null) {
        reader.close();
      }
    } catch (IOException lost) {
      throw new UncheckedIOException(lost);
    }
  }
}

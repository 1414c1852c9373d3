package org.timehands.app;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.timehands.clocksource.ClockSource;
import org.timehands.timekeeping.Timekeeper;

/**
 * A timeline that a command works on, and where it comes from.
 *
 * @param clocks reads it
 * @param origin where it comes from
 * @param path the directory of the shared page; empty for one in this process
 * @param ownership tells who owns the shared page; empty for one in this process
 * @param counting tells what it counts now
 * @param following how this process follows the host's clock; empty if another does
 * @param closer releases it
 */
record Session(
    Timekeeper clocks,
    Origin origin,
    Optional<Path> path,
    Optional<Supplier<Owner>> ownership,
    Supplier<ClockSource> counting,
    Optional<Following> following,
    Runnable closer)
    implements AutoCloseable {
  /** Where a timeline comes from. */
  enum Origin {
    /** Another process owns it; we read, and extend if we may. */
    SHARED_PAGE,
    /** This process made it for itself. */
    IN_PROCESS,
    /** This process owns the shared page. */
    OWNED_PAGE
  }

  Session {
    Objects.requireNonNull(clocks, "clocks");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(ownership, "ownership");
    Objects.requireNonNull(counting, "counting");
    Objects.requireNonNull(following, "following");
    Objects.requireNonNull(closer, "closer");
  }

  /**
   * Who owns a shared page.
   *
   * @param pid the process; 0 if the last one left in order
   * @param alive whether it is there still
   * @param epoch how often the page has had a new owner
   */
  record Owner(long pid, boolean alive, long epoch) {}

  /** What it counts now. */
  ClockSource clocksource() {
    return counting.get();
  }

  /** Where the timeline comes from, in words. */
  String originWords() {
    String place = path.map(Path::toString).orElse("");
    if (ownership.isEmpty()) {
      return "in-process (no shared page)";
    }
    if (origin == Origin.OWNED_PAGE) {
      return "shared page " + place + ", owned by this process";
    }
    String mode = clocks.timeline().isExtending() ? " (extending)" : " (read-only)";
    return "shared page " + place + words(ownership.get().get()) + mode;
  }

  private static String words(Owner owner) {
    if (owner.pid() == 0) {
      return ", whose owner has left";
    }
    return " of pid " + owner.pid() + (owner.alive() ? "" : ", which is gone");
  }

  /** The same, followed and closed in another way. */
  Session with(Following otherwise, Runnable close) {
    return new Session(
        clocks, origin, path, ownership, counting, Optional.of(otherwise), close);
  }

  @Override
  public void close() {
    closer.run();
  }
}

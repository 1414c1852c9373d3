package org.timehands.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.timehands.host.HostStatus;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timeline.History;
import org.timehands.timeline.Segment;

/** Watches a timeline that this process owns: turns counts into rates. Not thread-safe. */
final class RunMonitor {
  /** How many offsets are kept for the picture. */
  static final int OFFSETS = 60;

  private static final long SECOND = 1_000_000_000L;

  private final Session session;
  private final Following following;
  private final String page;
  private final long startNanos;
  private long lastNanos;
  private long lastExtensions;
  private long[] offsets = new long[0];

  /**
   * A monitor.
   *
   * @param session of a process that follows the host's clock
   */
  RunMonitor(Session session) {
    this.session = Objects.requireNonNull(session, "session");
    this.following =
        session
            .following()
            .orElseThrow(() -> new IllegalArgumentException("session follows nobody"));
    this.page = place(session.path(), following.beginning());
    this.startNanos = session.clocks().monotonicNanos();
    this.lastNanos = startNanos;
    this.lastExtensions = following.status().extensions();
  }

  /** The status now; rates are those since the last call. */
  RunStatus next() {
    Snapshot snapshot = session.clocks().snapshot(new Snapshot());
    HostStatus now = following.status();
    long nanos = snapshot.monotonicNanos();
    long spent = Math.max(1, nanos - lastNanos);
    long rate = Math.round((now.extensions() - lastExtensions) * ((double) SECOND / spent));
    lastNanos = nanos;
    lastExtensions = now.extensions();
    offsets = Arrays.copyOf(offsets, offsets.length + 1);
    offsets[offsets.length - 1] = now.offsetNanos();
    if (offsets.length > OFFSETS) {
      offsets = Arrays.copyOfRange(offsets, 1, offsets.length);
    }
    History history = session.clocks().history();
    long oldest = history.oldest();
    Segment first = new Segment();
    long from = history.segment(oldest, first) < 0 ? nanos : first.monoBaseNanos;
    return new RunStatus(
        session,
        snapshot,
        now,
        Math.max(0, rate),
        history.newest() - oldest + 1,
        Math.max(0, nanos - from),
        nanos - startNanos,
        page,
        following.trouble(),
        following.journal(),
        offsets.clone());
  }

  /** Where the page is, how it came to be ours, and who may extend its horizon. */
  private static String place(Optional<Path> directory, String beginning) {
    if (directory.isEmpty()) {
      return "none";
    }
    String words = directory.get() + (beginning.isEmpty() ? "" : ", " + beginning);
    try {
      PosixFileAttributes horizon =
          Files.readAttributes(directory.get().resolve("horizon"), PosixFileAttributes.class);
      return words + "; horizon " + PosixFilePermissions.toString(horizon.permissions())
          + " of group " + horizon.group().getName();
    } catch (IOException | UnsupportedOperationException untold) {
      return words;
    }
  }
}

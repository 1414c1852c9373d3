package org.timehands.app;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
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
  private final Supplier<HostStatus> host;
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
    this.host =
        session.host().orElseThrow(() -> new IllegalArgumentException("session follows nobody"));
    this.startNanos = session.clocks().monotonicNanos();
    this.lastNanos = startNanos;
    this.lastExtensions = host.get().extensions();
  }

  /** The status now; rates are those since the last call. */
  RunStatus next() {
    Snapshot snapshot = session.clocks().snapshot(new Snapshot());
    HostStatus now = host.get();
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
        offsets.clone());
  }
}

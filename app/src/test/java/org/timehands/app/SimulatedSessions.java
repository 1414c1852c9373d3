package org.timehands.app;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.fixed.Slope;
import org.timehands.host.HostStatus;
import org.timehands.linux.Memory;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/** One timeline over a simulated counter of 1 GHz, for every command of a test. */
final class SimulatedSessions implements Sessions {
  /** 2026-11-21T00:00:00Z. */
  static final long EPOCH_NANOS = 1_795_219_200_000_000_000L;

  static final int SLOTS = 8;
  static final long SECOND = 1_000_000_000L;

  final TimelineWriter writer;
  final Timeline timeline;
  final SimulatedClockSource counter;
  HostStatus status = new HostStatus(12, 57, 3_210_000, 4_000, 100, 5, 1, 0, 0, 0, 0);
  long nowNanos = 1_000 * SECOND;
  /** How much time passes at each read. */
  long tickNanos;
  Failure refusal;
  String trouble;
  OwnerChoice choice;
  int closed;

  SimulatedSessions() {
    counter =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(SECOND), this::passing);
    Page page =
        Page.format(
            Memory.allocate(Page.totalBytes(SLOTS), 4096), SLOTS, new PageIdentity(0, 0, 0, 0, 0));
    Counters counters = new Counters(counter);
    writer =
        TimelineWriter.begin(
            page,
            counters,
            first -> {
              first.clocksourceId = counter.id();
              first.startCycles = counter.read();
              first.monoBaseNanos = 1_000 * SECOND;
              first.rawBaseNanos = 999 * SECOND;
              first.realOffsetNanos = EPOCH_NANOS;
              first.taiOffsetNanos = EPOCH_NANOS + 37 * SECOND;
              first.bootOffsetNanos = 17 * SECOND;
              first.errorNanos = 57;
              first.rawErrorNanos = 60;
              first.referenceErrorNanos = 1_500_000;
              first.setRate(Slope.ONE);
              first.setRawRate(Slope.ONE);
              first.status = TimeStatus.SYNCHRONIZED;
              first.reason = StatusReason.FOLLOWING;
              first.stepCycles = 1_000_000;
            });
    timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
  }

  /** A thread of timers reads too. */
  private synchronized long passing() {
    nowNanos += tickNanos;
    return nowNanos;
  }

  private final Following following =
      new Following() {
        @Override
        public HostStatus status() {
          return status;
        }

        @Override
        public Optional<String> trouble() {
          return Optional.ofNullable(trouble);
        }

        @Override
        public String beginning() {
          return "resumed, owner number 3";
        }
      };

  @Override
  public Session read(Optional<Path> page, boolean readOnly) {
    if (refusal != null) {
      throw refusal;
    }
    return session(Session.Origin.IN_PROCESS, Optional.empty(), Optional.empty());
  }

  @Override
  public Session own(OwnerChoice asked) {
    choice = asked;
    if (refusal != null) {
      throw refusal;
    }
    return session(
        Session.Origin.OWNED_PAGE,
        Optional.of(Path.of("a", "page")),
        Optional.of(() -> new Session.Owner(4711, true, 3)));
  }

  private Session session(
      Session.Origin origin, Optional<Path> path, Optional<Supplier<Session.Owner>> ownership) {
    return new Session(
        new Timekeeper(timeline), origin, path, ownership, () -> counter, Optional.of(following),
        () -> closed++);
  }
}

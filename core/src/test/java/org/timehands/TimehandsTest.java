package org.timehands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.host.HostOptions;
import org.timehands.linux.HostClocks;
import org.timehands.page.PageInUseException;
import org.timehands.page.PageOwner;
import org.timehands.page.PagePath;
import org.timehands.page.PageRefusedException;
import org.timehands.page.ReaderOptions;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Reading;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timekeeping.Stamp;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.History;
import org.timehands.timeline.TimeStatus;

/** The way in, on this machine's real counter and the host's real clock. */
@Timeout(60)
class TimehandsTest {
  private static final HostOptions WITH_HEARTBEAT =
      HostOptions.defaults().withSlots(64).withHeartbeatNanos(10_000_000);

  @TempDir private Path directory;

  private PagePath path() throws PageRefusedException {
    return PagePath.toOwn(directory.resolve("page").toString());
  }

  /** Also where nothing says where a page could be: no XDG_RUNTIME_DIR, as in a container. */
  @Test
  void openWorksAnywhere() {
    try (Timehands timehands = Timehands.open()) {
      assertTrue(timehands.clocks().monotonicNanos() > 0);
    }
  }

  @Test
  void inProcessFollowsTheHost() {
    try (Timehands timehands = Timehands.inProcess(HostOptions.defaults().withSlots(64))) {
      assertEquals(Timehands.Origin.IN_PROCESS, timehands.origin());
      Timekeeper clocks = timehands.clocks();
      long last = 0;
      for (int i = 0; i < 2_000; i++) {
        long before = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
        long ours = clocks.monotonicNanos();
        long after = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
        Reading reading = clocks.read(ClockId.MONOTONIC, new Reading());
        assertTrue(ours >= before - reading.boundNanos(), "behind the host beyond the bound");
        assertTrue(ours <= after + reading.boundNanos(), "ahead of the host beyond the bound");
        assertTrue(ours >= last);
        last = ours;
      }
      assertTrue(timehands.follower().isPresent());
      assertTrue(timehands.clocksource().isPresent());
    }
  }

  @Test
  void ownerAndReaderAgreeCycleByCycle() throws IOException {
    Candidate chosen = ClockSources.best();
    try (Timehands owner = Timehands.own(path(), WITH_HEARTBEAT, OptionalInt.empty(), chosen);
        Timehands reader = Timehands.attach(path(), ReaderOptions.defaults())) {
      assertEquals(Timehands.Origin.OWNED_PAGE, owner.origin());
      assertEquals(Timehands.Origin.SHARED_PAGE, reader.origin());
      for (int i = 0; i < 2_000; i++) {
        Snapshot theirs = reader.clocks().snapshot(new Snapshot());
        Snapshot ours = new Snapshot();
        assertEquals(History.Found.EXACT, owner.clocks().convert(theirs.stamp(), ours));
        for (ClockId clock : ClockId.values()) {
          assertEquals(theirs.nanos(clock), ours.nanos(clock));
        }
      }
    }
  }

  @Test
  void secondOwnerIsRefusedAndNextOneGoesOn() throws IOException {
    Candidate chosen = ClockSources.best();
    long before;
    Stamp stamp;
    try (Timehands owner = Timehands.own(path(), WITH_HEARTBEAT, OptionalInt.empty(), chosen)) {
      PageInUseException inUse =
          assertThrows(
              PageInUseException.class,
              () -> Timehands.own(path(), WITH_HEARTBEAT, OptionalInt.empty(), chosen));
      assertTrue(inUse.getMessage().contains(Long.toString(ProcessHandle.current().pid())));
      stamp = owner.clocks().stamp();
      before = owner.clocks().monotonicNanos();
    }
    try (Timehands next = Timehands.own(path(), WITH_HEARTBEAT, OptionalInt.empty(), chosen)) {
      assertEquals(PageOwner.Beginning.RESUMED, next.owner().orElseThrow().beginning());
      assertTrue(next.clocks().monotonicNanos() >= before, "the next owner went back");
      assertEquals(History.Found.EXACT, next.clocks().convert(stamp, new Snapshot()));
    }
  }

  @Test
  void readOnlyReaderHoldsWhenTheOwnerIsGone() throws IOException {
    Timehands reader;
    try (Timehands owner =
        Timehands.own(path(), WITH_HEARTBEAT, OptionalInt.empty(), ClockSources.best())) {
      assertTrue(owner.owner().isPresent());
      reader = Timehands.attach(path(), new ReaderOptions(true, Set.of()));
      assertNotEquals(0, reader.clocks().monotonicNanos());
    }
    try (reader) {
      Reading reading = new Reading();
      long held = reader.clocks().read(ClockId.MONOTONIC, reading).nanos();
      // The owner's last beat promised some tens of milliseconds; they pass.
      while (reading.status() != TimeStatus.STALE) {
        held = reader.clocks().read(ClockId.MONOTONIC, reading).nanos();
      }
      assertEquals(held, reader.clocks().monotonicNanos(), "nobody promises any more");
    }
  }

  @Test
  void missingPageIsRefusedByName() {
    PageRefusedException refused =
        assertThrows(
            PageRefusedException.class,
            () ->
                Timehands.attach(
                    PagePath.toRead(directory.resolve("none").toString()),
                    ReaderOptions.defaults()));
    assertEquals(PageRefusedException.Reason.NO_PAGE, refused.reason());
  }
}

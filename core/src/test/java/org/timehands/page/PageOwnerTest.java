package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.fixed.Slope;
import org.timehands.linux.Fd;
import org.timehands.linux.FileStatus;
import org.timehands.linux.HostClocks;
import org.timehands.linux.HostInfo;
import org.timehands.timeline.Counters;
import org.timehands.timeline.History;
import org.timehands.timeline.Page;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;

/** Who owns a page, how it is made, taken up and replaced. */
class PageOwnerTest {
  @TempDir Path temp;
  private Path directory;
  private Path page;
  private Path horizon;

  @BeforeEach
  void name() {
    directory = temp.resolve("timehands");
    page = directory.resolve("page");
    horizon = directory.resolve("horizon");
  }

  @Test
  void aNewPageHasItsFilesAndModes() throws IOException {
    try (PageOwner owner = LivePage.own(directory)) {
      assertEquals(PageOwner.Beginning.CREATED, owner.beginning());
      assertEquals("", owner.why());
      assertEquals("rwxr-xr-x", mode(directory));
      assertEquals("rw-r--r--", mode(page));
      assertEquals("rw-rw-r--", mode(horizon));
      assertEquals(Page.horizonOffset(LivePage.SLOTS), Files.size(page));
      assertEquals(Page.horizonBytes(LivePage.SLOTS), Files.size(horizon));
      assertEquals(2, Files.list(directory).count());
      assertEquals(1, owner.info().epoch());
      assertEquals(HostInfo.pid(), owner.info().pid());
      assertTrue(owner.info().alive());
    }
  }

  @Test
  void itsTimeIsTheHosts() throws IOException {
    try (PageOwner owner = LivePage.own(directory)) {
      Timeline timeline = owner.timeline();
      long before = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
      long ours = timeline.raw();
      long after = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
      assertTrue(before <= ours && ours <= after, before + " <= " + ours + " <= " + after);
    }
  }

  @Test
  void aSecondOwnerIsRefusedWithThePidOfTheFirst() throws IOException {
    try (PageOwner owner = LivePage.own(directory)) {
      PageInUseException refused =
          assertThrows(PageInUseException.class, () -> LivePage.own(directory));
      assertEquals(owner.info(), refused.owner());
      assertTrue(refused.getMessage().contains("process " + HostInfo.pid()), refused.getMessage());
      assertFalse(refused.getMessage().contains("\n"));
    }
  }

  @Test
  void anOwnerThatIsOnlyStartingIsAnOwner() throws IOException {
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(
        PosixFilePermissions.fromString("rwxr-xr-x")));
    try (Fd open = Fd.openDirectory(directory); Fd starting = open.createAt("page", 0644)) {
      assertTrue(starting.tryLockOwner());
      PageInUseException refused =
          assertThrows(PageInUseException.class, () -> LivePage.own(directory));
      assertEquals(0, refused.owner().pid());
    }
  }

  @Test
  void aRestartedOwnerGoesOnWithTheTimeline() throws IOException {
    Sample then = new Sample();
    long identity;
    Slope slower = Slope.ONE.plusPpt(-500_000_000);
    try (PageOwner owner = LivePage.own(directory)) {
      identity = owner.page().identity().timelineId();
      owner.writer().append(next -> next.setRate(slower));
      owner.timeline().sample(then);
    }
    assertEquals(0, LivePage.read(page, LivePage.OWNER_PID_AT));
    try (PageOwner owner = LivePage.own(directory)) {
      assertEquals(PageOwner.Beginning.RESUMED, owner.beginning());
      assertEquals(2, owner.info().epoch());
      assertEquals(identity, owner.page().identity().timelineId());
      assertEquals(1, owner.page().head());
      assertTrue(owner.timeline().monotonic() >= then.monoNanos());
      Sample again = new Sample();
      History history = new History(owner.page());
      assertEquals(
          History.Found.EXACT, history.convert(then.clocksourceId(), then.cycles(), again));
      assertEquals(then.monoNanos(), again.monoNanos());
      assertEquals(2, owner.writer().append(LivePage.UNCHANGED));
    }
  }

  @Test
  void anOwnerThatDiedBeforeItMovedTheHintIsTakenUp() throws IOException {
    try (PageOwner owner = LivePage.own(directory)) {
      owner.writer().append(LivePage.UNCHANGED);
      owner.writer().append(LivePage.UNCHANGED);
    }
    LivePage.write(page, LivePage.HEAD_AT, 1);
    try (PageOwner owner = LivePage.own(directory)) {
      assertEquals(PageOwner.Beginning.RESUMED, owner.beginning());
      assertEquals(2, owner.page().head());
    }
  }

  @Test
  void aClosedOwnerChangesNothingMore() throws IOException {
    PageOwner owner = LivePage.own(directory);
    owner.close();
    owner.close();
    assertThrows(IllegalStateException.class, () -> owner.writer().append(LivePage.UNCHANGED));
    long word = LivePage.read(horizon, 0);
    owner.writer().promise(1_000_000);
    assertEquals(word, LivePage.read(horizon, 0));
    assertTrue(owner.timeline().monotonic() > 0, "the memory stays readable");
  }

  @Test
  void aPageOfAnotherBootIsReplaced() throws IOException {
    replacedAfter(() -> LivePage.write(page, LivePage.BOOT_ID_AT, 1), "boot");
  }

  @Test
  void aPageOfAnotherTimeNamespaceIsReplaced() throws IOException {
    replacedAfter(() -> LivePage.write(page, LivePage.NAMESPACE_AT, 1), "time namespace 1");
  }

  @Test
  void aPageOfAnotherVersionIsReplaced() throws IOException {
    replacedAfter(() -> LivePage.write(page, LivePage.VERSION_AT, 2), "version");
  }

  @Test
  void aDamagedPageIsReplaced() throws IOException {
    replacedAfter(() -> LivePage.write(page, LivePage.HEAD_AT, 9), "damaged");
  }

  /** A7: the machine slept and its counter began anew; by as much as GAP may be promised ahead. */
  @Test
  void aPageWhoseCounterWasResetIsReplaced() throws IOException {
    long now = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
    replacedAfter(
        () -> LivePage.write(page, LivePage.START_AT, now + 3_600_000_000_000L), "was reset");
    try (PageOwner owner = LivePage.own(directory)) {
      assertEquals(PageOwner.Beginning.RESUMED, owner.beginning());
    }
    LivePage.write(page, LivePage.START_AT, now + LivePage.GAP_NANOS);
    try (PageOwner owner = LivePage.own(directory)) {
      assertEquals(PageOwner.Beginning.RESUMED, owner.beginning());
    }
  }

  @Test
  void aPageOfOtherSizeIsReplaced() throws IOException {
    replacedAfter(() -> Files.write(page, Arrays.copyOf(Files.readAllBytes(page), 5000)), "5000");
  }

  @Test
  void aPageWithoutHorizonIsReplaced() throws IOException {
    replacedAfter(() -> Files.delete(horizon), "does not exist");
  }

  @Test
  void anOwnerThatDiedBetweenTheTwoMovesIsReplaced() throws IOException {
    replacedAfter(
        () -> {
          LivePage.write(page, LivePage.STATE_AT, Page.STATE_SUPERSEDED);
          Path other = directory.resolve("horizon.new");
          Files.write(other, new byte[8192]);
          Files.move(other, horizon, StandardCopyOption.REPLACE_EXISTING);
        },
        "replaced");
  }

  @Test
  void whatADeadOwnerWasPreparingIsRemoved() throws IOException {
    replacedAfter(
        () -> {
          Files.write(directory.resolve("page.new"), new byte[100]);
          Files.write(directory.resolve("horizon.new"), new byte[100]);
          LivePage.write(page, LivePage.VERSION_AT, 2);
        },
        "version");
  }

  /** Damages a page that nobody has open, and looks at what the next owner makes of it. */
  private void replacedAfter(Damage damage, String why) throws IOException {
    long identity;
    try (PageOwner owner = LivePage.own(directory)) {
      identity = owner.page().identity().timelineId();
    }
    damage.run();
    try (PageOwner owner = LivePage.own(directory)) {
      assertEquals(PageOwner.Beginning.REPLACED, owner.beginning());
      assertTrue(owner.why().contains(why), owner.why());
      assertFalse(owner.why().contains("\n"), owner.why());
      assertNotEquals(identity, owner.page().identity().timelineId());
      assertEquals(2, Files.list(directory).count());
      assertThrows(PageInUseException.class, () -> LivePage.own(directory));
      try (PageReader reader = LivePage.read(directory)) {
        assertTrue(reader.timeline().monotonic() > 0);
      }
    }
  }

  private interface Damage {
    void run() throws IOException;
  }

  @Test
  void readersOfAReplacedPageAreToldAndKeepTheOldOne() throws IOException {
    PageOwner first = LivePage.own(directory);
    try (PageReader reader = LivePage.read(directory)) {
      first.close();
      final long sizeBytes = Files.size(page);
      try (Fd open = Fd.openDirectory(directory); Fd old = open.openAt("page", false)) {
        assertFalse(reader.refresh());
        LivePage.write(page, LivePage.BOOT_ID_AT, 1);
        Timeline before = reader.timeline();
        long told = before.monotonic();
        try (PageOwner second = LivePage.own(directory)) {
          assertTrue(reader.isSuperseded());
          assertEquals(sizeBytes, old.status().sizeBytes(), "files are never made shorter");
          assertTrue(reader.refresh());
          assertFalse(reader.isSuperseded());
          assertNotEquals(before, reader.timeline());
          assertEquals(second.page().identity(), reader.page().identity());
          assertTrue(before.monotonic() >= told, "the old timeline stays readable");
          assertTrue(reader.timeline().monotonic() > 0);
        }
      }
    }
  }

  @Test
  void aPageOnACounterThatIsNotOursIsNotTakenUp() throws IOException {
    LivePage.own(directory).close();
    PageRefusedException refused =
        assertThrows(
            PageRefusedException.class,
            () ->
                PageOwner.open(
                    LivePage.at(directory), LivePage.options(), new Counters(), LivePage.first()));
    assertEquals(PageRefusedException.Reason.COUNTER, refused.reason());
    assertEquals(0, LivePage.read(page, LivePage.OWNER_PID_AT));
  }

  @Test
  void strangersFilesAreNotTakenUp() throws IOException {
    assumeTrue(HostInfo.uid() == 0, "only root can give a file away");
    LivePage.own(directory).close();
    chown(page, 12345);
    refused(PageRefusedException.Reason.OWNER);
    chown(page, 0);
    chown(horizon, 12345);
    refused(PageRefusedException.Reason.OWNER);
    chown(horizon, 0);
    try (Fd open = Fd.openDirectory(directory)) {
      open.chown(12345, -1);
    }
    refused(PageRefusedException.Reason.OWNER);
  }

  @Test
  void filesThatOthersMayWriteToAreNotTakenUp() throws IOException {
    LivePage.own(directory).close();
    Files.setPosixFilePermissions(page, PosixFilePermissions.fromString("rw-rw-r--"));
    refused(PageRefusedException.Reason.MODE);
    Files.setPosixFilePermissions(page, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));
    refused(PageRefusedException.Reason.MODE);
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    LivePage.own(directory).close();
    Path link = temp.resolve("link");
    Files.createSymbolicLink(link, directory);
    PageRefusedException refused =
        assertThrows(PageRefusedException.class, () -> LivePage.own(link));
    assertEquals(PageRefusedException.Reason.SYMLINK, refused.reason());
    Files.move(page, temp.resolve("elsewhere"));
    Files.createSymbolicLink(page, temp.resolve("elsewhere"));
    refused(PageRefusedException.Reason.SYMLINK);
  }

  private void refused(PageRefusedException.Reason reason) {
    PageRefusedException refused =
        assertThrows(PageRefusedException.class, () -> LivePage.own(directory));
    assertEquals(reason, refused.reason(), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
  }

  @Test
  void theHorizonCanBelongToAGroup() throws IOException {
    assumeTrue(HostInfo.uid() == 0, "only root can give a file to any group");
    OwnerOptions options = new OwnerOptions(LivePage.SLOTS, OptionalInt.of(4321));
    PageOwner.open(LivePage.at(directory), options, LivePage.counters(), LivePage.first()).close();
    assertEquals(4321, status("horizon").gid());
    assertEquals(0, status("page").gid());
    OwnerOptions other = new OwnerOptions(LivePage.SLOTS, OptionalInt.of(4322));
    PageOwner.open(LivePage.at(directory), other, LivePage.counters(), LivePage.first()).close();
    assertEquals(4322, status("horizon").gid());
  }

  private FileStatus status(String name) throws IOException {
    try (Fd open = Fd.openDirectory(directory); Fd file = open.openAt(name, false)) {
      return file.status();
    }
  }

  private static void chown(Path file, int uid) throws IOException {
    try (Fd open = Fd.open(file, false)) {
      open.chown(uid, -1);
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

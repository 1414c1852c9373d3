package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.journal.Journal;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;
import org.timehands.linux.Fd;
import org.timehands.linux.HostInfo;
import org.timehands.page.PageRefusedException.Reason;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.History;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Page;
import org.timehands.timeline.Sample;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;
import org.timehands.timeline.Timeline;

/** What a reader accepts, what it refuses, and how it reads: 0-20, 4-09, 4-17, A28. */
class PageReaderTest {
  @TempDir Path temp;
  private Path directory;
  private Path page;
  private Path horizon;
  private PageOwner owner;

  @BeforeEach
  void own() throws IOException {
    directory = temp.resolve("timehands");
    page = directory.resolve("page");
    horizon = directory.resolve("horizon");
    owner = LivePage.own(directory);
  }

  @AfterEach
  void leave() throws IOException {
    owner.close();
  }

  /** A process that only reads can keep the page's journal, and closes it after the owner. */
  @Test
  void aReaderMayKeepTheJournal() throws IOException {
    Sample read = new Sample();
    Path kept = temp.resolve("journal");
    ReaderOptions mayNotWrite = new ReaderOptions(true, Set.of());
    try (PageReader reader = PageReader.attach(LivePage.at(directory), mayNotWrite);
        JournalWriter journal =
            JournalWriter.open(kept, reader.page(), JournalOptions.defaults())) {
      owner.writer().append(LivePage.UNCHANGED);
      Timeline own = new Timeline(owner.page(), LivePage.counters(), true, GapProbe.TRUSTING);
      own.sample(read);
      owner.writer().append(LivePage.UNCHANGED);
      journal.poll();
    }
    Sample converted = new Sample();
    Found found =
        Journal.open(kept).converter().convert(read.clocksourceId(), read.cycles(), converted);
    assertEquals(Found.EXACT, found);
    assertEquals(read.realNanos(), converted.realNanos());
  }

  @Test
  void aReaderExtendsAndAgreesWithTheOwner() throws IOException {
    try (PageReader reader = LivePage.read(directory)) {
      assertTrue(reader.isExtending());
      Sample read = new Sample();
      reader.timeline().sample(read);
      assertFalse(read.isHeld());
      Sample converted = new Sample();
      History history = new History(owner.page());
      assertEquals(
          History.Found.EXACT,
          history.convert(read.clocksourceId(), read.cycles(), converted));
      assertEquals(read.monoNanos(), converted.monoNanos());
      assertEquals(read.taiNanos(), converted.taiNanos());
      assertTrue(owner.timeline().monotonic() >= read.monoNanos());
    }
  }

  @Test
  void aReaderThatMayOnlyReadHoldsTheLastPromise() throws IOException {
    ReaderOptions readOnly = new ReaderOptions(true, Set.of());
    owner.promise(1_000_000);
    try (PageReader reader = PageReader.attach(LivePage.at(directory), readOnly)) {
      assertFalse(reader.isExtending());
      Sample first = new Sample();
      do {
        reader.timeline().sample(first);
      } while (!first.isHeld());
      Sample second = new Sample();
      reader.timeline().sample(second);
      assertEquals(first.monoNanos(), second.monoNanos(), "time stands still");
      assertEquals(TimeStatus.STALE, second.status());
      assertEquals(StatusReason.PROMISE_RAN_OUT, second.reason());
      owner.timeline().monotonic(); // A beat does not bridge a gap; a read of the owner does.
      owner.promise(40_000_000);
      reader.timeline().sample(second);
      assertTrue(second.monoNanos() > first.monoNanos(), "the heart beats: time goes on");
    }
  }

  @Test
  void theOwnerIsShown() throws IOException {
    try (PageReader reader = LivePage.read(directory)) {
      assertEquals(owner.info(), reader.owner());
      assertTrue(reader.owner().alive());
      owner.close();
      assertFalse(reader.owner().alive());
      assertEquals(0, reader.owner().pid());
    }
  }

  @Test
  void anOwnerThatCannotBeSeenIsAliveWhileItHoldsTheLock() throws IOException {
    LivePage.write(page, LivePage.OWNER_PID_AT, 1);
    LivePage.write(page, LivePage.OWNER_START_AT, -5);
    try (PageReader reader = LivePage.read(directory)) {
      assertTrue(reader.owner().alive());
    }
  }

  @Test
  void nothingAtThePlace() {
    assertEquals(Reason.NO_PAGE, refusal(LivePage.at(temp.resolve("none"))).reason());
  }

  @Test
  void missingFiles() throws IOException {
    Files.delete(horizon);
    refused(Reason.NO_PAGE, "horizon");
    Files.delete(page);
    refused(Reason.NO_PAGE, "page");
  }

  @Test
  void linksInPlaceOfTheDirectory() throws IOException {
    Path link = temp.resolve("link");
    Files.createSymbolicLink(link, directory);
    assertEquals(Reason.SYMLINK, refusal(LivePage.at(link)).reason());
    PagePath withSlash = LivePage.at(Path.of(link + "/"));
    assertEquals(Reason.SYMLINK, refusal(withSlash).reason());
  }

  @Test
  void linksInPlaceOfTheFiles() throws IOException {
    Files.move(page, temp.resolve("elsewhere"));
    Files.createSymbolicLink(page, temp.resolve("elsewhere"));
    refused(Reason.SYMLINK, "page");
    Files.delete(page);
    Files.move(temp.resolve("elsewhere"), page);
    Files.move(horizon, temp.resolve("elsewhere"));
    Files.createSymbolicLink(horizon, temp.resolve("elsewhere"));
    refused(Reason.SYMLINK, "horizon");
  }

  @Test
  void otherThingsInPlaceOfTheFiles() throws Exception {
    assertEquals(Reason.TYPE, refusal(LivePage.at(page)).reason());
    Files.delete(page);
    Files.createDirectory(page);
    refused(Reason.TYPE, "page");
    Files.delete(page);
    Process fifo = new ProcessBuilder("mkfifo", page.toString()).start();
    assumeTrue(fifo.waitFor() == 0, "mkfifo");
    refused(Reason.TYPE, "page");
  }

  @Test
  void filesOfStrangers() throws IOException {
    assumeTrue(HostInfo.uid() == 0, "only root can give a file away");
    chown(page, 12345);
    refused(Reason.OWNER, "12345");
    ReaderOptions trusting = new ReaderOptions(false, Set.of(12345));
    PageReader.attach(LivePage.at(directory), trusting).close();
    assertEquals(
        "ok extending=1\n", CTool.run("attach", directory.toString(), "trust=12345").out());
    chown(page, 0);
    chown(horizon, 12345);
    refused(Reason.OWNER, "12345");
    chown(horizon, 0);
    try (Fd open = Fd.openDirectory(directory)) {
      open.chown(12345, -1);
    }
    refused(Reason.OWNER, "12345");
  }

  @Test
  void filesThatOthersMayWriteTo() throws IOException {
    mode(page, "rw-rw-r--");
    refused(Reason.MODE, "0664");
    mode(page, "rw-r--rw-");
    refused(Reason.MODE, "0646");
    mode(page, "rw-r--r--");
    mode(horizon, "rw-rw-rw-");
    refused(Reason.MODE, "0666");
    mode(horizon, "rw-rw-r--");
    mode(directory, "rwxrwxr-x");
    refused(Reason.MODE, "0775");
    mode(directory, "rwxr-xrwx");
    refused(Reason.MODE, "0757");
    mode(directory, "rwxr-xr-x");
    LivePage.read(directory).close();
    assertEquals("ok extending=1\n", CTool.run("attach", directory.toString()).out());
  }

  @Test
  void filesThatAreCutShort() throws IOException {
    byte[] whole = Files.readAllBytes(page);
    replace(page, new byte[0]);
    refused(Reason.SIZE, "0 bytes");
    replace(page, Arrays.copyOf(whole, 4095));
    refused(Reason.SIZE, "4095");
    replace(page, Arrays.copyOf(whole, 4096));
    refused(Reason.SIZE, "4096");
    replace(page, Arrays.copyOf(whole, whole.length + 4096));
    refused(Reason.SIZE, Integer.toString(whole.length + 4096));
    replace(page, whole);
    replace(horizon, new byte[0]);
    refused(Reason.SIZE, "horizon");
    replace(horizon, new byte[4095]);
    refused(Reason.SIZE, "4095");
  }

  /** 4-10: a reader refuses a layout of another version, in words. */
  @Test
  void zeroesAndFutures() throws IOException {
    byte[] whole = Files.readAllBytes(page);
    replace(page, new byte[whole.length]);
    refused(Reason.FORMAT, "magic is 0");
    replace(page, whole);
    LivePage.write(page, LivePage.VERSION_AT, 2);
    refused(Reason.FORMAT, "version is 2, expected 1");
    LivePage.write(page, LivePage.VERSION_AT, 1);
    LivePage.write(page, LivePage.SLOTS_AT, 17);
    refused(Reason.FORMAT, "17 slots");
    LivePage.write(page, LivePage.SLOTS_AT, 1L << 40);
    refused(Reason.FORMAT, "slots");
    LivePage.write(page, LivePage.SLOTS_AT, 2 * LivePage.SLOTS);
    refused(Reason.FORMAT, "offset");
  }

  @Test
  void otherBootsNamespacesAndStates() throws IOException {
    long boot = LivePage.read(page, LivePage.BOOT_ID_AT);
    LivePage.write(page, LivePage.BOOT_ID_AT, boot + 1);
    refused(Reason.BOOT, "boot");
    LivePage.write(page, LivePage.BOOT_ID_AT, boot);
    final long namespace = LivePage.read(page, LivePage.NAMESPACE_AT);
    LivePage.write(page, LivePage.NAMESPACE_AT, 77);
    refused(Reason.NAMESPACE, "77");
    LivePage.write(page, LivePage.NAMESPACE_AT, namespace);
    LivePage.write(page, LivePage.STATE_AT, 0);
    refused(Reason.NOT_READY, "state is 0");
    LivePage.write(page, LivePage.STATE_AT, Page.STATE_SUPERSEDED);
    refused(Reason.SUPERSEDED, "replaced");
    LivePage.write(page, LivePage.STATE_AT, Page.STATE_READY);
    LivePage.read(directory).close();
  }

  @Test
  void countersThatAreNotWhatThePageSays() throws IOException {
    LivePage.write(page, LivePage.RAW_SLOPE_FRACTION_AT, Long.MAX_VALUE / 50);
    refused(Reason.SLOPE, "another rate");
    LivePage.write(page, LivePage.RAW_SLOPE_FRACTION_AT, Long.MAX_VALUE / 5000);
    LivePage.read(directory).close();
    LivePage.write(page, LivePage.CLOCKSOURCE_AT, 300);
    refused(Reason.COUNTER, "0x12c");
  }

  @Test
  void aChainThatDoesNotHoldTogether() throws IOException {
    LivePage.write(page, LivePage.HEAD_AT, 3);
    refused(Reason.FORMAT, "segment 3 is missing");
    LivePage.write(page, LivePage.HEAD_AT, 0);
    LivePage.write(horizon, 0, 7);
    refused(Reason.FORMAT, "segment 0 is missing");
  }

  private void refused(Reason reason, String says) {
    PageRefusedException refused = refusal(LivePage.at(directory));
    assertEquals(reason, refused.reason(), refused.getMessage());
    assertTrue(refused.getMessage().contains(says), refused.getMessage());
  }

  /** What both readers say. */
  private static PageRefusedException refusal(PagePath path) {
    PageRefusedException refused =
        assertThrows(
            PageRefusedException.class, () -> PageReader.attach(path, ReaderOptions.defaults()));
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
    assertRefusedInC(refused, path);
    return refused;
  }

  private static void assertRefusedInC(PageRefusedException inJava, PagePath path) {
    try {
      CTool.Result inC = CTool.run("attach", path.toString());
      assertEquals(4, inC.code(), inC.out());
      assertEquals(1, inC.lines().size(), inC.out());
      int code = Integer.parseInt(inC.out().split(" ")[1]);
      assertEquals(inJava.reason(), REASONS.get(code), inC.out() + inJava.getMessage());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static final Map<Integer, Reason> REASONS =
      Map.ofEntries(
          Map.entry(-1, Reason.NO_PAGE),
          Map.entry(-2, Reason.SYSTEM),
          Map.entry(-3, Reason.SYMLINK),
          Map.entry(-4, Reason.TYPE),
          Map.entry(-5, Reason.OWNER),
          Map.entry(-6, Reason.MODE),
          Map.entry(-7, Reason.SIZE),
          Map.entry(-8, Reason.FORMAT),
          Map.entry(-9, Reason.FORMAT),
          Map.entry(-10, Reason.FORMAT),
          Map.entry(-11, Reason.NOT_READY),
          Map.entry(-12, Reason.SUPERSEDED),
          Map.entry(-13, Reason.BOOT),
          Map.entry(-14, Reason.NAMESPACE),
          Map.entry(-15, Reason.COUNTER),
          Map.entry(-16, Reason.SLOPE));

  /** Puts another file in the place of one that may be mapped: nothing mapped is ever cut short. */
  private void replace(Path file, byte[] content) throws IOException {
    Path other = temp.resolve("other");
    Files.write(other, content);
    mode(other, "rw-r--r--");
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static void chown(Path file, int uid) throws IOException {
    try (Fd open = Fd.open(file, false)) {
      open.chown(uid, -1);
    }
  }
}

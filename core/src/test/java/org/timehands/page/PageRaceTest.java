package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Owners that come, go and replace each other's page while readers attach: there is never more than
 * one owner, and nobody ever holds the page of one and the horizon of another.
 *
 * <p>The locks belong to open files, so threads race here as processes do.
 */
class PageRaceTest {
  private static final int TURNS = 150;
  private static final long LIMIT_SECONDS = 120;

  @TempDir Path temp;
  private Path directory;
  private final AtomicInteger owners = new AtomicInteger();
  private final AtomicInteger turns = new AtomicInteger();
  private final AtomicInteger replaced = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger attached = new AtomicInteger();
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicBoolean failed = new AtomicBoolean();

  @Test
  void ownersAndReaders() throws Exception {
    directory = temp.resolve("timehands");
    LivePage.own(directory).close();
    ExecutorService threads = Executors.newFixedThreadPool(5);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(threads.submit(this::ownOften));
    }
    for (int i = 0; i < 2; i++) {
      all.add(threads.submit(this::attachOften));
    }
    try {
      for (Future<?> each : all) {
        each.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
    assertTrue(replaced.get() > 5, replaced + " pages were replaced");
    assertTrue(attached.get() > 5, attached + " pages were attached");
    System.out.println(
        "PageRaceTest: " + TURNS + " owners, " + replaced + " replaced the page, " + refused
            + " attempts refused; " + attached + " readers attached");
  }

  private Void ownOften() throws IOException {
    int turn = turns.incrementAndGet();
    try {
      while (turn <= TURNS && !failed.get()) {
        if (own(turn)) {
          turn = turns.incrementAndGet();
        }
      }
      return null;
    } catch (IOException | RuntimeException | AssertionError trouble) {
      failed.set(true);
      throw trouble;
    } finally {
      done.set(true);
    }
  }

  private boolean own(int turn) throws IOException {
    // Pages of two sizes, so that a mixture does not go unnoticed.
    OwnerOptions options =
        new OwnerOptions(turn % 2 == 0 ? LivePage.SLOTS : 8 * LivePage.SLOTS, OptionalInt.empty());
    PageOwner owner;
    try {
      owner =
          PageOwner.open(
              LivePage.at(directory), options, LivePage.counters(), LivePage.first());
    } catch (PageInUseException inUse) {
      refused.incrementAndGet();
      return false;
    }
    assertEquals(1, owners.incrementAndGet(), "owners at one time");
    owner.writer().append(LivePage.UNCHANGED);
    if (owner.beginning() == PageOwner.Beginning.REPLACED) {
      replaced.incrementAndGet();
    }
    // In two of three turns the next owner must replace the page. The first damage stops readers at
    // the header; the second lets them go as far as the horizon's size.
    switch (turn % 3) {
      case 1 -> LivePage.write(directory.resolve("page"), LivePage.NAMESPACE_AT, turn);
      case 2 -> LivePage.write(directory.resolve("page"), LivePage.HEAD_AT, 1000);
      default -> {}
    }
    owners.decrementAndGet();
    owner.unmap();
    return true;
  }

  private Void attachOften() throws IOException {
    while (!done.get()) {
      try (PageReader reader = LivePage.read(directory)) {
        attached.incrementAndGet();
        assertTrue(reader.timeline().monotonic() > 0);
      } catch (PageRefusedException expected) {
        boolean damaged = expected.getMessage().contains("segment 1000 is missing");
        if (!damaged && expected.reason() != PageRefusedException.Reason.NAMESPACE) {
          fail("refused for " + expected.reason(), expected);
        }
      } catch (IllegalStateException damagedLater) {
        assertTrue(damagedLater.getMessage().contains("damaged"), damagedLater.getMessage());
      }
    }
    return null;
  }

  @Test
  void aMixtureWouldBeSeen() throws IOException {
    directory = temp.resolve("timehands");
    LivePage.own(directory).close();
    Path other = temp.resolve("other");
    PageOwner.open(
            LivePage.at(other),
            new OwnerOptions(8 * LivePage.SLOTS, OptionalInt.empty()),
            LivePage.counters(),
            LivePage.first())
        .close();
    // Planted: the horizon of one page with the header of another.
    Files.move(
        other.resolve("horizon"),
        directory.resolve("horizon"),
        StandardCopyOption.REPLACE_EXISTING);
    PageRefusedException mixture =
        assertThrows(PageRefusedException.class, () -> LivePage.read(directory));
    assertEquals(PageRefusedException.Reason.SIZE, mixture.reason());
  }
}

package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;

/**
 * Damaged pages of every sort: a reader refuses them or reads something, and an owner takes them
 * up, replaces or refuses them; nobody crashes, hangs, or throws what is not declared.
 */
class PageFuzzTest {
  private static final int COUNT = 2000;

  @TempDir Path temp;
  private byte[] page;
  private byte[] horizon;
  private int accepted;
  private int owned;

  @BeforeEach
  void make() throws IOException {
    Path directory = temp.resolve("timehands");
    try (PageOwner owner = LivePage.own(directory)) {
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < 2 * LivePage.SLOTS; i++) {
        owner.writer().append(ClientAgreementTest.anything(random));
        owner.timeline().monotonic();
      }
    }
    page = Files.readAllBytes(directory.resolve("page"));
    horizon = Files.readAllBytes(directory.resolve("horizon"));
  }

  @Test
  void javaReadersAndOwners() {
    Seeds.forEach(PageFuzzTest.class, COUNT, this::attachAndOwn);
    System.out.println(
        "PageFuzzTest: of " + COUNT + " damaged pages " + accepted + " were attached and " + owned
            + " owned");
    if (System.getProperty("timehands.seed") == null) {
      assertTrue(accepted > COUNT / 20 && accepted < COUNT, accepted + " attached");
      assertTrue(owned > COUNT / 2, owned + " owned");
    }
  }

  @Test
  void theReaderInC() throws IOException {
    String directory = temp.resolve("timehands").toString();
    CTool.Result ran = CTool.run("fuzz", directory, "1", Integer.toString(COUNT));
    String last = ran.out().strip().lines().reduce((a, b) -> b).orElse("");
    assertEquals(
        0, ran.code(), "replay: th_tool fuzz PAGE N N, see the last seed of\n" + tail(ran.out()));
    int attached = Integer.parseInt(last.split(" ")[1]);
    assertTrue(attached > COUNT / 20 && attached < COUNT, last);
  }

  @Test
  void aCrashOfTheReaderInCWouldBeSeen() throws IOException {
    // Planted: the tool is cut off by a signal, as SIGBUS would.
    CTool.Result ran = CTool.run(List.of("sh", "-c", "kill -BUS $$"), "");
    assertTrue(ran.code() != 0, "a signal is a failure");
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 2000));
  }

  private void attachAndOwn(SplittableRandom random) throws IOException {
    Path directory = temp.resolve("seed-" + accepted + "-" + random.nextLong());
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    damaged(random, directory);
    try (PageReader reader =
        PageReader.attach(
            LivePage.at(directory),
            new ReaderOptions(random.nextBoolean(), Set.of()))) {
      accepted++;
      useEverything(reader.timeline(), random);
    } catch (PageRefusedException refused) {
      assertTrue(!refused.getMessage().contains("\n"), refused.getMessage());
    }
    own(directory);
    Files.delete(directory.resolve("page"));
    Files.delete(directory.resolve("horizon"));
    Files.delete(directory);
  }

  private void own(Path directory) throws IOException {
    PageOwner owner;
    try {
      owner = LivePage.own(directory);
    } catch (PageRefusedException refused) {
      assertEquals(PageRefusedException.Reason.COUNTER, refused.reason(), refused.getMessage());
      return;
    }
    owned++;
    if (owner.beginning() == PageOwner.Beginning.REPLACED) {
      useNew(directory, owner);
    }
    owner.unmap();
  }

  private static void useNew(Path directory, PageOwner owner) throws IOException {
    owner.writer().append(LivePage.UNCHANGED);
    try (PageReader reader = LivePage.read(directory)) {
      assertTrue(reader.timeline().monotonic() <= owner.timeline().monotonic());
    }
  }

  private static void useEverything(Timeline timeline, SplittableRandom random) {
    Sample sample = new Sample();
    History history = new History(timeline.page());
    for (int i = 0; i < 3; i++) {
      attempt(timeline::realtime);
      attempt(timeline::rawRelaxed);
      attempt(() -> timeline.sample(sample));
      attempt(() -> timeline.stamp(true, sample));
      history.convert(sample.clocksourceId(), sample.cycles(), sample);
      history.convert(2, nasty(random), sample);
      history.convert(nasty(random), nasty(random), sample);
      history.segment(history.oldest(), new Segment());
      sample.status();
      sample.reason();
    }
  }

  private static void attempt(Runnable read) {
    try {
      read.run();
    } catch (IllegalStateException damaged) {
      assertTrue(damaged.getMessage().contains("damaged"), damaged.getMessage());
    }
  }

  private void damaged(SplittableRandom random, Path directory) throws IOException {
    byte[] pages = page.clone();
    byte[] horizons = horizon.clone();
    switch (random.nextInt(8)) {
      case 0 -> pages = Arrays.copyOf(pages, random.nextInt(pages.length + 1));
      case 1 -> horizons = Arrays.copyOf(horizons, random.nextInt(horizons.length + 1));
      case 2 -> Arrays.fill(pages, (byte) 0);
      case 3 -> random.nextBytes(pages);
      case 4 -> scatter(random, pages, 0, 256);
      case 5 -> scatter(random, pages, 4096, pages.length);
      case 6 -> {
        scatter(random, pages, 4096, pages.length);
        scatter(random, horizons, 0, horizons.length);
      }
      default -> scatter(random, horizons, 0, horizons.length);
    }
    write(directory.resolve("page"), pages);
    write(directory.resolve("horizon"), horizons);
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static void scatter(SplittableRandom random, byte[] bytes, int from, int to) {
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      words.putLong(from + 8 * random.nextInt((to - from) / 8), nasty(random));
    }
  }

  /** A word that is likely to be somewhere's edge. */
  private static long nasty(SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> 1L << random.nextInt(64);
      case 2 -> (1L << random.nextInt(64)) - 1;
      case 3 -> random.nextInt(20);
      case 4 -> -random.nextInt(20);
      default -> Long.MAX_VALUE - random.nextInt(3);
    };
  }
}

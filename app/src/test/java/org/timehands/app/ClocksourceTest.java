package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.Timehands;
import org.timehands.app.text.TinyJson;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.NanoTimeClockSource;
import org.timehands.clocksource.Watchdog;
import org.timehands.host.HostClocksources;
import org.timehands.host.HostOptions;
import org.timehands.host.HostTimeline;
import org.timehands.page.PagePath;
import org.timehands.page.ReaderOptions;
import org.timehands.testing.Await;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;

/**
 * {@code timehands clocksource} and a daemon in a JVM of its own (2-01, 2-12, N4, N5): changes
 * while processes read.
 */
class ClocksourceTest {
  @TempDir private Path scratch;
  private String page;

  @BeforeEach
  void place() {
    page = scratch.resolve("page").toString();
  }

  private Ran command(String... arguments) {
    List<String> all = new ArrayList<>(List.of("clocksource"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--page", page));
    return Ran.of(new SimulatedSessions(), all.toArray(String[]::new));
  }

  private Map<String, Object> json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Ran ran = command(all.toArray(String[]::new));
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    return TinyJson.object(ran.out());
  }

  private Child daemon(String... more) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("run", "--json", "--page", page, "--interval", "100ms"));
    all.addAll(List.of(more));
    return Child.start(scratch, all.toArray(String[]::new));
  }

  @SuppressWarnings("unchecked")
  private static List<String> names(Map<String, Object> list) {
    return ((List<Map<String, Object>>) list.get("clocksources"))
        .stream().map(each -> (String) each.get("name")).toList();
  }

  /** Readers of a page in another process than its owner: nobody ever sees time go back. */
  private static final class Readers implements AutoCloseable {
    private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);
    private final AtomicReference<String> trouble = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Timehands> attached = new ArrayList<>();
    private volatile boolean over;
    private volatile long reads;

    Readers(Path directory) throws IOException {
      for (boolean readOnly : new boolean[] {false, true}) {
        PagePath path = PagePath.toRead(directory.toString());
        Timehands one = Timehands.attach(path, new ReaderOptions(readOnly, java.util.Set.of()));
        attached.add(one);
        threads.add(Thread.ofPlatform().start(() -> read(one.clocks().timeline())));
      }
    }

    /** A time that was told by another must have passed for this one. */
    private void read(Timeline timeline) {
      Sample sample = new Sample();
      while (!over) {
        long told = latest.get();
        timeline.sample(sample);
        long now = sample.monoNanos();
        if (now < told) {
          trouble.compareAndSet(null, "time went back by " + (told - now) + " ns, " + sample);
        }
        latest.accumulateAndGet(now, Math::max);
        reads++;
      }
    }

    void check() {
      assertEquals(null, trouble.get());
      assertTrue(reads > 100, "hardly any reads: " + reads);
    }

    /** How often the counter has changed, as a reader sees it. */
    long changes() {
      Sample sample = new Sample();
      attached.getFirst().clocks().timeline().sample(sample);
      return sample.clocksourceChangedSeq();
    }

    @Override
    public void close() {
      over = true;
      try {
        for (Thread each : threads) {
          each.join();
        }
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
      attached.forEach(Timehands::close);
    }
  }

  @Test
  void changesBesideReadersOfAnotherProcessNeverTakeTimeBack()
      throws IOException, InterruptedException {
    try (Child owner = daemon();
        Readers readers = readersOf(owner)) {
      Map<String, Object> list = json("list");
      List<String> there = names(list);
      String first = there.contains("tsc") ? "tsc" : "nanotime";
      assertTrue(there.contains("monotonic_raw"), there.toString());
      long before = readers.changes();
      for (int i = 0; i < 20; i++) {
        for (String each : List.of("monotonic_raw", first)) {
          Map<String, Object> set = json("set", each);
          assertEquals(each, set.get("current"), set.toString());
          readers.check();
        }
      }
      assertTrue(readers.changes() >= before + 39, "changes " + readers.changes());
      Map<String, Object> current = json("current");
      assertEquals(first, current.get("current"));
      assertTrue((long) current.get("changes") >= 39, current.toString());
      assertTrue(command("list").out().contains("* "), command("list").out());
      assertTrue(
          command("set", first).out().contains(first + " drives time already"), "same again");
      json("set", "auto");
      refusals();
      readers.check();
    }
  }

  /** 3-23, N6: the tick is there, drives time when it is asked for, and readers follow it. */
  @Test
  void ticksAreListedAndDriveTimeByName() throws IOException, InterruptedException {
    try (Child owner = daemon();
        Readers readers = readersOf(owner)) {
      Ran list = command("list");
      String row = list.lines().stream().filter(each -> each.contains("jiffies")).findFirst()
          .orElseThrow(() -> new AssertionError(list.out()));
      assertTrue(row.matches("\\s+jiffies\\s+1 .*"), row);
      String first = (String) json("current").get("current");
      assertEquals("jiffies", json("set", "jiffies").get("current"));
      assertTrue(command("current").out().startsWith("jiffies, watched by "));
      readers.check();
      Ran now = Ran.of(new SimulatedSessions(), "clocksource", "list", "--page", page);
      assertTrue(now.out().contains("*  jiffies"), now.out());
      assertEquals(first, json("set", "auto").get("current"));
      readers.check();
    }
  }

  /** Nobody is watched: who listens is told so, and is not kept when he has gone. */
  @Test
  void whoWatchesNothingIsToldAndLetGo() throws IOException {
    Path directory = Files.createDirectories(scratch.resolve("alone"));
    Candidate only = Candidate.of(new NanoTimeClockSource(0, 50), "by definition");
    try (HostTimeline timeline = HostTimeline.inProcess(only, HostOptions.defaults());
        HostClocksources clocksources =
            new HostClocksources(timeline, List.of(only), Watchdog.Options.defaults());
        ControlServer server =
            ControlServer.open(directory, new ClocksourceControl(clocksources, 5))) {
      clocksources.start();
      for (int i = 0; i < 3 * ControlServer.CONNECTIONS; i++) {
        String line;
        do {
          line = watchOnce(directory);
        } while (line.contains("busy"));
        assertEquals(
            "{\"ok\":true,\"current\":\"nanotime\",\"watchedBy\":null,\"check\":null}", line);
      }
      assertEquals(directory.resolve("control"), server.path());
    }
  }

  private static String watchOnce(Path directory) {
    try (ControlClient client = ControlClient.connect(directory).orElseThrow()) {
      client.send("watch", Optional.empty());
      return client.receive();
    } catch (Failure refused) {
      return refused.getMessage();
    }
  }

  /** A daemon that dies under who watches it is said, and the code is 1. */
  @Test
  void aDaemonThatDiesEndsTheWatch() throws Exception {
    try (Child owner = daemon()) {
      owner.line();
      var watching =
          CompletableFuture.supplyAsync(() -> command("watch", "--json"));
      command("watch", "--count", "1");
      owner.signal("KILL");
      Ran ran = watching.get();
      assertEquals(ExitCode.FAILED, ran.code(), ran.err());
      assertTrue(ran.err().contains("has ended"), ran.err());
    }
  }

  private Readers readersOf(Child owner) throws IOException, InterruptedException {
    owner.line();
    return new Readers(Path.of(page));
  }

  private void refusals() {
    Ran unknown = command("set", "hpet");
    assertEquals(ExitCode.USAGE, unknown.code());
    assertTrue(unknown.err().contains("'hpet' is not one of ["), unknown.err());
    assertEquals(ExitCode.USAGE, command("set").code());
    assertEquals(ExitCode.USAGE, command("leave").code());
    assertEquals(ExitCode.USAGE, command("current", "tsc").code());
    assertEquals(ExitCode.USAGE, command("list", "--count", "3").code());
  }

  @Test
  void theWatchdogIsSeenByWatchAndInTheStatus() throws IOException, InterruptedException {
    try (Child owner = daemon()) {
      owner.line();
      Ran watched = command("watch", "--count", "3", "--json");
      assertEquals(ExitCode.OK, watched.code(), watched.err());
      assertEquals(3, watched.lines().size());
      for (String line : watched.lines()) {
        assertFalse(line.contains("UNSTABLE"), line);
        assertTrue(line.contains("\"verdict\":\""), line);
      }
      Ran words = command("watch", "--count", "1");
      assertTrue(words.out().contains(" by "), words.out());
      assertTrue(command("current").out().contains("watched by "), command("current").out());
      String status = "";
      while (!status.contains("\"watchdog\":{\"watchedBy\":\"")) {
        status = owner.line();
      }
    }
  }

  @Test
  void withoutADaemonTheMachineIsShownAndTheRestIsCode3() {
    Map<String, Object> list = json("list");
    assertEquals(null, list.get("current"));
    assertTrue(names(list).contains("nanotime"), list.toString());
    Ran set = command("set", "tsc");
    assertEquals(ExitCode.PREREQUISITE, set.code());
    assertTrue(set.err().contains("no daemon listens at "), set.err());
    assertEquals(ExitCode.PREREQUISITE, command("watch").code());
    assertEquals(ExitCode.PREREQUISITE, command("current").code());
  }

  /** A daemon that was killed leaves its socket; the next one takes its place. */
  @Test
  void aDeadOwnersSocketIsReplaced() throws IOException, InterruptedException {
    try (Child owner = daemon()) {
      owner.line();
      json("current");
      owner.signal("KILL");
      owner.end();
    }
    assertTrue(Files.exists(Path.of(page, "control")), "a killed daemon cannot tidy up");
    assertEquals(ExitCode.PREREQUISITE, command("current").code());
    try (Child owner = daemon("--clocksource", "monotonic_raw")) {
      owner.line();
      assertEquals("monotonic_raw", json("current").get("current"));
      owner.signal("TERM");
      assertEquals(ExitCode.OK, owner.end().code());
    }
    assertFalse(Files.exists(Path.of(page, "control")), "left behind");
  }

  /** The planted bug: readers that are given a page whose time does go back say so. */
  @Test
  void theReadersWouldSeeIt() throws IOException, InterruptedException {
    try (Child owner = daemon();
        Readers readers = readersOf(owner)) {
      // Before the first read there is no time to go ahead of.
      Await.until(() -> readers.reads > 0, "a first read");
      readers.latest.addAndGet(10_000_000_000L);
      Await.until(() -> readers.trouble.get() != null, "a reader sees time go back");
      assertThrows(AssertionError.class, readers::check);
    }
  }
}

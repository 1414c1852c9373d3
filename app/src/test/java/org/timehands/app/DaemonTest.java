package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.app.text.TinyJson;

/** The program from outside: daemons and readers in JVMs of their own, on a page of their own. */
class DaemonTest {
  @TempDir private Path scratch;
  private String page;

  @BeforeEach
  void place() {
    page = scratch.resolve("page").toString();
  }

  private Child daemon() throws IOException {
    return Child.start(scratch, "run", "--json", "--page", page, "--interval", "100ms");
  }

  private Ran run(String... arguments) throws IOException, InterruptedException {
    return Child.run(scratch, "", arguments);
  }

  private Map<String, Object> json(String input, String... arguments)
      throws IOException, InterruptedException {
    Ran ran = Child.run(scratch, input, arguments);
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals("", ran.err());
    return TinyJson.object(ran.out());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> timeline(Map<String, Object> status) {
    return (Map<String, Object>) status.get("timeline");
  }

  @SuppressWarnings("unchecked")
  private static long monotonic(Map<String, Object> now) {
    return ((List<Map<String, Object>>) now.get("clocks"))
        .stream()
            .filter(each -> each.get("clock").equals("MONOTONIC"))
            .mapToLong(each -> (long) each.get("nanos"))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void aLifeOfAPage() throws IOException, InterruptedException {
    Map<String, Object> stamp;
    Map<String, Object> converted;
    long before;
    try (Child owner = daemon()) {
      Map<String, Object> first = TinyJson.object(owner.line());
      assertEquals("OWNED_PAGE", timeline(first).get("origin"));
      assertEquals(owner.pid(), timeline(first).get("ownerPid"));
      Map<String, Object> now = json("", "now", "--json", "--page", page);
      assertEquals("SHARED_PAGE", timeline(now).get("origin"));
      assertEquals(page, timeline(now).get("page"));
      assertEquals(owner.pid(), timeline(now).get("ownerPid"));
      assertEquals(true, timeline(now).get("ownerAlive"));
      assertEquals(true, timeline(now).get("extending"));
      assertEquals(false, now.get("held"));
      assertTrue(monotonic(now) >= (long) first.get("monotonicNanos"));
      refusesASecondOwner(owner.pid());
      stamp = json("", "stamp", "--json", "--page", page);
      String text = stamp.get("clocksource") + " " + stamp.get("cycles");
      Map<String, Object> later = json("", "now", "--json", "--page", page);
      converted = json(text, "convert", "--json", "--page", page, "-");
      assertEquals("EXACT", converted.get("found"), "a later read has promised the cycle");
      before = monotonic(later);
      owner.signal("KILL");
      assertEquals(128 + 9, owner.end().code());
    }
    before = afterTheKill(before);
    resumes(before, stamp, converted);
  }

  private void refusesASecondOwner(long pid) throws IOException, InterruptedException {
    Ran second = run("run", "--page", page);
    assertEquals(ExitCode.PAGE_REFUSED, second.code(), second.err());
    assertEquals("", second.out());
    assertEquals(1, second.err().lines().count(), second.err());
    assertTrue(second.err().contains("is owned by process " + pid + ","), second.err());
  }

  /** The owner is dead: who may extend goes on, who may not holds and says so. */
  private long afterTheKill(long before) throws IOException, InterruptedException {
    Map<String, Object> now = json("", "now", "--json", "--page", page);
    assertTrue(monotonic(now) > before, "time stands still");
    assertEquals(false, timeline(now).get("ownerAlive"));
    assertEquals(false, now.get("held"));
    Ran words = run("now", "--page", page);
    assertTrue(words.out().contains(", which is gone (extending)"), words.out());
    // The promises of the reader before are used up by the time a JVM has started.
    Map<String, Object> held = json("", "now", "--json", "--read-only", "--page", page);
    assertEquals("STALE", held.get("status"), held.toString());
    assertEquals("PROMISE_RAN_OUT", held.get("reason"));
    assertEquals(true, held.get("held"));
    assertEquals(false, timeline(held).get("extending"));
    assertTrue(monotonic(held) >= monotonic(now), "a held time lies before one that was read");
    return monotonic(held);
  }

  private void resumes(long before, Map<String, Object> stamp, Map<String, Object> converted)
      throws IOException, InterruptedException {
    try (Child owner = daemon()) {
      Map<String, Object> first = TinyJson.object(owner.line());
      assertTrue((long) first.get("monotonicNanos") >= before, "time went back");
      assertEquals(2L, timeline(first).get("ownerEpoch"));
      String text = stamp.get("clocksource") + ":" + stamp.get("cycles");
      Map<String, Object> again = json("", "convert", "--json", "--page", page, text);
      assertEquals(converted, again, "an old stamp has another time now");
      assertTrue(someReadIsNotHeld(), "the heartbeat keeps readers going");
      owner.signal("INT");
      assertEquals(ExitCode.OK, owner.end().code());
    }
    Map<String, Object> now = json("", "now", "--json", "--page", page);
    assertEquals(0L, timeline(now).get("ownerPid"));
    assertTrue(monotonic(now) >= before);
  }

  /** A beat may be late on a busy machine, but not always. */
  private boolean someReadIsNotHeld() throws IOException, InterruptedException {
    for (int tries = 0; tries < 20; tries++) {
      Map<String, Object> now = json("", "now", "--json", "--read-only", "--page", page);
      if (now.get("held").equals(false)) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void signalsEndItInOrder(String signal) throws IOException, InterruptedException {
    try (Child owner = daemon()) {
      owner.line();
      owner.signal(signal);
      Ran ran = owner.end();
      assertEquals(ExitCode.OK, ran.code(), ran.err());
      assertEquals("", ran.err());
      ran.lines().forEach(TinyJson::object);
    }
    assertEquals(0L, timeline(json("", "now", "--json", "--page", page)).get("ownerPid"));
  }

  @Test
  void onceEndsByItselfAndLeavesThePageToOthers() throws IOException, InterruptedException {
    Map<String, Object> once = json("", "run", "--once", "--json", "--page", page);
    assertEquals("OWNED_PAGE", timeline(once).get("origin"));
    assertTrue((long) once.get("uptimeNanos") >= 1_000_000_000L, once.toString());
    assertTrue((long) once.get("segments") >= 1, once.toString());
    Ran again = run("run", "--once", "--page", page);
    assertEquals(ExitCode.OK, again.code(), again.err());
    String place = page + ", resumed, owner number 2; horizon rw-rw-r-- of group ";
    assertTrue(again.out().contains(place), again.out());
  }

  /** A page left on one clocksource goes on by another; its depth it keeps. */
  @Test
  void aPageIsTakenUpByAnotherClocksource() throws IOException, InterruptedException {
    String[] first = {
      "run", "--once", "--json", "--page", page, "--clocksource", "nanotime", "--history", "64"
    };
    Map<String, Object> before = json("", first);
    Map<String, Object> stamp = json("", "stamp", "--json", "--page", page);
    assertEquals("nanotime", stamp.get("name"));
    String text = stamp.get("clocksource") + ":" + stamp.get("cycles");
    Map<String, Object> now = json("", "now", "--json", "--page", page);
    Map<String, Object> converted = json("", "convert", "--json", "--page", page, text);
    assertEquals("EXACT", converted.get("found"), converted.toString());
    Ran other =
        run("run", "--once", "--json", "--page", page, "--clocksource", "monotonic_raw");
    assertEquals(ExitCode.OK, other.code(), other.err());
    Map<String, Object> after = TinyJson.object(other.out());
    assertEquals(2L, timeline(after).get("ownerEpoch"));
    assertTrue(other.out().contains("\"name\":\"monotonic_raw\""), other.out());
    assertTrue(other.err().contains("keeps its 64 segments, not 4096"), other.err());
    assertTrue((long) after.get("monotonicNanos") >= monotonic(now), "time went back");
    assertTrue((long) before.get("monotonicNanos") <= monotonic(now), "time went back");
    assertEquals(
        converted, json("", "convert", "--json", "--page", page, text), "history has changed");
    assertEquals(
        "monotonic_raw", json("", "stamp", "--json", "--page", page).get("name"));
  }

  @Test
  void aReaderThatGoesAwayEndsIt() throws IOException, InterruptedException {
    Path lines = scratch.resolve("lines");
    try (Child owner = daemon()) {
      Files.writeString(lines, owner.line());
      owner.closeOutput();
      assertEquals(ExitCode.OK, owner.end().code());
    }
  }

  @Test
  void refusedPagesAreCode4() throws IOException, InterruptedException {
    Ran absent = run("now", "--page", page);
    assertEquals(ExitCode.PAGE_REFUSED, absent.code());
    assertTrue(absent.err().contains("does not exist"), absent.err());
    Files.createDirectory(Path.of(page));
    Files.write(Path.of(page, "page"), new byte[1 << 20]);
    Files.write(Path.of(page, "horizon"), new byte[1 << 18]);
    Ran zeroed = run("now", "--page", page);
    assertEquals(ExitCode.PAGE_REFUSED, zeroed.code());
    assertTrue(zeroed.err().contains("not a page of Timehands"), zeroed.err());
    assertEquals(1, zeroed.err().lines().count(), zeroed.err());
    Ran nameless = run("now", "--page", "");
    assertEquals(ExitCode.USAGE, nameless.code());
    assertTrue(nameless.err().contains("give a path such as"), nameless.err());
    Path link = Files.createSymbolicLink(scratch.resolve("link"), Path.of(page));
    Ran linked = run("stamp", "--page", link.toString());
    assertEquals(ExitCode.PAGE_REFUSED, linked.code());
    assertTrue(linked.err().contains("is a symbolic link"), linked.err());
  }

  @Test
  void doctorTellsWhyAPageIsRefusedAndIsNoFailure() throws IOException, InterruptedException {
    Map<String, Object> report = json("", "doctor", "--json", "--page", page);
    String text = report.toString();
    assertTrue(text.contains("does not exist"), text);
    assertTrue(text.contains("default: "), text);
    for (String topic : List.of("java", "machine", "clocksources", "host", "user", "page")) {
      assertTrue(text.contains("topic=" + topic), topic);
    }
    for (String name :
        List.of(
            "JDK", "native access", "kernel's clocksource", "hypervisor's clock page",
            "PTP hardware clocks", "nanotime", "synchronised")) {
      assertTrue(text.contains("name=" + name), name);
    }
  }

  @Test
  void withoutNativeAccessReadersFallBackAndOwnersSayWhy()
      throws IOException, InterruptedException {
    List<String> deny = List.of("--illegal-native-access=deny");
    try (Child owner = Child.start(scratch, deny, "run", "--page", page)) {
      Ran ran = owner.end();
      assertEquals(ExitCode.PREREQUISITE, ran.code(), ran.err());
      assertTrue(ran.err().contains("--enable-native-access=ALL-UNNAMED"), ran.err());
    }
    try (Child reader = Child.start(scratch, deny, "stamp", "--json")) {
      Ran ran = reader.end();
      assertEquals(ExitCode.OK, ran.code(), ran.err());
      assertEquals("nanotime", TinyJson.object(ran.out()).get("name"));
      assertFalse(ran.err().contains("Exception"), ran.err());
    }
  }
}

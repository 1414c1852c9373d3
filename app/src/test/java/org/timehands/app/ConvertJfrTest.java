package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.StackTrace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.Timehands;
import org.timehands.app.text.TinyJson;
import org.timehands.clocksource.Candidate;
import org.timehands.host.HostOptions;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.trace.jfr.JfrAnchors;

/** A recording of this JVM, converted: each event lies between what was read around it. */
class ConvertJfrTest {
  @TempDir Path temp;

  /** An event whose start lies between two readings of our clock. */
  @Name("test.Between")
  @StackTrace(false)
  static final class Between extends Event {
    long before;
    long after;
  }

  private static Sessions sessions(Timehands timehands) {
    return new Sessions() {
      @Override
      public Session read(Optional<Path> page, boolean readOnly) {
        return new Session(
            timehands.clocks(), Session.Origin.IN_PROCESS, Optional.empty(), Optional.empty(),
            () -> timehands.clocksource().map(Candidate::source).orElseThrow(),
            Optional.empty(), () -> {});
      }

      @Override
      public Session own(OwnerChoice asked) {
        throw new AssertionError();
      }
    };
  }

  private static List<long[]> record(Timekeeper clocks, Path file, boolean anchored)
      throws IOException {
    List<long[]> told = new ArrayList<>();
    try (Recording recording = new Recording()) {
      recording.enable(Between.class);
      recording.enable(JfrAnchors.EVENT).with("period", "20 ms");
      recording.start();
      JfrAnchors anchors = anchored ? JfrAnchors.start(clocks) : null;
      // The recorder looks for new periodic events once a second.
      for (int i = 0; i < 1_000; i++) {
        Between event = new Between();
        event.before = clocks.realtimeNanos();
        event.begin();
        event.after = clocks.realtimeNanos();
        event.commit();
        told.add(new long[] {event.before, event.after});
        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
      }
      if (anchors != null) {
        anchors.anchor();
        anchors.close();
      }
      recording.stop();
      recording.dump(file);
    }
    return told;
  }

  private static List<Map<String, Object>> events(Ran ran, String name) {
    List<Map<String, Object>> events = new ArrayList<>();
    for (String line : ran.lines()) {
      Map<String, Object> each = TinyJson.object(line);
      if (each.get("event").equals(name)) {
        events.add(each);
      }
    }
    // A recording is in the order in which buffers were written, not in that of its events.
    events.sort(Comparator.comparingLong(each -> (Long) each.get("ticks")));
    return events;
  }

  @Test
  void everyEventLiesWhereItWas() throws IOException {
    Path file = temp.resolve("r.jfr");
    try (Timehands timehands = Timehands.inProcess(HostOptions.defaults())) {
      List<long[]> told = record(timehands.clocks(), file, true);
      Ran ran = Ran.of(sessions(timehands), "convert", "--jfr", file.toString(), "--json");
      assertEquals(ExitCode.OK, ran.code(), ran.err());
      List<Map<String, Object>> events = events(ran, "test.Between");
      assertEquals(told.size(), events.size());
      long widest = 0;
      for (int i = 0; i < events.size(); i++) {
        Map<String, Object> each = events.get(i);
        assertEquals("EXACT", each.get("found"), each.toString());
        long time = (Long) each.get("realtimeNanos");
        long within = (Long) each.get("withinNanos");
        widest = Math.max(widest, within);
        long[] truth = told.get(i);
        assertTrue(
            time + within >= truth[0] && time - within <= truth[1],
            () -> time + " ±" + within + " is not in " + Arrays.toString(truth));
      }
      assertTrue(events(ran, JfrAnchors.EVENT).size() > 3, ran.err());
      System.out.println("ConvertJfrTest: widest ±" + widest + " ns; " + ran.err().strip());
      textToo(sessions(timehands), file, told.size());
      try (JournalWriter writer =
          JournalWriter.open(
              temp.resolve("journal"), timehands.clocks().timeline().page(),
              JournalOptions.defaults())) {
        writer.poll();
      }
    }
    // The journal has what the timeline knew, when the timeline is gone.
    Ran kept =
        Ran.of(
            new SimulatedSessions(), "convert", "--jfr", file.toString(), "--json", "--journal",
            temp.resolve("journal").toString());
    assertEquals(ExitCode.OK, kept.code(), kept.err());
    for (Map<String, Object> each : events(kept, "test.Between")) {
      assertEquals("EXACT", each.get("found"));
    }
    // Another timeline of the same boot has no history of it, but the anchors have their own.
    try (Timehands later = Timehands.inProcess(HostOptions.defaults())) {
      Ran ran = Ran.of(sessions(later), "convert", "--jfr", file.toString(), "--json");
      assertEquals(ExitCode.OK, ran.code(), ran.err());
      for (Map<String, Object> each : events(ran, "test.Between")) {
        assertEquals("ANCHORED", each.get("found"));
      }
    }
  }

  private static void textToo(Sessions sessions, Path file, int count) {
    Ran text = Ran.of(sessions, "convert", "--jfr", file.toString());
    assertEquals(ExitCode.OK, text.code(), text.err());
    assertEquals(
        count,
        text.lines().stream().filter(line -> line.endsWith("EXACT  test.Between")).count());
  }

  @Test
  void aRecordingWithoutAnchorsHasTheRecordersTimes() throws IOException {
    Path file = temp.resolve("plain.jfr");
    try (Timehands timehands = Timehands.inProcess(HostOptions.defaults())) {
      record(timehands.clocks(), file, false);
      Ran ran = Ran.of(sessions(timehands), "convert", "--jfr", file.toString(), "--json");
      assertEquals(ExitCode.OK, ran.code(), ran.err());
      Map<String, Object> first = events(ran, "test.Between").getFirst();
      assertEquals("UNANCHORED", first.get("found"));
      assertEquals(null, first.get("withinNanos"));
      assertNotNull(first.get("realtimeNanos"));
      assertTrue(ran.err().contains("no anchors"), ran.err());
    }
  }

  @Test
  void whatIsNoRecordingIsRefused() throws IOException {
    Path good = temp.resolve("good.jfr");
    SimulatedSessions sessions = new SimulatedSessions();
    try (Recording recording = new Recording()) {
      recording.start();
      recording.stop();
      recording.dump(good);
    }
    byte[] bytes = Files.readAllBytes(good);
    byte[] twice = Arrays.copyOf(bytes, bytes.length + 68);
    byte[] other = bytes.clone();
    other[3] = 1;
    byte[] rate = Arrays.copyOf(bytes, 2 * bytes.length);
    System.arraycopy(bytes, 0, rate, bytes.length, bytes.length);
    rate[bytes.length + 63] ^= 1;
    List<byte[]> broken =
        List.of(
            new byte[0], new byte[67], Arrays.copyOf(bytes, 40),
            Arrays.copyOf(bytes, bytes.length - 1), twice, other, rate);
    for (int i = 0; i < broken.size(); i++) {
      Path file = temp.resolve("broken" + i);
      Files.write(file, broken.get(i));
      Ran ran = Ran.of(sessions, "convert", "--jfr", file.toString());
      assertEquals(ExitCode.FAILED, ran.code(), i + ": " + ran.err());
      assertTrue(ran.err().contains("cannot be read as a recording"), ran.err());
      assertEquals(1, ran.err().lines().count(), ran.err());
    }
    assertEquals(
        ExitCode.FAILED, Ran.of(sessions, "convert", "--jfr", good + ".none").code());
  }
}

package org.timehands.stress.walls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.timehands.mischief.Mischief;

/**
 * The parts of core and what each does alone: one write entry (0-04, 2-03), one owner of what is
 * shared (2-04), reads without a lock (2-13), five parts that are strangers (3-01, 3-22, 3-25,
 * 3-34, 3-44), no branch for one counter (3-65), no zones (3-68). The plants show that each rule
 * catches what it is for.
 */
class PartsTest {
  private static List<ClassUses> core;

  @BeforeAll
  static void read() throws IOException {
    core =
        ClassUses.beside(Mischief.class).stream()
            .filter(each -> each.name().startsWith("org.timehands."))
            .toList();
  }

  @TestFactory
  Stream<DynamicTest> core() {
    return Stream.of(
        rule("the five parts are strangers", PartRules::strangers),
        rule("segments are appended in few places", PartRules::appends),
        rule("operations run in one place", PartRules::operations),
        rule("shared words are written in few places", PartRules::stores),
        rule("no branch for one counter", PartRules::counters),
        rule("no zones", PartRules::zones),
        rule("reads lock nothing", PartRules::locks));
  }

  private static DynamicTest rule(String name, Function<ClassUses, List<Violation>> rule) {
    return DynamicTest.dynamicTest(
        name,
        () ->
            assertEquals(
                List.of(), core.stream().flatMap(each -> rule.apply(each).stream()).toList()));
  }

  /** Each part is there: a rule about a room that nobody has would hold for ever. */
  @Test
  void thePartsAreThere() {
    for (String part : PartRules.STRANGERS.keySet()) {
      String room = "org.timehands." + part + ".";
      assertTrue(core.stream().anyMatch(each -> each.name().startsWith(room)), part);
      assertTrue(ArchRules.LEVELS.containsKey(part), part);
    }
    int below = ArchRules.LEVELS.get("clocksource");
    assertTrue(below < ArchRules.LEVELS.get("discipline"), "clock source, then frequency");
    assertTrue(ArchRules.LEVELS.get("discipline") < ArchRules.LEVELS.get("timekeeping"), "wall");
    assertTrue(ArchRules.LEVELS.get("timekeeping") < ArchRules.LEVELS.get("timer"));
  }

  // --- Plants

  private static ClassUses planted(String name, String body) {
    Map<String, String> sources = new LinkedHashMap<>();
    sources.put(
        "org.timehands.timeline.TimelineWriter",
        "package org.timehands.timeline; public class TimelineWriter {"
            + " public long append(Object o) { return 0; } public long retries() { return 0; } }");
    sources.put(
        "org.timehands.timekeeping.Operations",
        "package org.timehands.timekeeping; public class Operations {"
            + " public interface Operation { long run(); } }");
    sources.put(
        "org.timehands.linux.Memory",
        "package org.timehands.linux; public class Memory {"
            + " public static void set(long a, long v) {}"
            + " public static long get(long a) { return 0; } }");
    sources.put(
        "org.timehands.linux.Counter",
        "package org.timehands.linux; public class Counter {"
            + " public static long readOrdered() { return 0; } }");
    for (String each : List.of("clocksource.NativeClockSource", "timer.Mark", "timeout.Mark",
        "timekeeping.Mark", "discipline.Mark")) {
      String packageName = "org.timehands." + each.replaceFirst("\\..*", "");
      String simple = each.replaceFirst(".*\\.", "");
      sources.put(
          "org.timehands." + each,
          "package " + packageName + "; public class " + simple + " {}");
    }
    String full = "org.timehands." + name;
    String packageName = full.substring(0, full.lastIndexOf('.'));
    String simple = full.substring(full.lastIndexOf('.') + 1);
    sources.put(
        full, "package " + packageName + "; public class " + simple + " {" + body + "}");
    return ClassUses.of(InMemory.compile(sources).get(full));
  }

  private static final Map<String, String> PLANTS =
      Map.of(
          "APPEND", "long f(~timeline.TimelineWriter w) { return w.append(w); }",
          "RETRIES", "long f(~timeline.TimelineWriter w) { return w.retries(); }",
          "RUN", "long f(Operations.Operation o) { return o.run(); }",
          "SET", "void f() { ~linux.Memory.set(1, 2); }",
          "GET", "long f() { return ~linux.Memory.get(1); }",
          "NATIVE", "~clocksource.NativeClockSource x;",
          "COUNTER", "long x = ~linux.Counter.readOrdered();");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          strangers | timekeeping.Planted | ~timer.Mark x; | true
          strangers | timer.Planted | ~timeout.Mark x; | true
          strangers | timeout.Planted | ~timer.Mark x; | true
          strangers | discipline.Planted | ~timekeeping.Mark x; | true
          strangers | clocksource.Planted | ~discipline.Mark x; | true
          strangers | timer.Planted | ~timekeeping.Mark x; | false
          strangers | posix.Planted | ~timer.Mark x; | false
          appends | host.Planted | APPEND | true
          appends | timekeeping.Press | APPEND | false
          appends | host.Planted | RETRIES | false
          operations | timekeeping.Aux | RUN | true
          operations | timekeeping.Timekeeping | RUN | false
          stores | timekeeping.Planted | SET | true
          stores | timekeeping.Planted | GET | false
          stores | timeline.Page | SET | false
          counters | timekeeping.Planted | NATIVE | true
          counters | timekeeping.Planted | COUNTER | true
          counters | timeline.Timeline | COUNTER | false
          zones | timer.Planted | java.time.ZoneId x; | true
          zones | timer.Planted | java.time.Instant x; | false
          zones | timekeeping.TimelineClock | java.time.ZoneId x; | false
          counters | trace.TraceClock | NATIVE | false
          locks | timeline.Timeline | java.util.concurrent.locks.ReentrantLock x; | true
          locks | timeline.Planted | java.util.concurrent.locks.ReentrantLock x; | false
          """)
  void plants(String rule, String name, String body, boolean caught) {
    String whole = PLANTS.getOrDefault(body, body).replace("~", "org.timehands.");
    ClassUses use = planted(name, whole);
    List<Violation> found =
        switch (rule) {
          case "strangers" -> PartRules.strangers(use);
          case "appends" -> PartRules.appends(use);
          case "operations" -> PartRules.operations(use);
          case "stores" -> PartRules.stores(use);
          case "counters" -> PartRules.counters(use);
          case "zones" -> PartRules.zones(use);
          default -> PartRules.locks(use);
        };
    if (caught) {
      assertFalse(found.isEmpty(), body);
    } else {
      assertEquals(List.of(), found);
    }
  }
}

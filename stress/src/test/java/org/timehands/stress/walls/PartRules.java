package org.timehands.stress.walls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Rules about which parts of core do what alone, beyond the floors that {@link ArchRules} has. */
final class PartRules {
  private static final String ROOT = "org.timehands.";

  /**
   * The five parts that S3 asks for, as rooms, and what each must not know: time sources
   * (clocksource, clockevent), synchronisation (discipline), time of day (timekeeping), timers
   * (timer, tick), timeouts (timeout).
   */
  static final Map<String, Set<String>> STRANGERS =
      Map.of(
          "clocksource",
              Set.of("clockevent", "discipline", "timekeeping", "timer", "tick", "timeout"),
          "clockevent",
              Set.of("discipline", "timekeeping", "timer", "tick", "timeout"),
          "discipline",
              Set.of("clockevent", "timekeeping", "timer", "tick", "timeout"),
          "timekeeping", Set.of("timer", "tick", "timeout"),
          "timer", Set.of("timeout", "discipline"),
          "timeout", Set.of("timer", "discipline"));

  /** Who appends segments: one class for each way a timeline is steered, and the gap's bridge. */
  private static final Set<String> APPENDERS =
      Set.of(
          "timeline.TimelineWriter", "timeline.GapGuard", "timekeeping.Press", "host.Handover",
          "host.HostFollower");

  private static final Set<String> APPENDS =
      Set.of("append", "appendIf", "tryAppendBridge");

  /** Who stores to a page's words; the warp check has two words of its own. */
  private static final Set<String> STORERS =
      Set.of(
          "timeline.Page", "timeline.Segment", "timeline.Timeline", "timeline.TimelineWriter",
          "clocksource.PinnedExchange");

  private static final Set<String> STORES =
      Set.of("set", "setRelease", "setVolatile", "compareAndSet", "clear");

  /** Who runs an operation of the write side, under its lock. */
  private static final String ENTRY = "timekeeping.Timekeeping";

  private static final Set<String> COUNTERS =
      Set.of(
          "NativeClockSource", "MonotonicRawClockSource", "NanoTimeClockSource",
          "TickClockSource", "SimulatedClockSource");

  /** Who takes the processor's counter without a call through an interface: reads and stamps. */
  private static final Set<String> FAST_PATHS = Set.of("timeline.Timeline", "trace.TraceClock");

  /** Who gives REALTIME to code that wants a {@code java.time.Clock} with a zone. */
  private static final Set<String> VIEWS =
      Set.of("timekeeping.TimelineClock", "timekeeping.Timekeeper");

  private static final Set<String> CALENDAR =
      Set.of(
          "java.time.ZoneId", "java.time.ZoneOffset", "java.time.ZonedDateTime",
          "java.time.LocalDate", "java.time.LocalDateTime", "java.time.OffsetDateTime",
          "java.util.TimeZone", "java.util.Calendar", "java.util.Date");

  private static final Set<String> READ_PATH =
      Set.of(
          "timeline.Timeline", "timeline.Line", "timeline.Sample", "timeline.History",
          "fixed.Fixed", "timekeeping.Timekeeper", "timekeeping.Reading", "timekeeping.Snapshot");

  private PartRules() {}

  /** 3-01, 3-22, 3-25, 3-34, 3-44: no part knows what it has no business with. */
  static List<Violation> strangers(ClassUses use) {
    Set<String> forbidden = STRANGERS.getOrDefault(roomOf(use.name()), Set.of());
    return classes(
        use,
        each -> each.startsWith(ROOT) && forbidden.contains(roomOf(each)),
        "this part does without that one: move the code, or pass an interface");
  }

  /** 0-04, 2-03: a segment is appended in few places, each the only one of its kind. */
  static List<Violation> appends(ClassUses use) {
    if (APPENDERS.contains(inside(use.name()))) {
      return List.of();
    }
    return members(
        use, ROOT + "timeline.TimelineWriter.", APPENDS, "change a timeline by Timekeeping.write");
  }

  /** 0-04, 2-03: an operation runs in Timekeeping.write alone. */
  static List<Violation> operations(ClassUses use) {
    if (inside(use.name()).equals(ENTRY)) {
      return List.of();
    }
    return members(
        use, ROOT + "timekeeping.Operations$Operation.", Set.of("run"),
        "only Timekeeping.write runs an operation, under its lock");
  }

  /** 2-04: what a change of the clocksource writes has one owner, as all shared words have. */
  static List<Violation> stores(ClassUses use) {
    if (STORERS.contains(inside(use.name())) || roomOf(use.name()).equals("linux")) {
      return List.of();
    }
    return members(use, ROOT + "linux.Memory.", STORES, "shared words are written in timeline");
  }

  /** 3-65: no counter has a branch of its own above its room. */
  static List<Violation> counters(ClassUses use) {
    String room = roomOf(use.name());
    if (Set.of("clocksource", "linux").contains(room) || FAST_PATHS.contains(inside(use.name()))) {
      return List.of();
    }
    return classes(
        use,
        each -> each.equals(ROOT + "linux.Counter") || isCounter(each),
        "a counter is a ClockSource up here: ask it for what it can");
  }

  private static boolean isCounter(String className) {
    return roomOf(className).equals("clocksource")
        && COUNTERS.contains(inside(className).replaceFirst(".*\\.", ""));
  }

  /** 3-68: zones and calendars stay out of the core. */
  static List<Violation> zones(ClassUses use) {
    return VIEWS.contains(inside(use.name()))
        ? List.of()
        : classes(use, CALENDAR::contains, "zones and calendars are the caller's");
  }

  /** 2-13: the read path knows no lock. */
  static List<Violation> locks(ClassUses use) {
    return !READ_PATH.contains(inside(use.name()))
        ? List.of()
        : classes(
            use,
            each -> each.startsWith("java.util.concurrent.locks."),
            "a read locks nothing (I9)");
  }

  private static List<Violation> classes(ClassUses use, Predicate<String> bad, String remedy) {
    List<Violation> found = new ArrayList<>();
    for (String each : use.classes()) {
      if (bad.test(each)) {
        found.add(new Violation(use.name(), 1, "uses " + each + ": " + remedy));
      }
    }
    return found;
  }

  private static List<Violation> members(
      ClassUses use, String owner, Set<String> names, String remedy) {
    List<Violation> found = new ArrayList<>();
    for (String each : use.members()) {
      if (each.startsWith(owner) && names.contains(each.substring(owner.length()))) {
        found.add(new Violation(use.name(), 1, "calls " + each + ": " + remedy));
      }
    }
    return found;
  }

  /** A class without our root, and without what is nested in it. */
  private static String inside(String className) {
    return className.substring(ROOT.length()).replaceFirst("\\$.*", "");
  }

  private static String roomOf(String className) {
    if (!className.startsWith(ROOT)) {
      return "";
    }
    String inside = className.substring(ROOT.length());
    int dot = inside.indexOf('.');
    return dot < 0 ? "" : inside.substring(0, dot);
  }
}

package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/kernel-tests.md says which test of ours stands for which of the kernel's: every entry of
 * semantics 4.1 to 4.4 is in it, and every test that it names is there (3-62).
 */
class KernelTableTest {
  private static final Path ROOT = Path.of("..");
  private static final Path TABLE = ROOT.resolve("docs/kernel-tests.md");

  private static final List<String> MODULES = List.of("core", "sim", "app", "stress");

  /** What semantics 4.1 to 4.4 list. */
  private static final String ENTRIES =
      """
      inconsistency-check threadtest nanosleep nsleep-lat set-timer-lat posix_timers mqueue-lat
      raw_skew rtcpie adjtick change_skew skew_consistency freq-step clocksource-switch leap-a-day
      leapcrash set-tai set-2038 set-tz valid-adjtimex alarmtimer-suspend rtctest rtctest_setdate
      vdso_test_correctness vdso_test_abi vdso_test_clock_getres vdso_test_gettimeofday
      vdso_standalone_test_x86 vdso_test_getcpu vdso_test_getrandom vdso_test_chacha time_test
      clocksource-wdtest test_udelay
      rdtsc-latency sched_latency periodic_cpu_load hrtimer-prio sched_jitter thread_clock
      adjtimex01 adjtimex02 adjtimex03 clock_adjtime01 clock_adjtime02 clock_getres01
      clock_gettime01 clock_gettime02 clock_gettime03 clock_gettime04 leapsec01 clock_nanosleep01
      clock_nanosleep02 clock_nanosleep03 clock_nanosleep04 clock_settime01 clock_settime02
      clock_settime03 clock_settime04 nanosleep01 nanosleep02 nanosleep04 gettimeofday01
      gettimeofday02 settimeofday01 settimeofday02 stime01 stime02 time01 timer_create01
      timer_create02 timer_create03 timer_delete01 timer_delete02 timer_getoverrun01
      timer_gettime01 timer_settime01 timer_settime02 timer_settime03 timerfd01 timerfd02
      timerfd04 timerfd_create01 timerfd_gettime01 timerfd_settime01 timerfd_settime02
      getitimer01 getitimer02 setitimer01 setitimer02 alarm02 alarm03 alarm05 alarm06 alarm07
      timens01 gtod_latency
      """;

  /** The rows of the Open POSIX test suite: an interface and its test cases. */
  private static final Map<String, String> POSIX_ENTRIES = posixEntries();

  private static Map<String, String> posixEntries() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("clock_getres", "1-1 3-1 5-1 6-1 6-2 7-1 8-1");
    entries.put("clock_gettime", "1-1 1-2 2-1 3-1 4-1 7-1 8-1 8-2");
    entries.put(
        "clock_settime",
        "1-1 4-1 4-2 5-1 5-2 6-1 20-1 7-1 7-2 8-1 17-1 17-2 19-1 speculative/4-3"
            + " speculative/4-4");
    entries.put("clock_getcpuclockid", "1-1 1-2 2-1 5-1 6-1");
    entries.put("functional/timers", "invaliddates twopsetclock twoevtimers twoptimers");
    timers(entries);
    return entries;
  }

  private static void timers(Map<String, String> entries) {
    entries.put("behavior/timers", "1-1 2-1");
    entries.put("stress/timers", "plan");
    entries.put("clock_nanosleep", "1-1 2-1 1-3 2-2 10-1 1-4 1-5 2-3 3-1 9-1 11-1 13-1");
    entries.put("nanosleep", "1-1 1-2 1-3 2-1 5-1 3-1 7-1 7-2 3-2 5-2 6-1 10000-1");
    entries.put(
        "timer_create",
        "1-1 3-1 7-1 8-1 9-1 10-1 11-1 16-1 speculative/2-1 speculative/5-1"
            + " speculative/15-1");
    entries.put("timer_delete", "1-1 1-2 speculative/5-1 speculative/5-2");
    entries.put(
        "timer_getoverrun",
        "1-1 2-1 2-2 2-3 speculative/6-1 speculative/6-2 speculative/6-3");
    entries.put(
        "timer_gettime",
        "1-1 1-2 1-3 1-4 2-1 2-2 3-1 speculative/6-1 speculative/6-2"
            + " speculative/6-3");
    entries.put(
        "timer_settime",
        "1-1 1-2 2-1 6-1 3-1 3-2 3-3 5-1 5-2 5-3 9-1 9-2 8-1 8-2 8-3 8-4 13-1"
            + " speculative/12-1 speculative/12-2 speculative/12-3");
  }

  private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| ([^|]+) \\|");
  private static final Pattern NAMED = Pattern.compile("(\\w+Test)(?:\\.(\\w+))?");

  /** The table: entry to what stands for it. */
  private static Map<String, String> rows(List<String> lines) {
    Map<String, String> rows = new LinkedHashMap<>();
    for (String line : lines) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && !row.group(1).startsWith("--")) {
        for (String entry : row.group(1).strip().split(", ")) {
          rows.put(entry, row.group(2).strip());
        }
      }
    }
    return rows;
  }

  /** Entries that the table lacks, or that have neither a test nor a reason. */
  private static List<String> missing(Map<String, String> rows) {
    List<String> wanted = new ArrayList<>(List.of(ENTRIES.strip().split("\\s+")));
    POSIX_ENTRIES.forEach(
        (name, cases) -> {
          for (String each : cases.split(" ")) {
            wanted.add("open_posix " + name + " " + each);
          }
        });
    List<String> found = new ArrayList<>();
    for (String each : wanted) {
      String here = rows.getOrDefault(each, "");
      boolean reason = here.startsWith("n/a: ");
      if (!reason && !NAMED.matcher(here).find()) {
        found.add(each + ": '" + here + "'");
      }
    }
    return found;
  }

  /** Tests that the table names and that no source has. */
  private static List<String> invented(Map<String, String> rows, Map<String, String> sources) {
    List<String> found = new ArrayList<>();
    rows.forEach(
        (entry, here) -> {
          Matcher named = NAMED.matcher(here);
          while (named.find()) {
            String source = sources.get(named.group(1));
            String method = named.group(2);
            boolean exists =
                source != null
                    && (method == null
                        || Pattern.compile("void " + method + "\\(").matcher(source).find());
            if (!exists) {
              found.add(entry + ": " + named.group());
            }
          }
        });
    return found;
  }

  /** Every test source of the repository by its class. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String module : MODULES) {
      Path tests = ROOT.resolve(module).resolve("src/test/java");
      try (Stream<Path> files = Files.walk(tests)) {
        for (Path each : files.filter(file -> file.toString().endsWith("Test.java")).toList()) {
          String name = each.getFileName().toString();
          sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(each));
        }
      }
    }
    return sources;
  }

  @Test
  void everyEntryHasItsTestOrItsReason() throws IOException {
    assertEquals(List.of(), missing(rows(Files.readAllLines(TABLE))));
  }

  @Test
  void everyNamedTestExists() throws IOException {
    assertEquals(List.of(), invented(rows(Files.readAllLines(TABLE)), sources()));
  }

  /** A lost row, a row without a reason, a test that nobody wrote. */
  @Test
  void faultsAreSeen() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(TABLE));
    lines.removeIf(line -> line.startsWith("| raw_skew"));
    lines.replaceAll(line -> line.startsWith("| set-tai ") ? "| set-tai | later |" : line);
    assertEquals(List.of("raw_skew: ''", "set-tai: 'later'"), missing(rows(lines)));
    lines.add("| set-tai | `SetsTest.setTea` |");
    assertEquals(List.of("set-tai: SetsTest.setTea"), invented(rows(lines), sources()));
    assertTrue(invented(Map.of("x", "`NoSuchTest`"), sources()).contains("x: NoSuchTest"));
  }
}

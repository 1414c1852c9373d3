package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.Timehands;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.host.HostClocksources;
import org.timehands.host.HostOptions;
import org.timehands.page.PagePath;
import org.timehands.page.PageReader;
import org.timehands.page.ReaderOptions;
import org.timehands.timeline.History;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Sample;

/**
 * 2-01, 2-12, 4.1 (clocksource-switch): an owner changes its counter as fast as it can beside
 * readers in another JVM and in C, which nobody tells and nobody waits for.
 */
class SwitchTest {
  private static final long NANOS = 2_000_000_000L;

  /** The words of a line that are times; what follows are bounds. */
  private static final int TIMES = 6;

  @TempDir Path temp;

  @Test
  void readersInJavaAndInCFollowEveryChange() throws IOException {
    List<Candidate> usable =
        ClockSources.probe().stream()
            .filter(Candidate::admitted)
            .filter(each -> ClockSource.kindOf(each.source().id()) != ClockSource.TICK)
            .toList();
    Path page = temp.resolve("page");
    PagePath path = new PagePath(page, PagePath.Origin.OPTION);
    List<LiveLine> lines;
    String summary;
    long changes = 0;
    try (Timehands owner =
            Timehands.own(
                path, HostOptions.defaults().withHeartbeatNanos(10_000_000), OptionalInt.empty(),
                usable.getFirst(), usable);
        Herd herd = Herd.start("page", page, temp)) {
      HostClocksources clocksources = owner.clocksources().orElseThrow();
      long until = HostTimes.SYSTEM.monoNanos() + NANOS;
      while (HostTimes.SYSTEM.monoNanos() < until) {
        clocksources.set(usable.get((int) (++changes % usable.size())).name());
      }
      herd.assertReadsGoOn("after the changes");
      herd.stop();
      herd.assertNeverBackward();
      lines = herd.lines();
      summary = herd.summary();
      assertEquals(changes, clocksources.status().changes(), "a change was lost");
    }
    assertEquals(0, impure(lines, path));
    Set<Long> seen = lines.stream().map(LiveLine::clocksource).collect(Collectors.toSet());
    assertTrue(seen.size() >= Math.min(2, usable.size()), "only " + seen + " were read");
    System.out.println(
        "SwitchTest: " + changes + " changes among " + usable.stream().map(Candidate::name)
            .toList() + "; " + summary + "; " + lines.size() + " cycles compared, all equal");
  }

  /**
   * Compares what was told with what history says now. Who found the old counter past its end and
   * the new one not begun was told the last time, and a bound that covers how late that is.
   */
  private static long impure(List<LiveLine> lines, PagePath path) throws IOException {
    Sample now = new Sample();
    long differing = 0;
    try (PageReader reader = PageReader.attach(path, ReaderOptions.defaults())) {
      History history = new History(reader.page());
      for (LiveLine then : lines) {
        History.Found found = history.convert(then.clocksource(), then.cycles(), now);
        LiveLine again = LiveLine.of(now);
        if (found != History.Found.EXACT || !covers(then.told(), again.told())) {
          System.out.println("told " + then + ", " + found + " " + again);
          differing++;
        }
      }
    }
    return differing;
  }

  /** Whether two answers are of the same times, and the first one's bounds no smaller. */
  private static boolean covers(String told, String again) {
    String[] then = told.split(" ");
    String[] now = again.split(" ");
    for (int i = 0; i < then.length; i++) {
      long more = Long.parseLong(then[i]) - Long.parseLong(now[i]);
      if (more != 0 && (i < TIMES || more < 0)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void theComparisonSeesAnotherTimeAndASmallerBound() {
    assertTrue(covers("1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9"));
    assertTrue(covers("1 2 3 4 5 6 8 8 9", "1 2 3 4 5 6 7 8 9"));
    assertFalse(covers("1 2 3 4 5 6 6 8 9", "1 2 3 4 5 6 7 8 9"));
    assertFalse(covers("1 3 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9"));
  }
}

package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.timehands.timeline.HostTimes;

/**
 * 2-01, 2-12, 4.1 (clocksource-switch): an owner changes its counter as fast as it can beside
 * readers in another JVM and in C, which nobody tells and nobody waits for.
 */
class SwitchTest {
  private static final long NANOS = 2_000_000_000L;

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
    assertEquals(0, Herd.impure(lines, page));
    Set<Long> seen = lines.stream().map(LiveLine::clocksource).collect(Collectors.toSet());
    assertTrue(seen.size() >= Math.min(2, usable.size()), "only " + seen + " were read");
    System.out.println(
        "SwitchTest: " + changes + " changes among " + usable.stream().map(Candidate::name)
            .toList() + "; " + summary + "; " + lines.size() + " cycles compared, all equal");
  }
}

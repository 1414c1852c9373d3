package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.MonotonicRawClockSource;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.fixed.Slope;
import org.timehands.linux.HostClocks;
import org.timehands.timeline.CounterChange;
import org.timehands.timeline.Counters;
import org.timehands.timeline.Sample;
import org.timehands.timeline.StatusReason;

/**
 * 2-12, N5: the owner goes over to a counter that its readers cannot read. They say so, stand where
 * time was promised, and go on when it comes back; nothing faults.
 */
class UnreadableChangeTest {
  private static final long HERTZ = 1_000_000_000L;

  @TempDir Path temp;

  private final ClockSource raw = new MonotonicRawClockSource(0, 0, 1);
  private final ClockSource own =
      new SimulatedClockSource(
          Settings.of(HERTZ).named("private", ClockSource.SIMULATED + 7, 300),
          () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW));

  private static void change(PageOwner owner, ClockSource from, ClockSource to) {
    owner.timeline().monotonic();
    long sequence = owner.writer().append(CounterChange.measure(from, to, Slope.ONE, 0));
    assertTrue(owner.writer().awaitCommit(sequence));
  }

  @Test
  void readersSaySoAndComeBack() throws IOException {
    Path directory = temp.resolve("timehands");
    Counters counters = new Counters(raw, own);
    try (PageOwner owner =
            PageOwner.open(
                LivePage.at(directory), LivePage.options(), counters, LivePage.first());
        PageReader reader = LivePage.read(directory)) {
      Sample sample = new Sample();
      reader.timeline().sample(sample);
      long before = sample.monoNanos();
      change(owner, raw, own);
      reader.timeline().sample(sample);
      assertEquals(StatusReason.COUNTER_UNREADABLE, sample.reason());
      assertTrue(sample.isHeld());
      assertTrue(sample.monoNanos() >= before, "time went back");
      before = sample.monoNanos();
      PageRefusedException refused =
          assertThrows(PageRefusedException.class, () -> LivePage.read(directory));
      assertEquals(PageRefusedException.Reason.COUNTER, refused.reason());
      assertNotEquals(0, CTool.run("read", directory.toString(), "1").code(), "attached in C");
      change(owner, own, raw);
      reader.timeline().sample(sample);
      assertNotEquals(StatusReason.COUNTER_UNREADABLE, sample.reason());
      assertTrue(sample.monoNanos() >= before, "time went back");
      assertEquals(2, sample.clocksourceChangedSeq());
      assertEquals(0, CTool.run("read", directory.toString(), "1").code(), "not readable in C");
    }
  }
}

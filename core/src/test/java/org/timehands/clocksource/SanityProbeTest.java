package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.SimulatedClockSource.Settings;

/** 2-18: what is looked at before a clocksource that comes late is registered. */
class SanityProbeTest {
  private long nowNanos = 1_000_000_000L;
  private final SimulatedClockSource counter =
      new SimulatedClockSource(
          Settings.of(24_000_000).named("late", 400, 300), () -> nowNanos += 100);
  private final SanityProbe probe =
      new SanityProbe(
          () -> nowNanos += 50, 1,
          source ->
              (a, b, skew) -> {
                for (int i = 0; i < WarpCheck.MIN_HANDOFFS; i++) {
                  long sent = counter.readOn(a);
                  long seen = counter.readOn(b);
                  skew.record(sent, seen, counter.readOn(a));
                }
              },
          0, 1);

  private Optional<String> look() {
    return probe.refusal(Candidate.of(counter, "simulated"));
  }

  private void refused(String words) {
    Optional<String> refusal = look();
    assertTrue(refusal.isPresent() && refusal.get().contains(words), refusal.toString());
  }

  @Test
  void anHonestOnePasses() {
    assertEquals(Optional.empty(), look());
    counter.driftPpb(9_000_000);
    assertEquals(Optional.empty(), look(), "within 1 %");
  }

  @Test
  void aWrongRateIsRefused() {
    counter.driftPpb(11_000_000);
    refused("24264000 Hz and not 24000000");
    counter.driftPpb(-11_000_000);
    refused("and not 24000000");
  }

  @Test
  void oneThatStandsIsRefused() {
    counter.stop();
    refused("still");
  }

  @Test
  void oneThatGoesBackIsRefused() {
    ClockSource back =
        new WrappedClockSource(counter) {
          private int reads;

          @Override
          public long read() {
            return super.read() - (++reads % 100 == 0 ? 1_000 : 0);
          }
        };
    Optional<String> refusal = probe.refusal(Candidate.of(back, "simulated"));
    assertTrue(refusal.orElse("").contains("went back"), refusal.toString());
  }

  @Test
  void cpusThatDifferAreRefused() {
    counter.skew(1, -1_000);
    refused("CPUs 0 and 1 disagree");
  }

  @Test
  void moreBitsThanSaidAreRefused() {
    ClockSource narrow =
        new WrappedClockSource(counter) {
          @Override
          public int widthBits() {
            return 8;
          }
        };
    Optional<String> refusal = probe.refusal(Candidate.of(narrow, "simulated"));
    assertTrue(refusal.orElse("").contains("8 bits"), refusal.toString());
  }

  /** A counter that ticks at 250 Hz is looked at longer, not refused. */
  @Test
  void aCoarseOneIsLookedAtLonger() {
    ClockSource coarse = new CoarseCounter(counter, 24_000_000 / 250);
    assertEquals(Optional.empty(), probe.refusal(Candidate.of(coarse, "simulated")));
  }
}

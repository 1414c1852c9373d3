package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClocksourceRegistry.Outcome;
import org.timehands.clocksource.MonotonicRawClockSource;
import org.timehands.clocksource.NanoTimeClockSource;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.clocksource.Watchdog;
import org.timehands.linux.HostClocks;
import org.timehands.timeline.Sample;

/** The daemon's part, live: a counter that lies is left, names are followed, late ones chosen. */
class HostClocksourcesTest {
  private static final long SECOND = 1_000_000_000L;

  /* Of a machine that hangs; nothing is measured by it. */
  private static final long LIMIT_SECONDS = 60;

  private static final Watchdog.Options FAST =
      new Watchdog.Options(20_000_000, 50_000, 500, 4, 1_000, 0);

  private final AtomicLong lieNanos = new AtomicLong();
  private final BlockingQueue<Watchdog.Check> checks = new LinkedBlockingQueue<>();
  private final Candidate raw =
      Candidate.of(new MonotonicRawClockSource(0, 50, 2), "by definition");
  private final Candidate nano = Candidate.of(new NanoTimeClockSource(0, 50), "by definition");

  /** RAW under another name, and lying on request. */
  private Candidate liar(int rating) {
    return Candidate.of(
        new SimulatedClockSource(
            Settings.of(SECOND).named("liar", ClockSource.SIMULATED + 3, rating),
            () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW) + lieNanos.get()),
        "simulated");
  }

  private Watchdog.Check next() throws InterruptedException {
    Watchdog.Check check = checks.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertTrue(check != null, "the watchdog does not look");
    return check;
  }

  private interface Body {
    void run(HostTimeline timeline, HostClocksources clocksources) throws InterruptedException;
  }

  private void with(List<Candidate> candidates, List<Candidate> late, Body body)
      throws InterruptedException {
    try (HostTimeline timeline =
            HostTimeline.inProcess(candidates.getFirst(), HostOptions.defaults());
        HostClocksources clocksources =
            new HostClocksources(timeline, candidates, FAST, () -> late, 3)) {
      timeline.follower().start();
      clocksources.addWatcher(checks::add);
      clocksources.start();
      body.run(timeline, clocksources);
    }
  }

  @Test
  void aLiarIsLeftAndTimeGoesOn() throws InterruptedException {
    with(
        List.of(liar(400), raw, nano), List.of(),
        (timeline, clocksources) -> {
          for (int i = 0; i < 10; i++) {
            assertNotEquals(Watchdog.Verdict.UNSTABLE, next().verdict(), "blamed an honest one");
          }
          long before = timeline.timeline().monotonic();
          lieNanos.set(3_000_000);
          Watchdog.Check check = next();
          while (check.verdict() != Watchdog.Verdict.UNSTABLE) {
            check = next();
          }
          // The check after is of another counter: the change has been made by then.
          assertNotEquals(Watchdog.Verdict.UNSTABLE, next().verdict());
          HostClocksources.Status status = clocksources.status();
          assertEquals("monotonic_raw", status.current().name());
          assertEquals(1, status.changes());
          assertTrue(status.lastChange().contains("liar is unstable: counted"),
              status.lastChange());
          assertTrue(timeline.timeline().monotonic() > before, "time went back, or stands");
          Sample sample = new Sample();
          timeline.timeline().sample(sample);
          assertEquals(ClockSource.MONOTONIC_RAW, sample.clocksourceId());
        });
  }

  @Test
  void namesAreFollowedAndWordsSayWhatWasDone() throws InterruptedException {
    with(
        List.of(raw, nano), List.of(),
        (timeline, clocksources) -> {
          assertEquals(Outcome.CHOSEN, clocksources.set("nanotime"));
          assertEquals("nanotime", timeline.chosen().name());
          assertEquals(Outcome.CHOSEN, clocksources.set("nanotime"));
          assertEquals(1, clocksources.status().changes());
          assertTrue(
              clocksources.status().lastChange().startsWith("monotonic_raw to nanotime, asked"),
              clocksources.status().lastChange());
          assertEquals(Outcome.AWAITED, clocksources.set("hpet"));
          assertEquals("monotonic_raw", timeline.chosen().name(), "ratings decide meanwhile");
          assertEquals(Outcome.CLEARED, clocksources.set(""));
          next();
          assertFalse(clocksources.status().reference().isEmpty());
        });
  }

  /** The clocksource that was asked for at the start stays, though another is better. */
  @Test
  void whatWasAskedForStays() throws InterruptedException {
    with(
        List.of(nano, raw), List.of(),
        (timeline, clocksources) -> {
          next();
          assertEquals("nanotime", timeline.chosen().name());
          assertEquals(0, clocksources.status().changes());
        });
  }

  /** 2-17: the native counter could not be examined at the start, and comes late. */
  @Test
  void aNativeCounterThatComesLateIsChosen() throws InterruptedException {
    List<Candidate> late = new ArrayList<>();
    for (Candidate each : org.timehands.clocksource.ClockSources.probe()) {
      long id = each.source() == null ? 0 : ClockSource.kindOf(each.source().id());
      if (each.admitted() && (id == ClockSource.TSC || id == ClockSource.CNTVCT)) {
        late.add(each);
      }
    }
    with(
        List.of(raw, nano), late,
        (timeline, clocksources) -> {
          for (int i = 0; i < 5; i++) {
            next();
          }
          String best = late.isEmpty() ? "monotonic_raw" : late.getFirst().name();
          assertEquals(best, timeline.chosen().name());
        });
  }
}

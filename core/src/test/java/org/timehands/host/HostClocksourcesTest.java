package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.clocksource.ClocksourceRefusedException;
import org.timehands.clocksource.ClocksourceRegistry.Outcome;
import org.timehands.clocksource.ClocksourceRegistry.Purpose;
import org.timehands.clocksource.ClocksourceRegistry;
import org.timehands.clocksource.MonotonicRawClockSource;
import org.timehands.clocksource.NanoTimeClockSource;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.clocksource.TickClockSource;
import org.timehands.clocksource.Watchdog;
import org.timehands.linux.HostClocks;
import org.timehands.posix.PosixNumbers;
import org.timehands.posix.PosixTimes;
import org.timehands.testing.Await;
import org.timehands.timekeeping.Timekeeper;
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

  /** RAW under another name, with what happens before it is read and is added to it. */
  private static Candidate raw(String name, int number, int rating, LongSupplier before) {
    return Candidate.of(
        new SimulatedClockSource(
            Settings.of(SECOND).named(name, ClockSource.SIMULATED + number, rating),
            () -> before.getAsLong() + HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW)),
        "simulated");
  }

  /** Lying on request. */
  private Candidate liar(int rating) {
    return raw("liar", 3, rating, lieNanos::get);
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
      clocksources.addWatcher(seen -> checks.add(seen.check()));
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

  /** Who logs that a change failed is held up until there was another. */
  private static Handler heldUp(HostClocksources clocksources) {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        Await.until(() -> clocksources.status().changes() > 0, "the change is tried again");
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  /**
   * N16: a change that fails once is made at the next looks; who asked for it waits so long. What
   * is told of is the last, though who tells of the first is late.
   */
  @Test
  void aChangeThatFailsIsTriedAgain() throws InterruptedException {
    AtomicLong failing = new AtomicLong();
    Candidate flaky =
        raw(
            "flaky", 4, 50,
            () -> {
              if (failing.getAndDecrement() > 0) {
                throw new IllegalStateException("planted");
              }
              return 0;
            });
    with(
        List.of(raw, nano, flaky), List.of(),
        (timeline, clocksources) -> {
          failing.set(1);
          Logger log = Logger.getLogger(HostClocksources.class.getName());
          Handler heldUp = heldUp(clocksources);
          log.addHandler(heldUp);
          try {
            assertEquals(Outcome.CHOSEN, clocksources.set("flaky"));
          } finally {
            log.removeHandler(heldUp);
          }
          assertEquals("flaky", timeline.chosen().name());
          assertTrue(failing.get() < 0, "the planted fault was not met");
          while (clocksources.status().changes() == 0) {
            next();
          }
          assertTrue(
              clocksources.status().lastChange().contains("tried again"),
              clocksources.status().lastChange());
        });
  }

  /**
   * Who tries a change again has waited until the one he misses was made; if another was asked for
   * meanwhile, that stands:
   *
   * <pre>
   *   asks: slow ... is made (takes two looks) | raw: made |
   *   watchdog: slow is missed, twice; waits   |           | slow, tried again: not asked for
   * </pre>
   */
  @Test
  void aChangeThatIsOnlySlowIsNotMadeOverALaterOne() throws InterruptedException {
    AtomicLong held = new AtomicLong();
    Candidate slow =
        raw(
            "slow", 4, 50,
            () -> {
              if (held.getAndSet(0) > 0) {
                Await.until(HostClocksourcesTest::watchdogIsBlocked, "the change is missed");
              }
              return 0;
            });
    with(
        List.of(raw, slow), List.of(),
        (timeline, clocksources) -> {
          for (int round = 1; round <= 20; round++) {
            held.set(1);
            assertEquals(Outcome.CHOSEN, clocksources.set("slow"));
            assertEquals(Outcome.CHOSEN, clocksources.set("monotonic_raw"));
            checks.clear();
            next();
            next();
            assertEquals("monotonic_raw", timeline.chosen().name(), "round " + round);
            assertEquals(2 * round, clocksources.status().changes(), "round " + round);
          }
        });
  }

  private static boolean watchdogIsBlocked() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(
            each ->
                each.getName().equals("timehands-watchdog")
                    && each.getState() == Thread.State.BLOCKED);
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
    for (Candidate each : ClockSources.probe()) {
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

  /** The status names what the counter of now is watched by, whether it was checked yet or not. */
  @Test
  void theReferenceIsThatOfTheCounterOfNow() throws InterruptedException {
    with(
        List.of(raw, nano), List.of(),
        (timeline, clocksources) -> {
          next();
          assertEquals("nanotime", clocksources.status().reference().orElseThrow());
          clocksources.set("nanotime");
          HostClocksources.Status status = clocksources.status();
          assertEquals("nanotime", status.current().name());
          assertEquals("monotonic_raw", status.reference().orElseThrow());
          Watchdog.Check check = status.last();
          assertTrue(
              check == null || check.words().contains("monotonic_raw"),
              "a check of the counter before: " + check);
        });
  }

  private static Candidate ticks() {
    return Candidate.of(
        TickClockSource.over(ClockSources.TICK_HZ, System::nanoTime, 50), "by definition");
  }

  /** Waits until a clocksource drives time; the deadline is of a machine that hangs. */
  private static void awaitChosen(HostTimeline timeline, String name) {
    long limit = System.nanoTime() + LIMIT_SECONDS * SECOND;
    Sample sample = new Sample();
    long last = Long.MIN_VALUE;
    while (!timeline.chosen().name().equals(name)) {
      assertTrue(System.nanoTime() < limit, "still on " + timeline.chosen().name());
      timeline.timeline().sample(sample);
      assertTrue(sample.monoNanos() >= last, "time went back");
      last = sample.monoNanos();
    }
  }

  /** I6 on ticks: a reading is up to a tick old, and its bound says so. */
  private static void assertGoesByTicks(HostTimeline timeline) {
    Timekeeper clocks = new Timekeeper(timeline.timeline());
    assertEquals(4_000_000, clocks.resolutionNanos());
    long[] resolution = new long[2];
    PosixTimes.over(clocks).clockGetRes(PosixNumbers.CLOCK_MONOTONIC, resolution);
    assertEquals(4_000_000, resolution[1]);
    Sample sample = new Sample();
    long last = Long.MIN_VALUE;
    int ticks = 0;
    while (ticks < 20) {
      // REALTIME, because MONOTONIC may keep for good what several changes have cost.
      long before = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
      timeline.timeline().sample(sample);
      long after = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
      long real = sample.realNanos();
      long bound = sample.errorNanos();
      assertTrue(
          real + bound >= before && real - bound <= after,
          "the host is at " + before + " to " + after + ", we at " + real + " +- " + bound);
      long now = sample.monoNanos();
      assertTrue(now >= last, "time went back");
      ticks += now > last && last != Long.MIN_VALUE ? 1 : 0;
      last = now;
    }
    assertEquals(ClockSource.TICK, ClockSource.kindOf(sample.clocksourceId()));
  }

  /** N6, 2-16: the last good one is found to lie, ticks take over, and it comes back when good. */
  @Test
  void ticksTakeOverFromTheLastGoodOne() throws InterruptedException {
    List<Candidate> late = new CopyOnWriteArrayList<>();
    with(
        List.of(liar(400), ticks()), late,
        (timeline, clocksources) -> {
          ClocksourceRegistry registry = clocksources.registry();
          try {
            // Watches, and may not drive time.
            registry.register(raw, EnumSet.of(Purpose.SUSPEND));
          } catch (ClocksourceRefusedException refused) {
            throw new AssertionError(refused);
          }
          assertTrue(registry.isHighResolution());
          for (int i = 0; i < 5; i++) {
            next();
          }
          lieNanos.set(3_000_000);
          awaitChosen(timeline, "jiffies");
          assertFalse(registry.isHighResolution());
          assertEquals("monotonic_raw", clocksources.status().reference().orElseThrow());
          while (clocksources.status().changes() == 0) {
            next();
          }
          String words = clocksources.status().lastChange();
          assertTrue(words.contains("liar is unstable"), words);
          assertGoesByTicks(timeline);
          late.add(liar(400));
          awaitChosen(timeline, "liar");
          assertTrue(registry.isHighResolution());
          assertEquals(1, new Timekeeper(timeline.timeline()).resolutionNanos());
        });
  }

  /** 3-23: the tick is listed, rated 1, and drives time when it is asked for. */
  @Test
  void ticksByName() throws InterruptedException {
    with(
        List.of(raw, nano, ticks()), List.of(),
        (timeline, clocksources) -> {
          ClocksourceRegistry registry = clocksources.registry();
          assertEquals(1, registry.entries().getLast().rating());
          assertEquals("jiffies", registry.entries().getLast().candidate().name());
          assertTrue(registry.isHighResolution());
          assertEquals(Outcome.CHOSEN, clocksources.set("jiffies"));
          assertFalse(registry.isHighResolution(), "asked for ticks");
          assertGoesByTicks(timeline);
          assertEquals(Outcome.CHOSEN, clocksources.set("nanotime"));
          assertTrue(registry.isHighResolution());
          assertEquals(Outcome.CHOSEN, clocksources.set("jiffies"));
          assertEquals(Outcome.CLEARED, clocksources.set(""));
          assertEquals("monotonic_raw", timeline.chosen().name());
          assertEquals(4, clocksources.status().changes());
          registry.unregister("nanotime");
          registry.unregister("monotonic_raw");
          assertEquals("jiffies", timeline.chosen().name(), "the last one went");
        });
  }
}

package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSource.SuspendBehaviour;
import org.timehands.clocksource.ClocksourceRegistry.Outcome;
import org.timehands.clocksource.ClocksourceRegistry.Probe;
import org.timehands.clocksource.ClocksourceRegistry.Purpose;
import org.timehands.clocksource.ClocksourceRegistry.WhenLast;
import org.timehands.clocksource.SimulatedClockSource.Settings;

/** 1.2, 2.1 and N6: who drives time, who is told, and in which order. */
class ClocksourceRegistryTest {
  private final List<String> told = new ArrayList<>();
  private final ClocksourceListener scribe =
      new ClocksourceListener() {
        @Override
        public void selected(Purpose purpose, Candidate from, Candidate to, String why) {
          told.add(purpose + " " + nameOf(from) + ">" + nameOf(to));
        }

        @Override
        public void registered(Candidate candidate) {
          told.add("+" + candidate.name());
        }

        @Override
        public void unregistered(Candidate candidate) {
          told.add("-" + candidate.name());
        }

        @Override
        public void unstable(Candidate candidate, String why) {
          told.add("!" + candidate.name() + " " + why);
        }

        @Override
        public void highResolution(boolean possible, String why) {
          told.add(possible ? "high" : "low");
        }
      };

  private static String nameOf(Candidate candidate) {
    return candidate == null ? "none" : candidate.name();
  }

  private static long ids = 1_000;

  private static Candidate of(String name, int rating, boolean high, SuspendBehaviour suspend) {
    SimulatedClockSource inner =
        new SimulatedClockSource(
            Settings.of(1_000_000_000L).named(name, ids++, rating).sleeping(suspend), () -> 0);
    return Candidate.of(
        new WrappedClockSource(inner) {
          @Override
          public boolean validForHighResolution() {
            return high;
          }
        },
        "simulated");
  }

  private static Candidate high(String name, int rating) {
    return of(name, rating, true, SuspendBehaviour.STOPS);
  }

  private static Candidate low(String name, int rating) {
    return of(name, rating, false, SuspendBehaviour.STOPS);
  }

  private static Candidate ticks() {
    return Candidate.of(TickClockSource.byHand(250), "ticks");
  }

  private ClocksourceRegistry registry(WhenLast whenLast, Candidate... candidates)
      throws ClocksourceRefusedException {
    ClocksourceRegistry registry = new ClocksourceRegistry(Probe.EXAMINED, whenLast, ticks());
    registry.addListener(scribe);
    for (Candidate each : candidates) {
      registry.register(each);
    }
    registry.finishBooting();
    return registry;
  }

  private static String current(ClocksourceRegistry registry) {
    return registry.current(Purpose.TIMEKEEPING).map(Candidate::name).orElse("none");
  }

  /** 3-23: by rating, and among equals the first. */
  @Test
  void theBestIsChosenAtTheEndOfBootingAndEqualRatingsKeepTheirOrder()
      throws ClocksourceRefusedException {
    ClocksourceRegistry registry = new ClocksourceRegistry(Probe.EXAMINED, WhenLast.REFUSE, null);
    registry.addListener(scribe);
    registry.register(high("a", 200));
    registry.register(high("b", 300));
    registry.register(high("c", 300));
    registry.register(high("d", 299));
    assertEquals("none", current(registry));
    registry.finishBooting();
    assertEquals("b", current(registry));
    assertEquals(
        List.of("b", "c", "d", "a"),
        registry.entries().stream().map(each -> each.candidate().name()).toList());
    assertEquals(
        List.of("+a", "+b", "+c", "+d", "TIMEKEEPING none>b", "EVENTS none>b"), told);
  }

  /** 2-17: late, and chosen by rating at once. */
  @Test
  void aLateOneIsChosenByItsRating() throws ClocksourceRefusedException {
    ClocksourceRegistry registry = registry(WhenLast.REFUSE, high("a", 200));
    registry.register(high("worse", 199));
    registry.register(high("equal", 200));
    assertEquals("a", current(registry));
    registry.register(high("better", 201));
    assertEquals("better", current(registry));
    assertThrows(IllegalArgumentException.class, () -> registry.register(high("a", 1)));
  }

  /** 3-23: by name. */
  @Test
  void aNameWinsOverRatingsUntilItIsCleared() throws ClocksourceRefusedException {
    ClocksourceRegistry registry = registry(WhenLast.REFUSE, high("a", 200), high("b", 300));
    assertEquals(Outcome.CHOSEN, registry.override("a"));
    assertEquals("a", current(registry));
    assertEquals("b", registry.current(Purpose.EVENTS).orElseThrow().name(), "chosen apart: 3-45");
    registry.register(high("c", 400));
    assertEquals("a", current(registry));
    assertEquals(Outcome.CLEARED, registry.override(""));
    assertEquals("c", current(registry));
    assertEquals(Outcome.AWAITED, registry.override("later"));
    assertEquals("c", current(registry));
    registry.register(high("later", 1));
    assertEquals("later", current(registry));
    assertThrows(IllegalArgumentException.class, () -> registry.override("x".repeat(32)));
    assertEquals(Outcome.AWAITED, registry.override("x".repeat(31)));
  }

  /** 2.1: an override that is not valid for high resolution is deferred, or dropped if it lies. */
  @Test
  void anOverrideWithoutHighResolutionWaitsInOneShotMode() throws ClocksourceRefusedException {
    ClocksourceRegistry registry = registry(WhenLast.REFUSE, high("a", 200), low("b", 300));
    assertEquals("b", current(registry));
    registry.setOneShot(true);
    assertEquals("a", current(registry), "only what is valid for high resolution");
    assertEquals(1, registry.available().size());
    assertEquals(3, registry.entries().size());
    assertEquals(Outcome.DEFERRED, registry.override("b"));
    assertEquals("a", current(registry));
    registry.setOneShot(false);
    assertEquals("b", current(registry), "deferred, not forgotten");
    registry.setOneShot(true);
    registry.markUnstable("b", "stands");
    assertEquals(Outcome.DROPPED, registry.override("b"));
    registry.setOneShot(false);
    assertEquals("a", current(registry), "dropped");
  }

  /** 2-16, N6: the last one for high resolution goes, ticks take over, and it comes back. */
  @Test
  void timeGoesOnByTicksAndComesBack() throws ClocksourceRefusedException {
    ClocksourceRegistry registry = registry(WhenLast.FALL_BACK, high("a", 300));
    registry.setOneShot(true);
    assertTrue(registry.isHighResolution());
    told.clear();
    registry.unregister("a");
    assertEquals(TickClockSource.NAME, current(registry));
    assertFalse(registry.isHighResolution());
    registry.register(high("b", 200));
    assertEquals("b", current(registry));
    assertTrue(registry.isHighResolution());
    assertEquals(
        List.of(
            "low", "TIMEKEEPING a>jiffies", "EVENTS a>jiffies", "-a", "+b", "high",
            "TIMEKEEPING jiffies>b", "EVENTS jiffies>b"),
        told);
  }

  /** 2-15, 2-16: the other policy is EBUSY, as in Linux. */
  @Test
  void theLastOneIsBusyIfThePolicySaysSo() throws ClocksourceRefusedException {
    ClocksourceRegistry registry =
        registry(WhenLast.REFUSE, high("a", 300), high("b", 200), low("c", 100));
    registry.setOneShot(true);
    registry.unregister("a");
    assertEquals("b", current(registry), "another was there");
    told.clear();
    assertThrows(ClocksourceBusyException.class, () -> registry.unregister("b"));
    assertEquals("b", current(registry));
    assertEquals(List.of(), told, "nothing has happened");
    registry.setOneShot(false);
    registry.unregister("b");
    assertEquals("c", current(registry));
    registry.unregister("c");
    assertEquals(TickClockSource.NAME, current(registry));
    assertThrows(
        ClocksourceBusyException.class, () -> registry.unregister(TickClockSource.NAME));
    ClocksourceRegistry alone = new ClocksourceRegistry(Probe.EXAMINED, WhenLast.FALL_BACK, null);
    alone.register(high("only", 300));
    alone.finishBooting();
    assertThrows(ClocksourceBusyException.class, () -> alone.unregister("only"));
    assertThrows(IllegalArgumentException.class, () -> alone.unregister("nobody"));
  }

  @Test
  void aRetiredOneIsStillFoundAndReads() throws ClocksourceRefusedException {
    Candidate a = high("a", 300);
    ClocksourceRegistry registry = registry(WhenLast.FALL_BACK, a);
    registry.unregister("a");
    Candidate retired = registry.retired(a.source().id()).orElseThrow();
    assertEquals(0, retired.source().read());
    assertEquals(Optional.empty(), registry.retired(5));
    registry.register(a);
    assertEquals("a", current(registry), "it may come back");
  }

  /** 3-45, 3-69: one may serve some purposes and not others. */
  @Test
  void purposesAreChosenApart() throws ClocksourceRefusedException {
    ClocksourceRegistry registry =
        registry(
            WhenLast.REFUSE, high("tsc", 300), of("rtc", 50, false, SuspendBehaviour.RUNS_ON));
    assertEquals("rtc", registry.current(Purpose.SUSPEND).orElseThrow().name());
    registry.register(high("events", 400), EnumSet.of(Purpose.EVENTS));
    assertEquals("events", registry.current(Purpose.EVENTS).orElseThrow().name());
    assertEquals("tsc", current(registry));
    registry.unregister("rtc");
    assertNull(registry.current(Purpose.SUSPEND).orElse(null));
    assertTrue(told.contains("SUSPEND rtc>none"), told.toString());
    assertEquals(
        Outcome.AWAITED, registry.override(Purpose.SUSPEND, "tsc"), "it stops in a sleep");
  }

  @Test
  void anUnstableOneIsRatedZeroAndLeft() throws ClocksourceRefusedException {
    ClocksourceRegistry registry = registry(WhenLast.REFUSE, high("a", 300), high("b", 200));
    registry.setOneShot(true);
    assertTrue(registry.markUnstable("a", "stands still"));
    assertFalse(registry.markUnstable("a", "again"));
    assertEquals("b", current(registry));
    ClocksourceRegistry.Entry a = registry.entry("a").orElseThrow();
    assertEquals(0, a.rating());
    assertFalse(a.isHighResolution());
    assertEquals("unstable: stands still", a.why());
    assertEquals("jiffies", registry.entries().get(1).candidate().name(), "rated below ticks");
    assertEquals(Optional.empty(), registry.referenceFor(registry.entries().get(0).candidate()));
    registry.markStable("a");
    assertEquals("a", current(registry));
    assertEquals(1, told.stream().filter(each -> each.startsWith("!a")).count(), told.toString());
  }

  @Test
  void whatLiesIsKeptWhenNothingElseIsThere() throws ClocksourceRefusedException {
    ClocksourceRegistry alone = new ClocksourceRegistry(Probe.EXAMINED, WhenLast.REFUSE, null);
    alone.register(high("only", 300));
    alone.finishBooting();
    alone.markUnstable("only", "stands still");
    assertEquals("only", current(alone));
  }

  /** 2-18: the probe comes first, and what it refuses changes nothing. */
  @Test
  void theProbeIsAskedFirst() {
    ClocksourceRegistry registry =
        new ClocksourceRegistry(
            candidate -> Optional.of("it went back"), WhenLast.REFUSE, ticks());
    registry.addListener(scribe);
    registry.finishBooting();
    told.clear();
    ClocksourceRefusedException refused =
        assertThrows(
            ClocksourceRefusedException.class, () -> registry.register(high("a", 300)));
    assertTrue(refused.getMessage().contains("it went back"), refused.getMessage());
    assertEquals(List.of(), told);
    assertEquals(1, registry.entries().size());
  }

  /** 2-02, N16: a listener registers and unregisters; everybody hears all of it in order. */
  @Test
  void listenersMayCallBackAndOneThatFailsStopsNobody() throws ClocksourceRefusedException {
    ClocksourceRegistry registry = new ClocksourceRegistry(Probe.EXAMINED, WhenLast.REFUSE,
        ticks());
    registry.addListener(
        new ClocksourceListener() {
          @Override
          public void registered(Candidate candidate) {
            if (candidate.name().equals("a")) {
              register(registry, high("b", 400));
              registry.unregister("a");
            }
            throw new IllegalStateException("a listener that fails, as planted");
          }
        });
    registry.addListener(scribe);
    registry.finishBooting();
    told.clear();
    registry.register(high("a", 300));
    assertEquals(
        List.of(
            "+a", "TIMEKEEPING jiffies>a", "EVENTS jiffies>a", "+b", "TIMEKEEPING a>b",
            "EVENTS a>b", "-a"),
        told);
  }

  private static void register(ClocksourceRegistry registry, Candidate candidate) {
    try {
      registry.register(candidate);
    } catch (ClocksourceRefusedException refused) {
      throw new AssertionError(refused);
    }
  }

  /** Many threads: each selection goes on from the one before, and the last is what is. */
  @Test
  void eventsOfManyThreadsMakeOneStory() throws Exception {
    ClocksourceRegistry registry = registry(WhenLast.FALL_BACK, high("a", 300), high("b", 299));
    List<String> story = new ArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    registry.addListener(
        new ClocksourceListener() {
          @Override
          public void selected(Purpose purpose, Candidate from, Candidate to, String why) {
            assertEquals(1, inside.incrementAndGet());
            if (purpose == Purpose.TIMEKEEPING) {
              story.add(from.name());
              story.add(to.name());
            }
            inside.decrementAndGet();
          }
        });
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String mine = "own" + i;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    await(go);
                    for (int round = 0; round < 500; round++) {
                      register(registry, high(mine, 350));
                      registry.override(round % 2 == 0 ? "a" : "b");
                      registry.override("");
                      registry.unregister(mine);
                    }
                  }));
    }
    go.countDown();
    for (Thread each : threads) {
      each.join();
    }
    // Whoever told last may still have been telling when the others returned.
    assertEquals("a", current(registry));
    assertEquals("a", story.getLast());
    assertTrue(story.size() > 1_000, "hardly anything happened: " + story.size());
    for (int i = 2; i < story.size(); i += 2) {
      assertEquals(story.get(i - 1), story.get(i), "the story has a hole at " + i);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}

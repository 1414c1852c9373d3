package org.timehands.sim.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.timehands.sim.VirtualWorld;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timeout.TimeoutScheduler;
import org.timehands.timeout.Timeouts;
import org.timehands.timer.Sleeper;
import org.timehands.timer.TimerExecutor;
import org.timehands.timer.Timers;

/** The JUnit extension: what it gives, and what it says of a failure. */
class VirtualTimeTest {
  /** Runs in the ordinary way: everything that can be asked for, of one world. */
  @VirtualTime(start = "2030-06-01T12:00:00Z", tickMode = TickMode.Kind.DYNAMIC, hz = 250)
  @Nested
  class GivenTest {
    private final VirtualWorld ofConstructor;
    private VirtualWorld ofBeforeEach;
    private boolean slept;

    GivenTest(VirtualWorld world) {
      ofConstructor = world;
    }

    @BeforeEach
    void before(VirtualWorld world) {
      ofBeforeEach = world;
    }

    @Test
    void everything(
        VirtualWorld world,
        Timekeeper clocks,
        Timekeeping keeping,
        Timers timers,
        Timeouts timeouts,
        Sleeper sleeper,
        TimerExecutor executor,
        ScheduledExecutorService same,
        TimeoutScheduler scheduler,
        Clock clock,
        InstantSource instants)
        throws InterruptedException {
      assertSame(world, ofConstructor);
      assertSame(world, ofBeforeEach);
      assertSame(clocks, keeping.clocks());
      assertSame(executor, same);
      assertEquals(Instant.parse("2030-06-01T12:00:00Z"), instants.instant());
      assertEquals(TickMode.dynamic(250), timers.tickMode());
      AtomicInteger ran = new AtomicInteger();
      ScheduledFuture<?> _ =
          executor.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, TimeUnit.HOURS);
      ScheduledFuture<?> _ = scheduler.schedule(ran::incrementAndGet, 1, TimeUnit.MINUTES);
      var _ = timeouts.after(Duration.ofMinutes(1), timeout -> ran.incrementAndGet());
      sleeper.sleep(Duration.ofHours(10).plusMinutes(1));
      assertEquals(12, ran.get());
      assertTrue(clock.instant().isAfter(Instant.parse("2030-06-01T22:00:59Z")));
    }

    /** A nested class is at virtual time as the class around it, by that one's settings. */
    @Nested
    class InnerTest {
      @Test
      void isGivenTheSame(VirtualWorld world, Timers timers) {
        assertEquals(TickMode.dynamic(250), timers.tickMode());
        assertSame(world, ofBeforeEach);
      }
    }

    /** JUnit runs such a test on another thread than its lifecycle methods: that one drives. */
    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void onAThreadOfItsOwn(VirtualWorld world, Sleeper sleeper) throws InterruptedException {
      sleeper.sleep(Duration.ofDays(1));
      world.advance(Duration.ofDays(1));
      slept = true;
    }

    @AfterEach
    void after(VirtualWorld world, Sleeper sleeper) throws InterruptedException {
      assertSame(world, ofBeforeEach);
      if (slept) {
        sleeper.sleep(Duration.ofDays(1));
        assertEquals(Instant.parse("2030-06-04T12:00:00Z"), world.instantSource().instant());
      }
    }

    /** Its own annotation goes before that of the class. */
    @Test
    @VirtualTime(adversary = true, seed = 77, cpus = 3)
    void ofTheMethod(VirtualWorld world, Timers timers) {
      assertEquals(77, world.settings().seed());
      assertEquals(3, timers.shards());
      assertTrue(world.settings().isAdverse());
      assertTrue(timers.tickMode().isHighResolution());
    }
  }

  /** Fails before the test, or after it: run by a test below alone. */
  static class PlantedAround {
    @BeforeEach
    void before(TestInfo test) {
      assertFalse(test.getTags().contains("before"), "planted");
    }

    @AfterEach
    void after(TestInfo test) {
      assertFalse(test.getTags().contains("after"), "planted");
    }

    PlantedAround(VirtualWorld world) {
      world.advance(Duration.ofDays(1));
    }

    @Test
    @Tag("before")
    @VirtualTime(seed = 4712)
    void failsBefore(VirtualWorld world) {}

    @Test
    @Tag("after")
    @VirtualTime(seed = 4712)
    void failsAfter(VirtualWorld world) {}
  }

  /** Fails, or cannot run: run by the tests below alone. */
  static class Planted {
    @Test
    @VirtualTime(seed = 4711)
    void fails(VirtualWorld world) {
      world.advance(Duration.ofDays(1));
      assertFalse(world.nanos(ClockId.MONOTONIC) > 0, "planted");
    }

    @Test
    @VirtualTime(start = "yesterday")
    void badStart(VirtualWorld world) {}

    @Test
    @VirtualTime(cpus = 65)
    void badCpus(VirtualWorld world) {}

    @Test
    @VirtualTime(seed = 0)
    void anyA(VirtualWorld world) {
      SEEDS.add(world.settings().seed());
    }

    @Test
    @VirtualTime(seed = 0)
    void anyB(VirtualWorld world) {
      SEEDS.add(world.settings().seed());
    }
  }

  private static final List<Long> SEEDS = new ArrayList<>();

  private static List<Throwable> run(String method) {
    return run(Planted.class, method);
  }

  private static List<Throwable> run(Class<?> test, String method) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                DiscoverySelectors.selectMethod(
                    test.getName() + "#" + method + "(" + VirtualWorld.class.getName() + ")"))
            .build();
    List<Throwable> failures = new ArrayList<>();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier which, TestExecutionResult result) {
                result.getThrowable().ifPresent(failures::add);
              }
            });
    return failures;
  }

  @Test
  void aFailureSaysItsSeedAndTheCommand() {
    List<Throwable> failures = run("fails");
    assertEquals(1, failures.size());
    String replay = Arrays.toString(failures.getFirst().getSuppressed());
    assertTrue(replay.contains("seed 4711 at virtual time 2026-01-02T00:00:00Z"), replay);
    assertTrue(
        replay.contains(
            "replay: mvn test -Dtest='VirtualTimeTest$Planted#fails' -Dtimehands.seed=4711"),
        replay);
  }

  @Test
  void soDoesAFailureBeforeOrAfterTheTest() {
    for (String method : List.of("failsBefore", "failsAfter")) {
      List<Throwable> failures = run(PlantedAround.class, method);
      assertEquals(1, failures.size());
      String replay = Arrays.toString(failures.getFirst().getSuppressed());
      assertTrue(
          replay.contains("seed 4712 at virtual time 2026-01-02T00:00:00Z"), method + replay);
    }
  }

  @Test
  void theSeedOfTheCommandCounts() {
    System.setProperty("timehands.seed", "99");
    try {
      String replay = Arrays.toString(run("fails").getFirst().getSuppressed());
      assertTrue(replay.contains("seed 99 "), replay);
      System.setProperty("timehands.seed", "many");
      assertTrue(run("fails").getFirst().getMessage().contains("-Dtimehands.seed=many"));
    } finally {
      System.clearProperty("timehands.seed");
    }
  }

  @Test
  void wrongArgumentsAreToldAsSuch() {
    String start = String.valueOf(run("badStart").getFirst());
    assertTrue(start.contains("yesterday") && start.contains("2026-01-01T00:00:00Z"), start);
    StringBuilder cpus = new StringBuilder();
    for (Throwable each = run("badCpus").getFirst(); each != null; each = each.getCause()) {
      cpus.append(each.getMessage());
    }
    assertTrue(cpus.toString().contains("cpus of 65 must lie in [1, 64]"), cpus.toString());
  }

  @Test
  void seedZeroIsAnotherEachTime() {
    SEEDS.clear();
    assertEquals(List.of(), run("anyA"));
    assertEquals(List.of(), run("anyB"));
    assertNotEquals(SEEDS.get(0), SEEDS.get(1));
  }
}

package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MILLI;
import static org.timehands.timekeeping.Workshop.SECOND;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSource.SuspendBehaviour;
import org.timehands.clocksource.ClocksourceRefusedException;
import org.timehands.clocksource.ClocksourceRegistry;
import org.timehands.clocksource.ClocksourceRegistry.Purpose;
import org.timehands.clocksource.ClocksourceRegistry.WhenLast;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.clocksource.SimulatedClockSource.Settings;
import org.timehands.clocksource.TickClockSource;
import org.timehands.clocksource.Watchdog;
import org.timehands.clocksource.Watchdog.Check;
import org.timehands.clocksource.Watchdog.Verdict;

/** N6, N16, 2-02, 2-16, 2-17, A11: a timekeeping that goes by what a registry chooses. */
class ClocksourceSwitchTest {
  private static final long TICK_NANOS = 4 * MILLI;

  private final Workshop shop = new Workshop();
  private final ClocksourceRegistry registry =
      new ClocksourceRegistry(
          candidate -> Optional.empty(), WhenLast.FALL_BACK,
          Candidate.of(TickClockSource.over(250, shop.trueNanos::get, 1), "ticks"));
  private final long beginNanos = shop.mono() - shop.trueNanos.get();
  private long last = Long.MIN_VALUE;

  private static Candidate of(ClockSource source) {
    return Candidate.of(source, "simulated");
  }

  private void begin() throws ClocksourceRefusedException {
    registry.register(of(shop.counter));
    registry.addListener(new ClocksourceSwitch(shop.keeping));
    registry.setOneShot(true);
    registry.finishBooting();
  }

  private String driving() {
    String name = shop.keeping.clocksource().name();
    assertEquals(
        registry.current(Purpose.TIMEKEEPING).orElseThrow().name(), name, "not wired");
    return name;
  }

  /** Lets time pass and looks: never back, and off by no more than the bound and a step. */
  private void pass(long nanos, long stepNanos) {
    for (int i = 0; i < 100; i++) {
      shop.pass(nanos / 100);
      Snapshot now = shop.clocks.snapshot(new Snapshot());
      assertTrue(now.monotonicNanos() >= last, "time went back");
      last = now.monotonicNanos();
      long off = Math.abs(last - (shop.trueNanos.get() + beginNanos));
      long bound = now.boundNanos(ClockId.MONOTONIC);
      assertTrue(off <= bound + stepNanos, "off by " + off + ", bound " + bound);
      shop.keeping.advance();
    }
  }

  /** The planted bug: another rate, which nobody has told the bound of. */
  @Test
  void aCounterThatIsNotWhatItSaysIsSeen() throws ClocksourceRefusedException {
    begin();
    pass(SECOND, 1);
    shop.counter.driftPpb(1_000_000);
    assertThrows(AssertionError.class, () -> pass(SECOND, 1));
  }

  /** 2-16, N6, 3-23: the tick is a clocksource that works. */
  @Test
  void theLastOneGoesTicksTakeOverAndABetterOneComesBack() throws ClocksourceRefusedException {
    begin();
    pass(SECOND, 1);
    registry.unregister("simulated");
    assertEquals(TickClockSource.NAME, driving());
    assertFalse(registry.isHighResolution());
    pass(3 * SECOND, 2 * TICK_NANOS);
    long before = shop.mono();
    shop.pass(20 * TICK_NANOS);
    assertEquals(20 * TICK_NANOS, shop.mono() - before, TICK_NANOS, "ticks do not tick");
    registry.register(of(shop.counter(24_000_000, 56, 300)));
    assertEquals("other300", driving());
    assertTrue(registry.isHighResolution());
    pass(SECOND, 100);
    before = shop.mono();
    shop.pass(1_000_000);
    assertEquals(1_000_000, shop.mono() - before, 1_000, "high resolution is not back");
  }

  /**
   * A26: who changes the counter waits until that is told; who tells it is the switch's guest just
   * now, since the clocks are resumed, and must not wait for who changes.
   */
  @Test
  void aChangeBesideAResumeEnds() throws InterruptedException {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    Thread[] changer = new Thread[1];
    ClocksourceSwitch[] clocks = new ClocksourceSwitch[1];
    Candidate other = of(shop.counter(24_000_000, 56, 300));
    shop.keeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void resumed(long sequence) {
            changer[0] =
                Thread.ofPlatform()
                    .start(
                        () -> {
                          clocks[0].selected(Purpose.TIMEKEEPING, null, other, "planted");
                          heard.add("selected");
                        });
            BellTest.awaitWaiting(changer[0]);
          }

          @Override
          public void clocksourceChanged(long sequence) {
            heard.add("changed");
          }
        });
    clocks[0] = new ClocksourceSwitch(shop.keeping);
    clocks[0].suspend();
    clocks[0].resume();
    changer[0].join();
    assertEquals("other300", shop.keeping.clocksource().name());
    assertEquals(List.of("changed", "selected"), heard);
  }

  /** S2's question: a clocksource that is registered from inside a callback. */
  @Test
  void aCallbackRegistersABetterOne() throws ClocksourceRefusedException {
    begin();
    shop.keeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void clockWasSet(long sequence) {
            try {
              registry.register(of(shop.counter(2_300_000_000L, 64, 301)));
            } catch (ClocksourceRefusedException refused) {
              throw new AssertionError(refused);
            }
          }
        });
    pass(SECOND, 1);
    shop.keeping.setRealtime(Workshop.MIDNIGHT * SECOND + 99);
    assertEquals("other301", driving());
    pass(SECOND, 1);
  }

  /** 3-45, 2.1: what drives time stands in the sleep, and what is chosen for it tells how long. */
  @Test
  void theOneThatIsChosenForSleepsTellsHowLong() throws ClocksourceRefusedException {
    Workshop shop =
        new Workshop(Settings.of(SECOND).sleeping(SuspendBehaviour.STOPS), options -> options);
    SimulatedClockSource nonstop =
        new SimulatedClockSource(
            Settings.of(24_000_000)
                .named("nonstop", 320, 100)
                .sleeping(SuspendBehaviour.RUNS_ON),
            shop.trueNanos::get);
    ClocksourceSwitch clocks = new ClocksourceSwitch(shop.keeping);
    registry.register(of(shop.counter));
    registry.addListener(clocks);
    registry.setOneShot(true);
    registry.finishBooting();
    for (int night = 0; night < 3; night++) {
      boolean told = night != 1;
      if (told) {
        registry.register(of(nonstop), EnumSet.of(Purpose.SUSPEND));
      }
      long real = shop.real() - shop.trueNanos.get();
      long boot = shop.clocks.boottimeNanos() - shop.trueNanos.get();
      clocks.suspend();
      assertThrows(IllegalStateException.class, clocks::suspend);
      long stopped = shop.mono();
      shop.counter.sleep();
      nonstop.sleep();
      shop.pass(8 * 3_600 * SECOND + night);
      nonstop.wake();
      shop.counter.wake();
      if (told) {
        clocks.resume();
      } else {
        assertThrows(IllegalStateException.class, clocks::resume);
        shop.keeping.resume(8 * 3_600 * SECOND + night);
      }
      assertEquals("simulated", shop.keeping.clocksource().name());
      assertEquals(stopped, shop.mono(), 1_000);
      assertEquals(real, shop.real() - shop.trueNanos.get(), 1_000);
      assertEquals(boot, shop.clocks.boottimeNanos() - shop.trueNanos.get(), 1_000);
      if (told) {
        registry.unregister("nonstop");
      }
    }
  }

  /** What is chosen while the machine sleeps drives time once it is awake. */
  @Test
  void whatIsChosenInASleepIsChangedToAfterIt() throws ClocksourceRefusedException {
    begin();
    shop.keeping.suspend();
    registry.register(of(shop.counter(24_000_000, 64, 310)));
    registry.register(of(shop.counter(2_300_000_000L, 64, 311)));
    registry.override("other311");
    registry.unregister("simulated");
    shop.keeping.resume(SECOND);
    assertEquals("other311", driving());
    registry.unregister("other311");
    assertEquals("other310", driving());
    pass(SECOND, 100);
  }

  /** A counter begins to lie; the watchdog sees it at its next check, and it is left. */
  @Test
  void aLyingCounterIsLeft() throws ClocksourceRefusedException {
    begin();
    registry.register(of(shop.counter(24_000_000, 64, 302)));
    SimulatedClockSource liar =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(2_300_000_000L).named("liar", 303, 400),
            shop.trueNanos::get);
    registry.register(of(liar));
    assertEquals("liar", driving());
    Candidate watched = registry.current(Purpose.TIMEKEEPING).orElseThrow();
    Watchdog watchdog =
        new Watchdog(
            watched, registry.referenceFor(watched).orElseThrow(),
            Watchdog.Options.defaults(), () -> 0, null);
    for (int i = 0; i < 10; i++) {
      shop.run(SECOND / 2, 100 * MILLI);
      assertTrue(watchdog.check().verdict() != Verdict.UNSTABLE);
    }
    long honest = shop.mono() - shop.trueNanos.get();
    liar.driftPpb(5_000_000);
    shop.run(SECOND / 2, 100 * MILLI);
    Check found = watchdog.check();
    assertEquals(Verdict.UNSTABLE, found.verdict(), found.toString());
    registry.markUnstable("liar", found.words());
    assertEquals("other302", driving());
    long off = shop.mono() - shop.trueNanos.get() - honest;
    // 5000 ppm for half a second, and the readings of the change.
    assertEquals(2_500_000, off, 50_000);
    shop.run(60 * SECOND, 100 * MILLI);
    assertEquals(off, shop.mono() - shop.trueNanos.get() - honest, 100_000, "still lying");
    assertTrue(registry.entry("liar").orElseThrow().why().startsWith("unstable: counted"));
  }
}

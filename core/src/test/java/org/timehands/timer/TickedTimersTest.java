package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;
import org.timehands.tick.IdleListeners;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/** Timers with a beat, with one that stops, and without: the same rules, granularity aside. */
class TickedTimersTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3600 * SECOND;
  private static final ClockId[] CLOCKS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };

  private static List<TickMode> modes() {
    List<TickMode> modes = new ArrayList<>(List.of(TickMode.tickless()));
    for (int hz : new int[] {100, 250, 300, 1000}) {
      modes.add(TickMode.periodic(hz));
      modes.add(TickMode.dynamic(hz));
    }
    return modes;
  }

  /**
   * 3-59, 3-04, 3-40, 3-48, 3-60: in each mode each timer runs once, not early, within the tick.
   */
  @Test
  void everyModeKeepsTheRules() {
    Seeds.forEach(
        TickedTimersTest.class,
        20,
        random -> {
          for (TickMode mode : modes()) {
            VirtualTimers virtual = new VirtualTimers();
            virtual.timers.setTickMode(mode);
            AtomicInteger runs = new AtomicInteger();
            for (int i = 0; i < 100; i++) {
              ClockId clock = CLOCKS[random.nextInt(CLOCKS.length)];
              long expiry = virtual.nanos(clock) + random.nextLong(100 * MILLI);
              virtual.timers
                  .timer(
                      (timer, now) -> {
                        runs.incrementAndGet();
                        assertTrue(now >= expiry, "early");
                        long late = now - expiry;
                        long most = mode.isHighResolution() ? 0 : mode.tickNanos();
                        assertTrue(late <= most, "late " + late + " " + mode);
                        if (!mode.isHighResolution()) {
                          long mono = virtual.nanos(ClockId.MONOTONIC);
                          assertEquals(0, mono % mode.tickNanos(), "between ticks");
                        }
                        return Next.DONE;
                      })
                  .arm(clock, expiry);
              virtual.advance(random.nextLong(2 * MILLI));
            }
            virtual.advance(SECOND);
            assertEquals(List.of(), virtual.reports);
            assertEquals(100, runs.get(), mode.toString());
          }
        });
  }

  /**
   * 3-16, 3-29: idle for 10 s, and for 60 s, without a wake-up, with a timer an hour ahead on each
   * clock, in every mode but the periodic, whose beat goes on. What is due meanwhile wakes once.
   */
  @Test
  void theBeatStopsWhileNothingIsDue() {
    for (TickMode mode : modes()) {
      VirtualTimers virtual = new VirtualTimers();
      virtual.timers.setTickMode(mode);
      for (ClockId clock : CLOCKS) {
        virtual.timers.timer((timer, now) -> Next.DONE).arm(clock, virtual.nanos(clock) + HOUR);
      }
      long beats = mode.kind() == TickMode.Kind.PERIODIC ? SECOND / mode.tickNanos() : 0;
      virtual.advance(10 * SECOND);
      assertEquals(10 * beats, wakeups(virtual), 1, mode + ", 10 s");
      virtual.advance(50 * SECOND);
      assertEquals(60 * beats, wakeups(virtual), 1, mode + ", 60 s");
      if (beats == 0) {
        assertEquals(0, wakeups(virtual), mode.toString());
        virtual.timers.timer((timer, now) -> Next.DONE).armIn(ClockId.MONOTONIC, 50 * MILLI);
        virtual.advance(10 * SECOND);
        assertEquals(1, wakeups(virtual), mode.toString());
      }
    }
  }

  private static long wakeups(VirtualTimers virtual) {
    return virtual.timers.statistics().wakeups();
  }

  /** 3-21: switched at run time with timers armed, every which way; nothing is lost. */
  @Test
  void switchingLosesNothing() {
    Seeds.forEach(
        TickedTimersTest.class,
        200,
        random -> {
          VirtualTimers virtual = new VirtualTimers();
          AtomicInteger runs = new AtomicInteger();
          List<TickMode> modes = modes();
          for (int i = 0; i < 50; i++) {
            long expiry = virtual.nanos(ClockId.MONOTONIC) + random.nextLong(200 * MILLI);
            virtual.timers
                .timer(
                    (timer, now) -> {
                      assertTrue(now >= expiry);
                      assertTrue(now - expiry <= 20 * MILLI, "late by " + (now - expiry));
                      runs.incrementAndGet();
                      return Next.DONE;
                    })
                .arm(ClockId.MONOTONIC, expiry);
            virtual.timers.setTickMode(modes.get(random.nextInt(modes.size())));
            virtual.advance(random.nextLong(10 * MILLI));
          }
          virtual.advance(SECOND);
          assertEquals(List.of(), virtual.reports);
          assertEquals(50, runs.get());
        });
  }

  /**
   * 3-16, 3-19: after n ticks of idleness, n ticks are accounted for, and listeners are told of n.
   */
  @Test
  void missedTicksAreAccountedFor() {
    VirtualTimers virtual = new VirtualTimers();
    virtual.timers.setTickMode(TickMode.dynamic(250));
    List<String> heard = new ArrayList<>();
    virtual.timers
        .idleListeners()
        .add(
            new IdleListeners.Listener() {
              @Override
              public void enter(int shard) {
                heard.add("enter " + shard);
              }

              @Override
              public void leave(int shard, long idleNanos, long ticks) {
                heard.add("leave " + shard + " " + idleNanos / MILLI + " " + ticks);
              }
            });
    long before = virtual.timers.statistics().ticks();
    ClockTimer timer = virtual.timers.timer((expiring, now) -> Next.DONE);
    timer.armIn(ClockId.MONOTONIC, 4 * MILLI);
    virtual.advance(4 * MILLI);
    timer.armIn(ClockId.MONOTONIC, 40 * MILLI);
    virtual.advance(40 * MILLI);
    assertEquals(List.of("enter 0", "leave 0 40 10", "enter 0"), heard);
    assertEquals(11, virtual.timers.statistics().ticks() - before);
    assertEquals(9, virtual.timers.statistics().missedTicks());
  }

  /**
   * 3-60: a device wakes a little before the tick by our clock, and the tick comes while somebody
   * looks: what is due then does not wait for the next one.
   */
  @Test
  void aTickThatComesMeanwhileIsServed() {
    VirtualTimers virtual = new VirtualTimers();
    virtual.timers.setTickMode(TickMode.periodic(250));
    List<Long> ran = new ArrayList<>();
    virtual.timers
        .timer(
            (timer, now) -> {
              ran.add(now - VirtualTimers.MONO_START);
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, 3 * MILLI);
    virtual.ratePpm = -500;
    virtual.pass(4 * MILLI);
    assertTrue(virtual.device.isDue());
    virtual.gapNanos = 10_000;
    virtual.timers.expire();
    assertEquals(List.of(), ran, "no tick has come");
    assertTrue(virtual.device.isDue(), "the tick has come, and is slept over");
    virtual.timers.expire();
    assertEquals(1, ran.size());
    assertTrue(ran.getFirst() < 4 * MILLI + 10_000, "ran " + ran);
  }

  /** A callback that registers work while the shard goes idle is served. */
  @Test
  void anIdleListenerMayArmTimers() {
    VirtualTimers virtual = new VirtualTimers();
    AtomicInteger runs = new AtomicInteger();
    ClockTimer timer =
        virtual.timers.timer(
            (expiring, now) -> {
              runs.incrementAndGet();
              return Next.DONE;
            });
    virtual.timers
        .idleListeners()
        .add(
            new IdleListeners.Listener() {
              @Override
              public void enter(int shard) {
                if (runs.get() < 3) {
                  timer.armIn(ClockId.MONOTONIC, 5 * MILLI);
                }
              }
            });
    virtual.timers.expire();
    virtual.advance(SECOND);
    assertEquals(3, runs.get());
    assertFalse(timer.isActive());
  }

  /**
   * 3-07: high resolution for a class of callers, ticks for the rest, on the same clocks: all the
   * timers run, none early, in the order of their instants; the ticks' granularity is all that the
   * others see of it.
   */
  @Test
  void highResolutionForSomeCallersChangesNoResult() {
    Seeds.forEach(
        TickedTimersTest.class,
        50,
        random -> {
          VirtualTimers precise = new VirtualTimers();
          VirtualTimers others = new VirtualTimers();
          others.timers.setTickMode(TickMode.dynamic(250));
          List<Long> first = new ArrayList<>();
          List<Long> second = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            ClockId clock = CLOCKS[random.nextInt(CLOCKS.length)];
            long delay = random.nextLong(SECOND);
            arm(precise, clock, delay, 0, first);
            arm(others, clock, delay, TickMode.dynamic(250).tickNanos(), second);
            long passed = random.nextLong(10 * MILLI);
            precise.advance(passed);
            others.advance(passed);
          }
          precise.advance(2 * SECOND);
          others.advance(2 * SECOND);
          assertEquals(200, first.size());
          assertEquals(first.stream().sorted().toList(), second.stream().sorted().toList());
          assertTrue(
              others.timers.statistics().wakeups() < precise.timers.statistics().wakeups());
        });
  }

  private static void arm(
      VirtualTimers virtual, ClockId clock, long delay, long granularity, List<Long> ran) {
    long expiry = virtual.nanos(clock) + delay;
    virtual.timers
        .timer(
            (timer, now) -> {
              assertTrue(now >= expiry && now - expiry <= granularity, "off " + (now - expiry));
              ran.add(expiry);
              return Next.DONE;
            })
        .arm(clock, expiry);
  }
}

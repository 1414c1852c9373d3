package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.timehands.clockevent.SimulatedDevice;
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
   * timers run, none early, each clock's in the same order; the ticks' granularity is all that the
   * others see of it, and the precise are as precise as alone.
   */
  @Test
  void highResolutionForSomeCallersChangesNoResult() {
    Seeds.forEach(
        TickedTimersTest.class,
        50,
        random -> {
          VirtualTimers virtual = new VirtualTimers();
          SimulatedDevice beat = new SimulatedDevice(() -> virtual.hostNanos);
          TimerOptions options = TimerOptions.defaults().withDevices(() -> beat);
          Timers others = Timers.byHand(virtual, options.withReports(virtual));
          others.setTickMode(TickMode.dynamic(250));
          Map<ClockId, List<Long>> precise = new EnumMap<>(ClockId.class);
          Map<ClockId, List<Long>> ticked = new EnumMap<>(ClockId.class);
          for (int i = 0; i < 200; i++) {
            ClockId clock = CLOCKS[random.nextInt(CLOCKS.length)];
            long expiry = virtual.nanos(clock) + random.nextLong(SECOND);
            arm(virtual.timers, clock, expiry, 0, precise);
            arm(others, clock, expiry, TickMode.dynamic(250).tickNanos(), ticked);
            advanceBoth(virtual, others, beat, random.nextLong(10 * MILLI));
          }
          advanceBoth(virtual, others, beat, 2 * SECOND);
          assertEquals(List.of(), virtual.reports);
          assertEquals(200, precise.values().stream().mapToInt(List::size).sum());
          assertEquals(precise, ticked);
          assertTrue(others.statistics().wakeups() < virtual.timers.statistics().wakeups());
        });
  }

  private static void advanceBoth(
      VirtualTimers virtual, Timers others, SimulatedDevice beat, long nanos) {
    long target = virtual.hostNanos + nanos;
    while (beat.deadlineNanos() <= target) {
      virtual.advance(Math.max(0, beat.deadlineNanos() - virtual.hostNanos));
      others.expire();
    }
    virtual.advance(target - virtual.hostNanos);
  }

  private static void arm(
      Timers timers, ClockId clock, long expiry, long granularity, Map<ClockId, List<Long>> ran) {
    timers
        .timer(
            (timer, now) -> {
              assertTrue(now >= expiry && now - expiry <= granularity, "off " + (now - expiry));
              ran.computeIfAbsent(clock, first -> new ArrayList<>()).add(expiry);
              return Next.DONE;
            })
        .arm(clock, expiry);
  }

  /** Says what it hears, and that it hears of enter and leave in turns. */
  private static final class Edges implements IdleListeners.Listener {
    final String name;
    final VirtualTimers virtual;
    final List<String> heard;
    private long sinceNanos = -1;
    long periods;
    long ticks;

    Edges(String name, VirtualTimers virtual, List<String> heard) {
      this.name = name;
      this.virtual = virtual;
      this.heard = heard;
    }

    @Override
    public void enter(int shard) {
      heard.add(name + (sinceNanos < 0 ? " enters" : " ENTERS AGAIN"));
      sinceNanos = virtual.nanos(ClockId.MONOTONIC);
      assertTrue(sinceNanos >= 0);
    }

    @Override
    public void leave(int shard, long idleNanos, long missed) {
      boolean isSo = virtual.nanos(ClockId.MONOTONIC) - sinceNanos == idleNanos;
      heard.add(name + (sinceNanos >= 0 && isSo ? " leaves" : " LEAVES WRONGLY"));
      sinceNanos = -1;
      periods++;
      ticks += missed;
    }
  }

  /**
   * N15, 3-18: three listeners, in every mode: each period of idleness is entered and then left,
   * once, in order, with how long it was, while timers are armed, cancelled and due in between. A
   * periodic beat is never idle.
   */
  @Test
  void eachIdlePeriodIsToldOnceToEveryListener() {
    Seeds.forEach(
        TickedTimersTest.class,
        20,
        random -> {
          for (TickMode mode : modes()) {
            VirtualTimers virtual = new VirtualTimers();
            virtual.timers.setTickMode(mode);
            List<String> heard = new ArrayList<>();
            List<Edges> all = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
              all.add(new Edges(name, virtual, heard));
              virtual.timers.idleListeners().add(all.getLast());
            }
            for (int i = 0; i < 100; i++) {
              ClockTimer timer = virtual.timers.timer((expiring, now) -> Next.DONE);
              timer.armIn(CLOCKS[random.nextInt(CLOCKS.length)], random.nextLong(100 * MILLI));
              virtual.advance(random.nextLong(30 * MILLI));
              if (random.nextInt(4) == 0) {
                timer.tryCancel();
              }
            }
            virtual.advance(10 * SECOND);
            virtual.timers.close();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < all.getFirst().periods; i++) {
              expected.addAll(List.of("a enters", "b enters", "c enters"));
              expected.addAll(List.of("a leaves", "b leaves", "c leaves"));
            }
            assertEquals(expected, heard, mode.toString());
            boolean isIdle = mode.kind() != TickMode.Kind.PERIODIC;
            assertTrue(isIdle ? expected.size() > 60 : expected.isEmpty(), mode.toString());
            assertTrue(!isIdle || all.getFirst().ticks >= 9 * SECOND / mode.tickNanos(), "10 s");
          }
        });
  }
}

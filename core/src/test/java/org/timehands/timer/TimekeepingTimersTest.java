package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.clockevent.WaitChunks;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClocksourceRefusedException;
import org.timehands.clocksource.ClocksourceRegistry;
import org.timehands.clocksource.ClocksourceRegistry.WhenLast;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.discipline.LeapTable;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.ClocksourceSwitch;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timer.TimerCallback.Next;

/** Timers on a real timekeeping at virtual time: steered, set, leaping, sleeping, switched. */
class TimekeepingTimersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3600 * SECOND;

  /** 2026-01-01T00:00:00Z. */
  private static final long MIDNIGHT = 1_767_225_600L * SECOND;

  private static final long MONO = 1000 * SECOND;

  private static final List<ClockId> CLOCKS =
      List.of(ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI);

  /** The host's time, true and even; the counter and the device count it. */
  private final AtomicLong trueNanos = new AtomicLong(7 * SECOND);

  private final SimulatedDevice device = new SimulatedDevice(trueNanos::get);
  private final List<Long> ran = new ArrayList<>();
  private Timekeeping keeping;
  private Timers timers;

  private void begin(long beforeMidnight, LeapTable table) {
    SimulatedClockSource counter = counter(SECOND, 256);
    TimekeepingOptions options =
        TimekeepingOptions.defaults()
            .startingAt(MIDNIGHT - beforeMidnight, MONO)
            .withHorizon(10_000, 50_000_000)
            .withSlots(64)
            .waitingBy(() -> trueNanos.addAndGet(100));
    keeping =
        Timekeeping.begin(
            counter,
            Slope.ofFrequency(SECOND),
            table == null ? options : options.withLeapTable(table));
    timers =
        Timers.byHand(
            keeping.clocks(), TimerOptions.defaults().withDevices(() -> device));
  }

  private SimulatedClockSource counter(long hertz, long id) {
    return new SimulatedClockSource(
        SimulatedClockSource.Settings.of(hertz).named("counter" + id, id, 300), trueNanos::get);
  }

  private ClockTimer timer(ClockId clock) {
    return timers.timer(
        (timer, now) -> {
          assertTrue(timers.nanos(clock) >= timer.expiryNanos(), "the callback sees its time");
          ran.add(now);
          return Next.DONE;
        });
  }

  private void advance(long nanos) {
    long target = trueNanos.get() + nanos;
    while (device.deadlineNanos() <= Math.max(target, trueNanos.get())) {
      trueNanos.set(Math.max(trueNanos.get(), device.deadlineNanos()));
      timers.expire();
    }
    trueNanos.set(Math.max(trueNanos.get(), target));
  }

  /** A26: sealed, waited for, then timers, then cancel-on-set, then the setter returns. */
  @Test
  void whoIsToldOfASetSeesTheNewTime() {
    begin(HOUR, null);
    timer(ClockId.REALTIME).arm(ClockId.REALTIME, MIDNIGHT + HOUR);
    TimerDescriptor descriptor = new TimerDescriptor(timers, ClockId.REALTIME);
    descriptor.setTime(3, new TimerDescriptor.Setting(MIDNIGHT + HOUR, 0), null);
    List<Long> seen = new ArrayList<>();
    timers.onClockSet(
        () -> {
          seen.add(keeping.clocks().realtimeNanos());
          assertTrue(device.isDue(), "the timers know already");
        });
    keeping.setRealtime(MIDNIGHT + 2 * HOUR);
    assertEquals(1, seen.size(), "told before the setter returned");
    assertTrue(seen.getFirst() >= MIDNIGHT + 2 * HOUR);
    advance(0);
    assertEquals(1, ran.size());
    assertEquals(TimerDescriptor.CANCELED, descriptor.tryRead());
    timers.close();
    keeping.setRealtime(MIDNIGHT);
  }

  /** A25: an hour while the clock is steered by 500 ppm against the host's. */
  @Test
  void anHourOfASteeredClock() {
    for (long ppm : new long[] {-500, 500}) {
      ran.clear();
      begin(HOUR, null);
      Timex timex = new Timex();
      timex.modes = Timex.ADJ_FREQUENCY;
      timex.freq = ppm << 16;
      keeping.adjtimex(timex, true);
      long expiry = timers.nanos(ClockId.MONOTONIC) + HOUR;
      timer(ClockId.MONOTONIC).arm(ClockId.MONOTONIC, expiry);
      for (int i = 0; i < 3603; i++) {
        advance(SECOND);
        keeping.advance();
      }
      long late = ran.getFirst() - expiry;
      assertTrue(late >= 0 && late <= WaitChunks.FINAL_NANOS / 1_000_000 * 510, "late " + late);
    }
  }

  /** leap-a-day, leapsec01: an absolute timer behind an inserted second waits for it. */
  @Test
  void anInsertedSecondIsWaitedFor() {
    begin(10 * SECOND, leapTo(38));
    keeping.advance();
    advance(SECOND);
    keeping.advance();
    long start = timers.nanos(ClockId.MONOTONIC);
    long left = MIDNIGHT - timers.nanos(ClockId.REALTIME);
    timer(ClockId.REALTIME).arm(ClockId.REALTIME, MIDNIGHT + 5);
    advance(left + SECOND);
    assertEquals(List.of(), ran);
    advance(2 * SECOND);
    assertEquals(1, ran.size());
    assertTrue(timers.nanos(ClockId.MONOTONIC) >= start + left + SECOND + 5);
  }

  /** A second that is left out: nobody calls advance, and the timer is in time all the same. */
  @Test
  void aLeftOutSecondIsNotWaitedFor() {
    begin(10 * SECOND, leapTo(36));
    keeping.advance();
    advance(SECOND);
    keeping.advance();
    long left = MIDNIGHT - SECOND - timers.nanos(ClockId.REALTIME);
    timer(ClockId.REALTIME).arm(ClockId.REALTIME, MIDNIGHT + 5);
    advance(left - 1000);
    assertEquals(List.of(), ran);
    advance(10_000);
    assertEquals(1, ran.size());
    assertTrue(ran.getFirst() - MIDNIGHT < 1000, "late by " + (ran.getFirst() - MIDNIGHT));
  }

  private static LeapTable leapTo(int seconds) {
    return LeapTable.of(
        Long.MAX_VALUE,
        List.of(
            new LeapTable.Entry(0, 37), new LeapTable.Entry(MIDNIGHT / SECOND, seconds)));
  }

  /** The machine sleeps: BOOTTIME and REALTIME timers are due, MONOTONIC ones are not. */
  @Test
  void sleepOfTheMachine() {
    begin(HOUR, null);
    timer(ClockId.BOOTTIME).armIn(ClockId.BOOTTIME, HOUR);
    timer(ClockId.MONOTONIC).armIn(ClockId.MONOTONIC, HOUR);
    timer(ClockId.REALTIME).arm(ClockId.REALTIME, MIDNIGHT);
    keeping.injectSleep(2 * HOUR);
    advance(0);
    assertEquals(2, ran.size());
    advance(HOUR);
    assertEquals(3, ran.size());
  }

  /**
   * 3-14, 2-02: the counter changes under armed timers of every clock, the first time from the
   * callback of one of them; how late each is on its own clock.
   *
   * @param sleepy whose wake-ups come late, by {@code sleptNanos}
   */
  private Map<ClockId, Long> lateOverChanges(ClockId sleepy, long sleptNanos) {
    begin(HOUR, null);
    Map<ClockId, Long> late = new EnumMap<>(ClockId.class);
    for (int i = 0; i < CLOCKS.size(); i++) {
      ClockId clock = CLOCKS.get(i);
      long expiry = timers.nanos(clock) + (10 + i) * SECOND;
      timers
          .timer(
              (timer, now) -> {
                late.put(clock, timers.nanos(clock) - expiry);
                return Next.DONE;
              })
          .arm(clock, expiry);
    }
    boolean[] changed = new boolean[1];
    timers
        .timer(
            (timer, now) -> {
              change(19_200_000, 300);
              changed[0] = true;
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, SECOND);
    advance(9 * SECOND + SECOND / 2);
    assertTrue(changed[0]);
    assertEquals(Map.of(), late);
    for (int i = 0; i < CLOCKS.size(); i++) {
      if (CLOCKS.get(i) == sleepy) {
        trueNanos.addAndGet(SECOND / 2 + sleptNanos);
        advance(SECOND / 2 - sleptNanos);
      } else {
        advance(SECOND);
      }
      assertEquals(i + 1, late.size());
      change(i % 2 == 0 ? SECOND : 19_200_000, 301 + i);
    }
    return late;
  }

  private void change(long hertz, long id) {
    keeping.changeClocksource(counter(hertz, id), Slope.ofFrequency(hertz), 0);
  }

  @Test
  void theCounterChangesUnderArmedTimers() {
    lateOverChanges(null, 0)
        .forEach(
            (clock, late) -> assertTrue(late >= 0 && late <= 50_000, clock + " late by " + late));
  }

  /** The planted bug: one clock's wake-up comes 100 microseconds late. */
  @Test
  void aClockThatIsLateOverAChangeIsNoticed() {
    for (ClockId sleepy : CLOCKS) {
      lateOverChanges(sleepy, 100_000)
          .forEach((clock, late) -> assertEquals(clock == sleepy, late > 50_000, clock.name()));
    }
  }

  /** 2-02, N16: a callback registers a better one, which drives time there and then. */
  @Test
  void aCallbackRegistersABetterClocksource() throws ClocksourceRefusedException {
    begin(HOUR, null);
    ClocksourceRegistry registry =
        new ClocksourceRegistry(candidate -> Optional.empty(), WhenLast.REFUSE, null);
    registry.register(Candidate.of(keeping.clocksource(), "simulated"));
    registry.addListener(new ClocksourceSwitch(keeping));
    registry.finishBooting();
    SimulatedClockSource better =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(2_300_000_000L).named("better", 301, 400),
            trueNanos::get);
    List<String> driving = new ArrayList<>();
    timers
        .timer(
            (timer, now) -> {
              try {
                registry.register(Candidate.of(better, "simulated"));
              } catch (ClocksourceRefusedException refused) {
                throw new AssertionError(refused);
              }
              driving.add(keeping.clocksource().name());
              assertTrue(timers.nanos(ClockId.MONOTONIC) >= now, "time went back");
              return Next.DONE;
            })
        .armIn(ClockId.MONOTONIC, SECOND);
    for (ClockId clock : CLOCKS) {
      timer(clock).arm(clock, timers.nanos(clock) + 2 * SECOND);
    }
    advance(2 * SECOND - 10_000);
    assertEquals(List.of("better"), driving);
    assertEquals(List.of(), ran);
    advance(20_000);
    assertEquals(CLOCKS.size(), ran.size());
  }

  /** N6: low resolution while the clocksource is not good enough for more, and back. */
  @Test
  void theClocksourceDrivesTheResolutionBothWays() {
    begin(HOUR, null);
    assertTrue(timers.tickMode().isHighResolution());
    long expiry = timers.nanos(ClockId.MONOTONIC) + SECOND + 12_345;
    timer(ClockId.MONOTONIC).arm(ClockId.MONOTONIC, expiry);
    keeping.changeClocksource(new Coarse(counter(SECOND, 301)), Slope.ofFrequency(SECOND), 0);
    assertEquals(TickMode.dynamic(1000), timers.tickMode());
    advance(2 * SECOND);
    assertEquals(1, ran.size());
    assertTrue(ran.getFirst() - expiry <= 1_000_000 + 10_000);
    assertTrue(ran.getFirst() % 1_000_000 < 10_000, "at a tick");
    keeping.changeClocksource(counter(SECOND, 302), Slope.ofFrequency(SECOND), 0);
    assertTrue(timers.tickMode().isHighResolution());
    long fine = timers.nanos(ClockId.MONOTONIC) + SECOND + 12_345;
    timer(ClockId.MONOTONIC).arm(ClockId.MONOTONIC, fine);
    advance(2 * SECOND);
    assertTrue(ran.getLast() - fine < 10_000, "late by " + (ran.getLast() - fine));
  }

  /** A counter that is good for nothing but ticks. */
  private record Coarse(ClockSource counter) implements ClockSource {
    @Override
    public long read() {
      return counter.read();
    }

    @Override
    public String name() {
      return "coarse";
    }

    @Override
    public long id() {
      return counter.id();
    }

    @Override
    public int widthBits() {
      return counter.widthBits();
    }

    @Override
    public long frequencyHz() {
      return counter.frequencyHz();
    }

    @Override
    public int rating() {
      return 1;
    }

    @Override
    public String ratingReason() {
      return "planted";
    }

    @Override
    public long readCostNanos() {
      return counter.readCostNanos();
    }

    @Override
    public long driftBoundPpb() {
      return counter.driftBoundPpb();
    }

    @Override
    public long skewBoundCycles() {
      return counter.skewBoundCycles();
    }

    @Override
    public SuspendBehaviour suspend() {
      return counter.suspend();
    }

    @Override
    public boolean validForHighResolution() {
      return false;
    }
  }

  /** A timekeeper without its write side, as of a shared page: sets are noticed by looking. */
  @Test
  void whereNobodyTellsTimersLookOnceASecond() {
    begin(HOUR, null);
    Timekeeping told = keeping;
    timers.close();
    timers =
        Timers.byHand(
            new org.timehands.timekeeping.Timekeeper(told.clocks().timeline()),
            TimerOptions.defaults().withDevices(() -> device));
    TimerDescriptor descriptor = new TimerDescriptor(timers, ClockId.REALTIME);
    descriptor.setTime(3, new TimerDescriptor.Setting(MIDNIGHT + HOUR, 0), null);
    timer(ClockId.REALTIME).arm(ClockId.REALTIME, MIDNIGHT);
    told.setRealtime(MIDNIGHT);
    assertFalse(descriptor.isReadable());
    advance(SECOND);
    assertEquals(1, ran.size());
    assertTrue(ran.getFirst() - MIDNIGHT <= SECOND + 1_000_000);
    assertEquals(TimerDescriptor.CANCELED, descriptor.tryRead());
  }

  /**
   * 3-64: the same on counters of other widths and rates: one that wraps each 4.7 s, a slow one, a
   * wide one, a fast one. A timer is never early, late by a cycle or two, and periods do not drift.
   */
  @ParameterizedTest
  @CsvSource({"3579545, 24", "1000000, 32", "19200000, 56", "2300000000, 64"})
  void countersOfAnyWidthAndRate(long hertz, int width) {
    SimulatedClockSource counter =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(hertz).named("counter", 256, 300).counting(width, 5),
            trueNanos::get);
    long cycle = SECOND / hertz + 1;
    keeping =
        Timekeeping.begin(
            counter,
            Slope.ofFrequency(hertz),
            TimekeepingOptions.defaults()
                .startingAt(MIDNIGHT - HOUR, MONO)
                .withHorizon(10_000, 50_000_000)
                .withSlots(64)
                .waitingBy(() -> trueNanos.addAndGet(100)));
    timers =
        Timers.byHand(keeping.clocks(), TimerOptions.defaults().withDevices(() -> device));
    int[] periods = new int[1];
    long interval = 333_333_333;
    long first = timers.nanos(ClockId.MONOTONIC) + interval;
    timers
        .timer(
            (timer, now) -> {
              assertEquals(first + periods[0]++ * interval, timer.expiryNanos());
              assertTrue(now >= timer.expiryNanos());
              assertTrue(now - timer.expiryNanos() <= 100_000 + cycle, "late");
              timer.forward(now, interval);
              return Next.AGAIN;
            })
        .arm(ClockId.MONOTONIC, first);
    timer(ClockId.REALTIME).arm(ClockId.REALTIME, MIDNIGHT - HOUR + 60 * SECOND);
    timer(ClockId.TAI).armIn(ClockId.TAI, 30 * SECOND);
    for (int i = 0; i < 50; i++) {
      advance(SECOND);
    }
    assertEquals(1, ran.size());
    assertTrue(periods[0] >= 149, periods[0] + " periods");
    keeping.setRealtime(MIDNIGHT - HOUR + 60 * SECOND);
    advance(0);
    assertEquals(2, ran.size(), "the set is seen");
    Timex timex = new Timex();
    timex.modes = Timex.ADJ_FREQUENCY;
    timex.freq = 500 << 16;
    keeping.adjtimex(timex, true);
    for (int i = 0; i < 50; i++) {
      advance(SECOND);
    }
    assertTrue(periods[0] >= 299, periods[0] + " periods");
  }
}

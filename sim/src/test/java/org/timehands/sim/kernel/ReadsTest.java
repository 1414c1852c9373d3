package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;
import static org.timehands.posix.PosixNumbers.*;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.timehands.clocksource.Candidate;
import org.timehands.discipline.Timex;
import org.timehands.posix.PosixTime;

/** Semantics 4.1: the selftests that read and set from several threads, on a real counter. */
@Timeout(60)
class ReadsTest {
  /** Readings a list: upstream has 1 000 000 / 2 of them and 10 s, we fractions of a second. */
  private static final int LIST = 100_000;

  private final Live live = new Live();

  @AfterEach
  void close() {
    live.close();
  }

  /** Reads a clock back to back; says where it went back. */
  private static String check(PosixTime posix, int clock, int readings) {
    Order order = new Order();
    for (int i = 0; i < readings; i++) {
      order.add(Lab.nanos(posix, clock));
    }
    String fault = order.fault();
    return fault.isEmpty() ? "" : "clock " + clock + ": " + fault;
  }

  @Test
  @DisplayName("inconsistency-check")
  void inconsistencyCheck() {
    for (int clock : Lab.CLOCKS) {
      assertEquals("", check(live.posix, clock, LIST));
    }
  }

  @Test
  void inconsistencyCheckSeesAFault() {
    Order order = new Order();
    order.add(5);
    order.add(5);
    assertEquals("", order.fault());
    order.add(4);
    assertTrue(order.fault().contains("4 after 5"), order.fault());
  }

  /** Eight threads fill a list under a lock, and lists of their own; every list is in order. */
  @Test
  @DisplayName("threadtest")
  void threadTest() throws InterruptedException {
    Order shared = new Order();
    List<Order> own = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Order mine = new Order();
      own.add(mine);
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int n = 0; n < LIST / 8; n++) {
                      synchronized (shared) {
                        shared.add(Lab.nanos(live.posix, CLOCK_MONOTONIC));
                      }
                      mine.add(Lab.nanos(live.posix, CLOCK_MONOTONIC));
                    }
                  }));
    }
    for (Thread each : threads) {
      each.join();
    }
    assertEquals("", shared.fault());
    own.forEach(each -> assertEquals("", each.fault()));
    assertEquals(LIST, shared.size());
  }

  /** +-500 ppm, flipped as fast as setters go, beside readers: the S1 race, on this machine. */
  @Test
  @DisplayName("skew_consistency, live")
  void skewConsistency() throws InterruptedException {
    beside(
        round -> {
          long[] timex = new long[Timex.FIELDS];
          timex[0] = ADJ_FREQUENCY;
          timex[2] = (round % 2 == 0 ? 500 : -500) << 16;
          assertTrue(live.posix.clockAdjTime(CLOCK_REALTIME, timex) >= 0);
        },
        500);
  }

  /** Every counter for a while, then from one to the next as fast as that goes, beside readers. */
  @Test
  @DisplayName("clocksource-switch")
  void clocksourceSwitch() throws InterruptedException {
    assertFalse(Live.COUNTERS.isEmpty());
    for (Candidate each : Live.COUNTERS) {
      change(each);
      assertEquals(each.source(), live.keeper.clocksource());
      for (int clock : Lab.CLOCKS) {
        assertEquals("", check(live.posix, clock, LIST / 10));
      }
    }
    // Not the tick, which is left no sooner than it has ticked twice.
    List<Candidate> fine =
        Live.COUNTERS.stream().filter(each -> each.source().validForHighResolution()).toList();
    beside(round -> change(fine.get(round % fine.size())), 150);
  }

  private void change(Candidate to) {
    live.keeper.changeClocksource(to.source(), to.rate(), to.slopeErrorPpb());
  }

  /** Setting STA_INS again and again across a leap second, 20 times, from two threads. */
  @Test
  @DisplayName("leapcrash")
  void leapCrash() throws InterruptedException {
    try (Live hasty = Live.hasty(50)) {
      for (int leaps = 0; leaps < 20; ) {
        leaps += crash(hasty.posix) ? 1 : 0;
      }
    }
  }

  /** One leap; false if this thread slept through the last second of the day before it was told. */
  private static boolean crash(PosixTime posix) throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    // The flag is seen when a second begins, so the last second of the day is still to begin.
    assertEquals(0, posix.clockSetTime(CLOCK_REALTIME, Lab.MIDNIGHT - 2, 900_000_000));
    Thread hammer = Thread.ofPlatform().start(() -> insert(posix, stop));
    long[] timex = new long[Timex.FIELDS];
    int state;
    boolean missed;
    do {
      state = insertOnce(posix, timex);
      missed = timex[9] > Lab.MIDNIGHT;
    } while (!missed && (state == TIME_OK || state == TIME_INS));
    stop.set(true);
    hammer.join();
    assertTrue(missed || state == TIME_OOP || state == TIME_WAIT, "state " + state);
    do {
      timex[0] = ADJ_STATUS;
      timex[5] = 0;
      state = posix.clockAdjTime(CLOCK_REALTIME, timex);
    } while (state == TIME_INS || state == TIME_OOP || state == TIME_WAIT);
    assertEquals(TIME_OK, state);
    return !missed;
  }

  private static void insert(PosixTime posix, AtomicBoolean stop) {
    long[] timex = new long[Timex.FIELDS];
    while (!stop.get()) {
      insertOnce(posix, timex);
    }
  }

  private static int insertOnce(PosixTime posix, long[] timex) {
    timex[0] = ADJ_STATUS | ADJ_MAXERROR;
    timex[3] = 0;
    timex[5] = STA_INS;
    return posix.clockAdjTime(CLOCK_REALTIME, timex);
  }

  private interface Change {
    void make(int round) throws InterruptedException;
  }

  /** Makes changes beside two threads that look for time that goes back. */
  private void beside(Change change, int rounds) throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<String> fault = new AtomicReference<>("");
    List<Thread> readers = new ArrayList<>();
    for (int clock : new int[] {CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW}) {
      readers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stop.get() && fault.get().isEmpty()) {
                      fault.compareAndSet("", check(live.posix, clock, 1000));
                    }
                  }));
    }
    for (int round = 0; round < rounds && fault.get().isEmpty(); round++) {
      change.make(round);
    }
    stop.set(true);
    for (Thread each : readers) {
      each.join();
    }
    assertEquals("", fault.get());
    assertFalse(readers.isEmpty());
  }
}

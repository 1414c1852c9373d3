package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.Timehands;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.host.HostOptions;
import org.timehands.linux.HostClocks;
import org.timehands.linux.NativeAccess;
import org.timehands.linux.ThreadSwitches;
import org.timehands.testing.Await;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * What the thread of a shard does to the rest of the JVM while it waits: nothing. It holds up no
 * safepoint, and it does not run (3-61).
 */
@Timeout(300)
class ExpiryThreadTest {
  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int EXPIRIES = 10_000;
  private static final int SAFEPOINTS = 200;
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final long HOUR_NANOS = 60 * MINUTE_NANOS;

  private static Timehands timehands;

  @BeforeAll
  static void open() {
    timehands = Timehands.inProcess(HostOptions.defaults().withSlots(64));
  }

  @AfterAll
  static void close() {
    timehands.close();
  }

  static List<String> devices() {
    return ClockEventDevices.names();
  }

  private static Timers start(String device) {
    return Timers.start(
        timehands.clocks(), TimerOptions.defaults().withDevices(() -> opened(device)));
  }

  private static ClockEventDevice opened(String device) {
    try {
      return ClockEventDevices.open(device);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private static void rest(long nanos) {
    try (Timers others = start("park")) {
      assertEquals(0, new Sleeper(others).sleepFor(ClockId.MONOTONIC, nanos));
    }
  }

  /** Operations that stop all threads at a safepoint, from stack traces to collections. */
  private static void safepoints() {
    for (int i = 0; i < SAFEPOINTS; i++) {
      assertFalse(Thread.getAllStackTraces().isEmpty());
    }
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void safepointsDoNotWaitForIt(String device) {
    try (Timers timers = start(device)) {
      timers.timer((timer, now) -> Next.DONE).armIn(ClockId.MONOTONIC, MINUTE_NANOS);
      long woken = 1;
      // Were it waited for, the first of them would have ended with its wait, 52 s from now, and
      // with the next one after that. On a busy machine it may be long until it waits.
      for (int tries = 0; tries < 2 && woken > 0; tries++) {
        rest(20_000_000);
        long before = timers.statistics().wakeups();
        safepoints();
        woken = timers.statistics().wakeups() - before;
      }
      assertEquals(0, woken);
    }
  }

  /**
   * The planted bug: a sleep that is declared critical does hold a safepoint up, until it ends. So
   * no call that blocks is one.
   */
  @Test
  void aCriticalSleepHoldsThemUp() throws Throwable {
    assumeTrue(NativeAccess.available(), NativeAccess.whyNot());
    MethodHandle sleep =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().find("nanosleep").orElseThrow(),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                Linker.Option.critical(false));
    boolean heldUp = false;
    // Either thread may be descheduled at the wrong moment: then the next try tells.
    for (int tries = 0; tries < 20 && !heldUp; tries++) {
      heldUp = isHeldUp(sleep, 200_000_000);
    }
    assertTrue(heldUp, "no safepoint waited for a critical call");
  }

  private static boolean isHeldUp(MethodHandle sleep, long nanos) throws InterruptedException {
    AtomicLong began = new AtomicLong();
    Thread sleeper =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try (Arena arena = Arena.ofConfined()) {
                    MemorySegment spec = arena.allocate(16, 8);
                    spec.set(ValueLayout.JAVA_LONG, 8, nanos);
                    began.set(HostClocks.nanos(HostClocks.CLOCK_MONOTONIC));
                    int ignored = (int) sleep.invokeExact(spec.address(), 0L);
                  } catch (Throwable failed) {
                    throw new AssertionError(failed);
                  }
                });
    Await.until(() -> began.get() != 0, "the sleeper begins");
    rest(20_000_000);
    long asked = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
    safepoints();
    long done = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
    sleeper.join();
    long end = began.get() + nanos;
    return asked < end && done >= end;
  }

  /** Arming, programming, waiting and expiring, on the real clocks and devices. */
  @Test
  void anExpiryAllocatesNothing() {
    devices().forEach(name -> expireWithoutAllocating(opened(name)));
    // No wait here is long enough to count: it goes on choosing.
    expireWithoutAllocating(opened(ClockEventDevices.DEFAULT));
    ClockEventDevice chosen = opened(ClockEventDevices.DEFAULT);
    while (ClockEventDevices.names().size() > 1 && chosen.choice().isEmpty()) {
      chosen.program(chosen.nowNanos() + 300_000);
      boolean _ = chosen.await();
    }
    expireWithoutAllocating(chosen);
  }

  private static void expireWithoutAllocating(ClockEventDevice device) {
    TimerOptions options = TimerOptions.defaults().withDevices(() -> device);
    try (Timers timers = Timers.byHand(timehands.clocks(), options)) {
      ClockTimer timer = timers.timer((expiring, now) -> Next.DONE);
      long least = Long.MAX_VALUE;
      // At first the interpreter links call sites, which allocates.
      for (int tries = 0; tries < 50 && least >= EXPIRIES; tries++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < EXPIRIES; i++) {
          timer.arm(ClockId.MONOTONIC, 1);
          assertTrue(device.await());
          timers.expire();
        }
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      assertTrue(
          least < EXPIRIES, device.name() + ": " + least + " bytes in " + EXPIRIES + " expiries");
      assertTrue(timers.statistics().expired() >= EXPIRIES);
    }
  }

  /** Context switches of the shards' threads, which are known by their names. */
  private static long switches(List<Integer> threads) throws IOException {
    long sum = 0;
    for (int thread : threads) {
      sum += ThreadSwitches.of(thread);
    }
    return sum;
  }

  private static List<Integer> shardThreads() throws IOException {
    List<Integer> found = new ArrayList<>();
    for (int thread : ThreadSwitches.threads()) {
      // The kernel keeps 15 characters of a name; which ones is up to the JVM.
      String name = ThreadSwitches.name(thread);
      if (name.startsWith("timehan") && name.contains("imer")) {
        found.add(thread);
      }
    }
    return found;
  }

  /** The kernel may list a thread for a while after it was joined: the rest's. */
  private static List<Integer> ofOneShard(List<Integer> others) throws IOException {
    long until = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC) + PATIENCE_NANOS;
    List<Integer> mine;
    do {
      mine = shardThreads();
      mine.removeAll(others);
    } while (mine.size() > 1 && HostClocks.nanos(HostClocks.CLOCK_MONOTONIC) < until);
    assertEquals(1, mine.size());
    return mine;
  }

  /** An hour ahead is nothing to wake for; a beat is (the planted waker). */
  @ParameterizedTest
  @MethodSource("devices")
  void anIdleProcessDoesNotWake(String device) throws IOException {
    List<Integer> others = shardThreads();
    try (Timers timers = start(device)) {
      timers.timer((timer, now) -> Next.DONE).armIn(ClockId.MONOTONIC, HOUR_NANOS);
      rest(200_000_000);
      List<Integer> mine = ofOneShard(others);
      long before = 0;
      long woken = 1;
      // On a busy machine it may be long until it sleeps.
      for (int tries = 0; tries < 5 && woken > 0; tries++) {
        before = switches(mine);
        rest(2_000_000_000);
        woken = switches(mine) - before;
      }
      assertEquals(0, woken, "woke for nothing");
      timers.setTickMode(TickMode.periodic(100));
      rest(200_000_000);
      assertTrue(switches(mine) - before > 0, "a beat was not seen");
    }
  }
}

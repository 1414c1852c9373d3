package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * 3-12, 3-54: a timer stands in its final queue, its clock's, as soon as it is armed, and nowhere
 * before: it is what that shows first, the device is programmed for it, and nobody wakes to move
 * it, however far
 * ahead it is.
 */
class FinalQueueTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final ClockId[] CLOCKS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };

  private final VirtualTimers virtual = new VirtualTimers();
  private final List<Long> ran = new ArrayList<>();

  static List<TickMode> modes() {
    return List.of(TickMode.tickless(), TickMode.dynamic(100), TickMode.dynamic(1000));
  }

  private ClockTimer timer() {
    return virtual.timers.timer(
        (timer, now) -> {
          ran.add(timer.expiryNanos() - now);
          return Next.DONE;
        });
  }

  private QueueStatus queue(ClockId clock) {
    return virtual.timers.queues().stream()
        .filter(queue -> queue.clock() == clock)
        .findFirst()
        .orElseThrow();
  }

  /** From far to near, so that each comes first; the queue and the device know at once. */
  @ParameterizedTest
  @MethodSource("modes")
  void armedIsQueuedForGood(TickMode mode) {
    virtual.timers.setTickMode(mode);
    long grain = mode.isHighResolution() ? 0 : mode.tickNanos();
    for (ClockId clock : CLOCKS) {
      long began = virtual.nanos(clock);
      int armed = 0;
      for (long delay = 90 * SECOND; delay > 50 * MILLI; delay = delay * 2 / 3 + 12_345) {
        timer().arm(clock, began + delay);
        armed++;
        QueueStatus queue = queue(clock);
        assertEquals(armed, queue.armed());
        assertEquals(began + delay, queue.next().getFirst().expiryNanos());
        long wakesIn = virtual.device.deadlineNanos() - virtual.hostNanos;
        assertTrue(wakesIn <= delay + grain, "programmed for " + wakesIn + ", due in " + delay);
      }
      long wakeups = virtual.timers.statistics().wakeups();
      virtual.advance(49 * MILLI);
      assertEquals(wakeups, virtual.timers.statistics().wakeups(), "woken to move timers");
      assertEquals(armed, queue(clock).armed());
      ran.clear();
      virtual.advance(91 * SECOND);
      assertEquals(armed, ran.size());
      assertEquals(List.of(), virtual.timers.queues(), "empty ones are not shown");
    }
  }
}

package org.timehands.timer.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockView;
import org.timehands.timer.Lateness;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerClocks;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.Timers;

/** What a management client sees of timers. */
class TimersBeanTest {
  private static final long SECOND = 1_000_000_000L;

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private long nowNanos = SECOND;

  private Timers timers() {
    TimerClocks clocks =
        new TimerClocks() {
          @Override
          public void read(ClockView into) {
            into.set(nowNanos, nowNanos, nowNanos, nowNanos);
          }

          @Override
          public long monotonicNanos() {
            return nowNanos;
          }
        };
    return Timers.byHand(
        clocks,
        TimerOptions.defaults().withDevices(() -> new SimulatedDevice(() -> nowNanos)));
  }

  @Test
  void aClientSeesQueuesModesAndStatistics() throws Exception {
    Timers timers = timers();
    ObjectName name = new ObjectName("org.timehands:type=Timers,name=orders-1");
    try (TimersBean bean = TimersBean.register("orders-1", timers)) {
      assertTrue(server.isRegistered(name));
      assertTrue(server.queryNames(new ObjectName(TimersBean.PATTERN), null).contains(name));
      timers.timer((timer, now) -> Next.DONE).armIn(ClockId.MONOTONIC, 10);
      timers.timer((timer, now) -> Next.DONE).armIn(ClockId.BOOTTIME, SECOND);
      nowNanos += 20;
      timers.expire();
      timers.setTickMode(TickMode.dynamic(250));
      TimersMXBean seen = JMX.newMXBeanProxy(server, name, TimersMXBean.class);
      assertEquals("dynamic 250 Hz", seen.getTickMode());
      assertEquals(1, seen.getDevices().size());
      TimersMXBean.Queue queue = seen.getQueues().getFirst();
      assertEquals("BOOTTIME", queue.clock());
      assertEquals(SECOND - 20, queue.next().getFirst().inNanos());
      assertEquals(2, seen.getModes().size());
      TimersMXBean.Mode tickless = seen.getModes().getFirst();
      assertEquals("tickless", tickless.tickMode());
      assertEquals(1, tickless.expired());
      assertEquals(10, tickless.maxLateNanos());
      assertEquals(Lateness.BUCKETS, tickless.lateness().size());
      assertEquals(1L, tickless.lateness().get(4), "8 to 16 ns");
      assertThrows(
          IllegalArgumentException.class, () -> TimersBean.register("orders-1", timers));
      assertEquals(bean.getTickMode(), TimersBean.of(timers).getTickMode());
    }
    assertFalse(server.isRegistered(name));
    TimersBean.of(timers).close();
  }

  @Test
  void namesAreChecked() {
    Timers timers = timers();
    for (String wrong : new String[] {"", "a b", "a,b=c", "*", "x".repeat(101)}) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class, () -> TimersBean.register(wrong, timers));
      assertTrue(refused.getMessage().contains("'" + wrong + "'"), refused.getMessage());
    }
  }
}

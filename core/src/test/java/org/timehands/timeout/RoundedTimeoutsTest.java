package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Timeouts that run together at whole seconds (2.8), at virtual time, by hand. */
class RoundedTimeoutsTest {
  private static final long MILLI = HandTime.MILLI;
  private static final Consumer<Timeout> NOTHING = timeout -> {};

  private final HandTime time = new HandTime();
  private final List<Object> ran = new ArrayList<>();
  private final Timeouts timeouts =
      Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1));

  /** Whole seconds, also where no whole number of ticks makes one. */
  @Test
  void roundedOnesRunAtWholeSecondsWhateverTheTick() {
    for (long tick : new long[] {999_983, 3_333_333, 7 * MILLI, 300 * MILLI, 2_500 * MILLI}) {
      time.nanos = 7_300 * MILLI;
      Timeouts one =
          Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1).withTickNanos(tick));
      for (long millis = 0; millis < 20_000; millis += 777) {
        Timeout kept = one.timeout(NOTHING);
        one.armRounded(kept, millis * MILLI);
        long past = kept.expires() % (1_000 * MILLI);
        assertTrue(kept.expires() >= time.nanos + millis * MILLI, "early");
        assertTrue(kept.expires() <= time.nanos + millis * MILLI + 1_000 * MILLI + 4 * tick);
        assertTrue(past < tick || tick > 1_000 * MILLI, past + " ns past a second at " + tick);
      }
    }
  }

  @Test
  void roundedOnesRunTogetherAtAWholeSecond() {
    time.nanos = 7_300 * MILLI;
    for (int i = 0; i < 10; i++) {
      Timeout kept = timeouts.timeout(timeout -> ran.add(timeout.attachment()));
      timeouts.armRounded(kept, (100 + 60 * i) * MILLI);
      assertEquals(8_000 * MILLI, kept.expires());
    }
    timeouts.poll();
    time.nanos = 7_999 * MILLI;
    timeouts.poll();
    assertEquals(0, ran.size());
    time.nanos = 8_064 * MILLI;
    timeouts.poll();
    assertEquals(10, ran.size());
  }

  /** 2.8: shards wake three ticks apart at a whole second, as Linux's processors do. */
  @Test
  void roundedOnesOfShardsRunThreeTicksApart() {
    time.nanos = 7_300 * MILLI;
    Timeouts three = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(3));
    for (int shard = 0; shard < 3; shard++) {
      Timeout pinned = three.pinned(shard, NOTHING);
      for (int millis : new int[] {100, 600, 690}) {
        three.armRounded(pinned, millis * MILLI);
        assertEquals((8_000 + 3 * shard) * MILLI, pinned.expires());
      }
    }
  }
}

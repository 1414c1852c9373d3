package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Timeouts} refuse: delays out of range, and timeouts of others. */
class TimeoutRangesTest {
  private static final long MILLI = HandTime.MILLI;
  private static final Consumer<Timeout> NOTHING = timeout -> {};

  private final HandTime time = new HandTime();

  @Test
  void rangesAreSaid() {
    Timeouts timeouts = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1));
    assertThrows(IllegalArgumentException.class, () -> timeouts.after(-1, NOTHING));
    long most = timeouts.maxDelayNanos();
    assertTrue(timeouts.after(most, NOTHING).isPending());
    assertThrows(IllegalArgumentException.class, () -> timeouts.after(most + 1, NOTHING));
    assertThrows(
        IllegalArgumentException.class, () -> timeouts.after(Long.MAX_VALUE, NOTHING));
    assertThrows(NullPointerException.class, () -> timeouts.after(1, null));
    assertThrows(
        IllegalArgumentException.class, () -> TimeoutsOptions.DEFAULT.withTickNanos(999));
    assertThrows(IllegalArgumentException.class, () -> TimeoutsOptions.DEFAULT.withShards(0));
    assertTrue(timeouts.after(Duration.ofSeconds(3), NOTHING).isPending());
  }

  /** A delay is refused if it is out of range, however many ticks it would come to. */
  @ParameterizedTest
  @ValueSource(
      longs = {1_000, 999_983, MILLI, (1L << 29) - 1, 1L << 29, (1L << 29) + 1, 10_000_000_000L})
  void rangesAreTheSameToTheNanosecondWhateverTheTick(long tick) {
    Timeouts one = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withTickNanos(tick));
    long most = one.maxDelayNanos();
    Timeout kept = one.timeout(NOTHING);
    for (long delay :
        new long[] {Long.MIN_VALUE, -tick - 1, -tick, 1 - tick, -1, most + 1, most + tick,
            Long.MAX_VALUE - tick + 1, Long.MAX_VALUE}) {
      if (delay < 0 || delay > most) {
        assertThrows(
            IllegalArgumentException.class, () -> one.arm(kept, delay), delay + " ns");
      }
    }
    assertFalse(kept.isPending());
    long many = 1L << 29; // of ticks, from where on they are counted with more care
    for (long delay :
        new long[] {0, 1, tick, (many - 1) * tick, (many - 1) * tick + 1, many * tick, most}) {
      if (delay >= 0 && delay <= most) {
        kept.cancel();
        one.arm(kept, delay);
        long ticks = SharedTimeout.delay(((SharedTimeout) kept).word);
        long exact = Math.max(1, Math.ceilDiv(delay, tick));
        assertTrue(ticks >= exact && ticks <= exact + 1, delay + " ns are " + ticks + " ticks");
      }
    }
  }

  /** The longest delays of long ticks end beyond 2^63 nanoseconds. */
  @ParameterizedTest
  @ValueSource(longs = {MILLI, (1L << 29) - 1, 1L << 29, 10_000_000_000L})
  void noneExpiresBeforeItIsArmed(long tick) {
    time.pass(9_000_000);
    Timeouts one = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withTickNanos(tick));
    Timeout kept = one.timeout(NOTHING);
    long most = one.maxDelayNanos();
    for (long delay : new long[] {most, most / 2, 1}) {
      long least = time.nanos > Long.MAX_VALUE - delay ? Long.MAX_VALUE : time.nanos + delay;
      one.arm(kept, delay);
      assertTrue(kept.expires() >= least, kept.expires() + " for " + delay);
      one.armRounded(kept, delay);
      assertTrue(kept.expires() >= least, kept.expires() + " for " + delay + ", rounded");
      one.arm(kept, 1);
      one.postpone(kept, delay);
      assertTrue(kept.expires() >= least, kept.expires() + " for " + delay + ", put off");
    }
  }

  @Test
  void strangersAreRefused() {
    for (int shards = 1; shards <= 2; shards++) {
      Timeouts one = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(shards));
      Timeouts other = Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(shards));
      Timeout stranger = other.after(MILLI, NOTHING);
      assertThrows(IllegalArgumentException.class, () -> one.arm(stranger, MILLI));
      assertThrows(IllegalArgumentException.class, () -> one.postpone(stranger, MILLI));
      assertThrows(IllegalArgumentException.class, () -> one.shutdown(stranger));
      assertThrows(
          IllegalArgumentException.class,
          () -> one.reduce(new TimeoutWheel().add(5, NOTHING), MILLI));
    }
  }
}

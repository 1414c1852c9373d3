package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;

/**
 * What the tests of Caffeine's {@code TimerWheel} demand of it, demanded of ours (3-36, 3-37,
 * 3-49). Its old bug is a test of its own, in {@link TimeoutWheelTest}.
 *
 * <p>Not here: what its iterators do at their end and backwards, since ours hands out what is
 * pending by {@code clear} only, in no order; that a timer whose eviction throws, and the wheel's
 * clock, are as before, since with us a callback that throws has run ({@code
 * OtherWheelsTest.agronaAHandlerThatThrows}); and the sentinels of its lists, which ours has not.
 */
class CaffeineWheelTest {
  private final List<Object> ran = new ArrayList<>();

  /** Clocks at the ends of a long, around zero and a span of their first wheel before those. */
  private static final long[] CLOCKS = {
    Long.MIN_VALUE, -(1L << 30) + 1, 0, 0xfff_ffff_c000_0000L, Long.MAX_VALUE - (1L << 30) + 1,
    Long.MAX_VALUE, 0x1234_5678_9abc_def0L
  };
  private static final long SECOND_TICKS = 1_000;

  private void fillFrom(TimeoutWheel wheel, long clock, long... seconds) {
    for (long each : seconds) {
      wheel.add(clock + each * SECOND_TICKS, due -> ran.add(each));
    }
  }

  /** Theirs of 25 s, 90 s and 240 s, looked at after 10 s, 3 min, 10 min: none, two, three ran. */
  @Test
  void whatIsOverHasRunAndNothingElse() {
    long[][] looks = {{10, 0}, {180, 2}, {600, 3}};
    for (long clock : CLOCKS) {
      for (long[] look : looks) {
        ran.clear();
        TimeoutWheel wheel = new TimeoutWheel(9, clock);
        fillFrom(wheel, clock, 25, 90, 240);
        assertEquals(look[1], wheel.advance(clock + look[0] * SECOND_TICKS, 100));
        assertEquals(3 - look[1], wheel.size());
      }
    }
  }

  @Test
  void manyAtRandomFromAnyClock() {
    Seeds.forEach(
        CaffeineWheelTest.class,
        20,
        random -> {
          long clock = random.nextLong();
          TimeoutWheel wheel = new TimeoutWheel(9, clock);
          long now = random.nextLong(1L << 30);
          List<Timeout> armed = new ArrayList<>();
          ran.clear();
          int over = 0;
          int surely = 0;
          for (int i = 0; i < 5_000; i++) {
            long delay = 1 + random.nextLong(1L << 30);
            over += delay <= now ? 1 : 0;
            surely += delay + delay / 7 + 1 <= now ? 1 : 0;
            armed.add(
                wheel.add(
                    clock + delay,
                    due -> {
                      assertTrue(due.expires() - wheel.now() <= 0, "early");
                      ran.add(due);
                    }));
          }
          wheel.advance(clock + now, Integer.MAX_VALUE);
          assertTrue(ran.size() <= over && ran.size() >= surely, surely + " to " + over);
          WheelCheck.check(wheel.structure());
          armed.forEach(Timeout::cancel);
          assertEquals(0, wheel.size());
          WheelCheck.check(wheel.structure());
        });
  }

  /** Further than a whole turn, over the wrap, and backwards: which runs nothing. */
  @Test
  void farForwardAndBackwards() {
    for (long clock : CLOCKS) {
      ran.clear();
      TimeoutWheel wheel = new TimeoutWheel(9, clock);
      fillFrom(wheel, clock, 1, 100, 10_000, 800_000);
      for (int level = 0; level < 9; level++) {
        assertEquals(0, wheel.advance(clock - 3 * (64L << 3 * level), 100), "backwards");
        assertEquals(clock, wheel.now());
      }
      wheel.advance(clock + 13 * (1L << 30), 100);
      assertEquals(4, ran.size());
    }
  }

  /**
   * How long nothing is to be done: for ever if nothing is armed, else no longer than the first;
   * also where a finer level has been filled after a coarser one, whose own comes first.
   */
  @Test
  void howLongNothingIsToBeDone() {
    for (long clock : CLOCKS) {
      TimeoutWheel wheel = new TimeoutWheel(9, clock);
      assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
      fillFrom(wheel, clock, 15, 80);
      long first = wheel.nextExpiry() - clock - 15 * SECOND_TICKS;
      assertTrue(first >= 0 && first < 512, "first " + first);
      wheel.advance(clock + 45 * SECOND_TICKS, 100);
      fillFrom(wheel, clock, 95);
      long second = wheel.nextExpiry() - clock - 80 * SECOND_TICKS;
      assertTrue(second >= 0 && second < 4_096, "second " + second);
      wheel.clear();
      fillFrom(wheel, clock, 14 * 86_400);
      assertTrue(wheel.nextExpiry() - clock <= 14 * 86_400 * SECOND_TICKS, "beyond the last");
    }
  }

  /** One that its callback keeps is armed on; one that is put off is gone a day later. */
  @Test
  void armedAnewFromOutsideAndFromItsCallback() {
    for (long clock : CLOCKS) {
      ran.clear();
      TimeoutWheel wheel = new TimeoutWheel(9, clock);
      Timeout put = wheel.timeout(due -> ran.add("put off"));
      wheel.arm(put, clock + 900 * SECOND_TICKS);
      wheel.arm(put, clock + 7_200 * SECOND_TICKS);
      wheel.advance(clock + 1_100 * SECOND_TICKS, 100);
      assertEquals(List.of(), ran);
      wheel.advance(clock + 86_400 * SECOND_TICKS, 100);
      assertEquals(List.of("put off"), ran);
      assertEquals(0, wheel.structure().size());
      Timeout again = wheel.timeout(due -> wheel.arm(due, wheel.now() + 100));
      wheel.arm(again, wheel.now() + 100);
      assertEquals(1, wheel.advance(wheel.now() + 4_096, 100));
      assertTrue(again.isPending());
      assertFalse(wheel.timeout(due -> ran.add("never armed")).cancel());
    }
  }

  /** There it sinks from wheel to wheel on the way; here it stays where it is. */
  @Test
  void nothingSinksOnTheWay() {
    for (long clock : CLOCKS) {
      for (int level = 1; level < 8; level++) {
        ran.clear();
        TimeoutWheel wheel = new TimeoutWheel(9, clock);
        long delay = 100L << 3 * level;
        wheel.add(clock + delay, due -> ran.add("ran"));
        wheel.advance(clock + delay - 1, 100);
        assertEquals(List.of(), ran);
        wheel.advance(clock + delay + delay / 7, 100);
        assertEquals(List.of("ran"), ran);
        assertEquals(0, wheel.moves());
      }
    }
  }

  /** Each twice as far as the one before, over all levels and beyond: they run in that order. */
  @Test
  void eachTwiceAsFarRunsInItsTurn() {
    for (long clock : CLOCKS) {
      ran.clear();
      TimeoutWheel wheel = new TimeoutWheel(9, clock);
      long[] seconds = new long[21];
      for (int i = 0; i < seconds.length; i++) {
        seconds[i] = 2L << i;
      }
      fillFrom(wheel, clock, seconds);
      List<Object> expected = new ArrayList<>();
      for (long each : seconds) {
        expected.add(each);
        while (ran.size() < expected.size()) {
          wheel.advance(wheel.nextExpiry(), 1);
        }
        assertEquals(expected, ran);
      }
      assertEquals(TimeoutWheel.NEVER, wheel.nextExpiry());
    }
  }

  /** At random, some of it over: next is no later than any that is left would have it. */
  @Test
  void whatIsNextIsNearTheFirstThatIsLeft() {
    Seeds.forEach(
        CaffeineWheelTest.class,
        25,
        random -> {
          long clock = random.nextLong();
          TimeoutWheel wheel = new TimeoutWheel(9, clock);
          Map<Timeout, Long> latest = filledAtRandom(wheel, clock, random, 5_000);
          wheel.advance(clock + random.nextLong(SPAN_TICKS), Integer.MAX_VALUE);
          latest.keySet().removeIf(timeout -> !timeout.isPending());
          assertEquals(latest.size(), wheel.size());
          long next = wheel.nextExpiry();
          if (latest.isEmpty()) {
            assertEquals(TimeoutWheel.NEVER, next);
            return;
          }
          latest.values().forEach(each -> assertTrue(next - each <= 0, "later than it may"));
          assertTrue(
              latest.keySet().stream().anyMatch(each -> each.expires() - next <= 0),
              "sooner than any");
        });
  }

  /** What is pending is handed out whole and each once, whatever has run before. */
  @Test
  void whatIsPendingIsHandedOutOnceEach() {
    Seeds.forEach(
        CaffeineWheelTest.class,
        25,
        random -> {
          long clock = random.nextLong();
          TimeoutWheel wheel = new TimeoutWheel(9, clock);
          Collection<Timeout> left =
              filledAtRandom(wheel, clock, random, random.nextInt(1_000)).keySet();
          wheel.advance(clock + random.nextLong(SPAN_TICKS), Integer.MAX_VALUE);
          left.removeIf(timeout -> !timeout.isPending());
          List<Timeout> handedOut = wheel.clear();
          assertEquals(left.size(), handedOut.size());
          assertEquals(left, new HashSet<>(handedOut));
          assertEquals(List.of(), wheel.clear());
        });
  }

  private static final long SPAN_TICKS = 1L << 30;

  /** Armed at random; with each the tick at which it has to have run. */
  private static Map<Timeout, Long> filledAtRandom(
      TimeoutWheel wheel, long clock, SplittableRandom random, int count) {
    Map<Timeout, Long> latest = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      long delay = 1 + random.nextLong(SPAN_TICKS);
      latest.put(wheel.add(clock + delay, due -> {}), clock + delay + delay / 7 + 1);
    }
    return latest;
  }
}

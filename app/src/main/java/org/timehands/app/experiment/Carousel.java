package org.timehands.app.experiment;

import java.util.function.IntConsumer;
import org.timehands.timeout.HandleWheel;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.TimeoutWheel;

/** A wheel under a load: numbered timeouts on a clock of milliseconds, whatever its own ticks. */
interface Carousel {
  String name();

  /** Arms a number for so long from now. */
  void arm(int number, long delayMillis);

  /** Cancels a number that is armed. */
  void cancel(int number);

  /** Moves the clock; who is told of what runs may arm. */
  void advance(long nowMillis);

  long moves();

  long worstMoves();

  /** The old wheel, at a HZ: delays are counted from the tick that is on, as jiffies were. */
  static Carousel old(int hz, int count, IntConsumer due) {
    CascadingWheel wheel = new CascadingWheel(1);
    CascadingWheel.Entry[] entries = new CascadingWheel.Entry[count];
    for (int i = 0; i < count; i++) {
      entries[i] = new CascadingWheel.Entry();
      entries[i].tag = i;
    }
    return new Carousel() {
      private long tick;

      @Override
      public String name() {
        return "cascading, HZ " + hz;
      }

      @Override
      public void arm(int number, long delayMillis) {
        wheel.arm(entries[number], tick + Math.ceilDiv(delayMillis * hz, 1000L));
      }

      @Override
      public void cancel(int number) {
        wheel.cancel(entries[number]);
      }

      @Override
      public void advance(long nowMillis) {
        tick = nowMillis * hz / 1000;
        wheel.advance(tick, entry -> due.accept(entry.tag));
      }

      @Override
      public long moves() {
        return wheel.moves();
      }

      @Override
      public long worstMoves() {
        return wheel.worstMoves();
      }
    };
  }

  /** Ours at ticks of a millisecond: a timeout to keep for each number, or one for each arming. */
  static Carousel ours(int count, boolean kept, IntConsumer due) {
    TimeoutWheel wheel = new TimeoutWheel();
    Timeout[] timeouts = new Timeout[count];
    for (int i = 0; kept && i < count; i++) {
      int number = i;
      timeouts[i] = wheel.timeout(timeout -> due.accept(number));
    }
    return new Carousel() {
      private long worst;

      @Override
      public String name() {
        return kept ? "timehands, kept" : "timehands, once";
      }

      @Override
      public void arm(int number, long delayMillis) {
        long expires = wheel.now() + delayMillis;
        if (kept) {
          wheel.arm(timeouts[number], expires);
        } else {
          timeouts[number] = wheel.add(expires, timeout -> due.accept(number));
        }
      }

      @Override
      public void cancel(int number) {
        timeouts[number].cancel();
      }

      @Override
      public void advance(long nowMillis) {
        long before = wheel.moves();
        wheel.advance(nowMillis, Integer.MAX_VALUE);
        worst = Math.max(worst, wheel.moves() - before);
      }

      @Override
      public long moves() {
        return wheel.moves();
      }

      @Override
      public long worstMoves() {
        return worst;
      }
    };
  }

  /** Ours for numbers, at ticks of a millisecond. */
  static Carousel handles(int count, IntConsumer due) {
    HandleWheel wheel = new HandleWheel();
    long[] handles = new long[count];
    int[] numbers = new int[count]; // by place
    return new Carousel() {
      private long now;
      private long worst;

      @Override
      public String name() {
        return "timehands, handles";
      }

      @Override
      public void arm(int number, long delayMillis) {
        long handle = wheel.add(now + delayMillis);
        handles[number] = handle;
        numbers[HandleWheel.place(handle)] = number;
      }

      @Override
      public void cancel(int number) {
        wheel.cancel(handles[number]);
      }

      @Override
      public void advance(long nowMillis) {
        long before = wheel.moves();
        now = nowMillis;
        wheel.advance(
            nowMillis,
            Integer.MAX_VALUE,
            handle -> due.accept(numbers[HandleWheel.place(handle)]));
        worst = Math.max(worst, wheel.moves() - before);
      }

      @Override
      public long moves() {
        return wheel.moves();
      }

      @Override
      public long worstMoves() {
        return worst;
      }
    };
  }
}

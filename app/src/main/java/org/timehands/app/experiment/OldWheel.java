package org.timehands.app.experiment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A model of the timer wheel of Linux before 4.8: a primary wheel with a slot for each tick, and
 * four more, each with slots as wide as the whole wheel before it. A timer beyond the primary wheel
 * is filed further out and moved inwards, slot by slot, when the wheel before comes round.
 *
 * <p>Not thread-safe.
 */
final class OldWheel {
  private static final int OUTER_BITS = 6;
  private static final int OUTER_BITS_SMALL = 4;
  private static final int OUTER_WHEELS = 4;

  /** A timer; it counts how often it was moved. */
  static final class Filed {
    private final long expires;
    private int moves;
    private long firedAt = -1;

    private Filed(long expires) {
      this.expires = expires;
    }

    int moves() {
      return moves;
    }

    /** The tick at which it ran; -1 before. */
    long firedAt() {
      return firedAt;
    }
  }

  private final int primaryBits;
  private final int outerBits;
  private final List<List<ArrayDeque<Filed>>> wheels = new ArrayList<>();
  private long now;

  /**
   * An empty wheel at tick 0.
   *
   * @param primarySlots 256, or 64 as with CONFIG_BASE_SMALL
   */
  OldWheel(int primarySlots) {
    primaryBits = Integer.numberOfTrailingZeros(primarySlots);
    if (1 << primaryBits != primarySlots) {
      throw new IllegalArgumentException(
          "a wheel of " + primarySlots + " slots must have a power of two of them, such as 256");
    }
    outerBits = primarySlots < 256 ? OUTER_BITS_SMALL : OUTER_BITS;
    wheels.add(slots(primarySlots));
    for (int i = 0; i < OUTER_WHEELS; i++) {
      wheels.add(slots(1 << outerBits));
    }
  }

  private static List<ArrayDeque<Filed>> slots(int count) {
    List<ArrayDeque<Filed>> slots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slots.add(new ArrayDeque<>());
    }
    return slots;
  }

  /** Files a timer for so many ticks from now, at least 1. */
  Filed add(long ticks) {
    Filed timer = new Filed(now + ticks);
    file(timer);
    return timer;
  }

  private void file(Filed timer) {
    long ahead = timer.expires - now;
    int wheel = 0;
    while (wheel < OUTER_WHEELS && ahead >= 1L << shift(wheel + 1)) {
      wheel++;
    }
    List<ArrayDeque<Filed>> slots = wheels.get(wheel);
    slots.get((int) (timer.expires >> shift(wheel)) & (slots.size() - 1)).add(timer);
  }

  /** How many bits of a tick's number lie below a slot of a wheel. */
  private int shift(int wheel) {
    return wheel == 0 ? 0 : primaryBits + (wheel - 1) * outerBits;
  }

  /** Goes on by a tick: moves inwards what lies further out, and runs what is due. */
  void tick() {
    now++;
    for (int wheel = 1; wheel <= OUTER_WHEELS; wheel++) {
      if ((now & ((1L << shift(wheel)) - 1)) != 0) {
        break;
      }
      List<ArrayDeque<Filed>> slots = wheels.get(wheel);
      ArrayDeque<Filed> slot = slots.get((int) (now >> shift(wheel)) & (slots.size() - 1));
      for (int left = slot.size(); left > 0; left--) {
        Filed timer = slot.remove();
        timer.moves++;
        file(timer);
      }
    }
    ArrayDeque<Filed> due = wheels.getFirst().get((int) now & (wheels.getFirst().size() - 1));
    for (Filed timer = due.poll(); timer != null; timer = due.poll()) {
      timer.firedAt = now;
    }
  }

  /** How many ticks ahead a timer may be, at most, and never be moved: found by running timers. */
  static long primarySpanTicks(int primarySlots) {
    for (long ticks = 1; ; ticks++) {
      OldWheel wheel = new OldWheel(primarySlots);
      Filed timer = wheel.add(ticks);
      while (timer.firedAt() < 0) {
        wheel.tick();
      }
      if (timer.moves() > 0) {
        return ticks;
      }
    }
  }
}

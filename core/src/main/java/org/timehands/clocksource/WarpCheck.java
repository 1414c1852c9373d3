package org.timehands.clocksource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * A check that the CPUs' counters agree: CPUs hand reads to each other in pairs, and none may ever
 * receive a read from its own future.
 *
 * <p>One hand-off goes there and back. CPU A reads {@code sent} and stores it; B sees it, reads
 * {@code seen} and stores that; A sees it and reads {@code back}. If B's counter is ahead of A's by
 * s cycles, then by causality alone
 *
 * <pre>
 *   seen - back  &lt;=  s  &lt;=  seen - sent
 *
 *   A   sent ------\              /----- back        an honest pair: sent &lt;= seen &lt;= back
 *                   \            /
 *   B                `-- seen --'
 * </pre>
 *
 * <p>Over many hand-offs the limits close to the fastest trip each way. If they exclude zero, time
 * went back in front of a witness: a warp, and the counter is refused. Counters that drift apart
 * end so too, in time. Else the skew is bounded by the wider limit; a skew smaller than the fastest
 * trip is invisible here, and so it is to every program, because no message is faster. Linux checks
 * the same by {@code check_tsc_warp}, in one direction and without the bound.
 *
 * <p>The pure part is here; who exchanges the reads is an {@link Exchange}. Thread-safe.
 */
public final class WarpCheck {
  /** Up to so many CPUs every pair is checked; beyond, each against the first and the next. */
  public static final int ALL_PAIRS_CPUS = 8;

  /** Fewer hand-offs than this say nothing. */
  public static final int MIN_HANDOFFS = 100;

  /** Who lets two CPUs exchange reads of their counters. */
  @FunctionalInterface
  public interface Exchange {
    /**
     * Makes hand-offs between two CPUs and records them.
     *
     * @param a the first CPU
     * @param b the second CPU
     * @param skew records what happens
     * @throws IOException if the threads cannot be bound to their CPUs
     */
    void run(int a, int b, Skew skew) throws IOException;
  }

  /**
   * What is known of one pair: how far the second CPU's counter is ahead of the first's.
   *
   * <p>Not thread-safe.
   */
  public static final class Skew {
    private final int shift;
    private long handOffs;
    private long lowCycles = Long.MIN_VALUE;
    private long highCycles = Long.MAX_VALUE;

    /** Nothing is known yet of a counter of 64 bits. */
    public Skew() {
      this(Long.SIZE);
    }

    /** Nothing is known yet of a counter of so many bits, which may wrap on the way. */
    public Skew(int widthBits) {
      shift = Long.SIZE - widthBits;
    }

    /** Records one hand-off there and back, in cycles. */
    public void record(long sent, long seen, long back) {
      handOffs++;
      lowCycles = Math.max(lowCycles, ((seen - back) << shift) >> shift);
      highCycles = Math.min(highCycles, ((seen - sent) << shift) >> shift);
    }

    /** How many hand-offs were made. */
    public long handOffs() {
      return handOffs;
    }

    /** The farthest that time was seen to go back, in cycles; 0 if never. */
    public long warpCycles() {
      return handOffs == 0 ? 0 : Math.max(0, Math.max(lowCycles, -highCycles));
    }

    /** How far the two may be apart, in cycles; only if they never warped. */
    public long boundCycles() {
      return Math.max(-lowCycles, highCycles);
    }
  }

  /**
   * The outcome.
   *
   * @param passed whether the CPUs agree
   * @param warpCycles the farthest that time was seen to go back; 0 if never
   * @param skewBoundCycles how far two CPUs may read apart; {@link Long#MAX_VALUE} if unknown
   * @param words what was found
   */
  public record Verdict(boolean passed, long warpCycles, long skewBoundCycles, String words) {}

  /** Two CPUs. */
  record Pair(int a, int b) {}

  private WarpCheck() {}

  /**
   * Checks the counters of some CPUs.
   *
   * @param cpus the kernel's numbers, ascending, at least one
   * @param exchange makes the hand-offs
   */
  public static Verdict check(int[] cpus, Exchange exchange) {
    return check(cpus, exchange, Long.SIZE);
  }

  /**
   * Checks a counter that may be narrower than 64 bits.
   *
   * @param cpus the kernel's numbers, ascending, at least one
   * @param exchange makes the hand-offs
   * @param widthBits the counter's width
   */
  public static Verdict check(int[] cpus, Exchange exchange, int widthBits) {
    if (cpus.length == 1) {
      return new Verdict(true, 0, 0, "only one CPU to run on: nothing to disagree with");
    }
    List<Pair> pairs = pairs(cpus);
    long fewest = Long.MAX_VALUE;
    long bound = 0;
    for (Pair pair : pairs) {
      Skew skew = new Skew(widthBits);
      try {
        exchange.run(pair.a, pair.b, skew);
      } catch (IOException refused) {
        return refuse(0, "the check cannot run: " + refused.getMessage());
      }
      String who = "CPUs " + pair.a + " and " + pair.b;
      if (skew.warpCycles() > 0) {
        return refuse(
            skew.warpCycles(), who + " disagree: time went back by " + skew.warpCycles()
                + " cycles from one to the other");
      }
      if (skew.handOffs() < MIN_HANDOFFS) {
        return refuse(
            0, who + " made " + skew.handOffs() + " hand-offs, " + MIN_HANDOFFS
                + " are needed: the machine is too busy, try again");
      }
      fewest = Math.min(fewest, skew.handOffs());
      bound = Math.max(bound, skew.boundCycles());
    }
    // Pairs that were not checked are joined by the first CPU, in two legs.
    long skewBound = cpus.length <= ALL_PAIRS_CPUS ? bound : 2 * bound;
    return new Verdict(
        true,
        0,
        skewBound,
        cpus.length + " CPUs agree to " + skewBound + " cycles (" + pairs.size()
            + (pairs.size() == 1 ? " pair, " : " pairs, at least ") + fewest + " hand-offs)");
  }

  /**
   * Lets threads that are bound to CPUs of this machine exchange reads.
   *
   * @param read reads the counter, ordered
   * @param pairNanos what one pair may take if it goes well
   */
  public static Exchange pinned(LongSupplier read, long pairNanos) {
    Objects.requireNonNull(read, "read");
    return new PinnedExchange(cpu -> read, pairNanos);
  }

  /** Every pair of a few CPUs; of many, each with the first and with the next. */
  static List<Pair> pairs(int[] cpus) {
    List<Pair> pairs = new ArrayList<>();
    boolean all = cpus.length <= ALL_PAIRS_CPUS;
    for (int i = 0; i < cpus.length; i++) {
      for (int j = i + 1; j < cpus.length; j++) {
        if (all || i == 0 || j == i + 1) {
          pairs.add(new Pair(cpus[i], cpus[j]));
        }
      }
    }
    return pairs;
  }

  private static Verdict refuse(long warpCycles, String words) {
    return new Verdict(false, warpCycles, Long.MAX_VALUE, words);
  }
}

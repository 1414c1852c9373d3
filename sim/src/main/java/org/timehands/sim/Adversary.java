package org.timehands.sim;

import java.util.SplittableRandom;

/**
 * What a bad machine does to the events of a device: some come late, some are lost and come at the
 * retry, seconds later, and some come too early, for nothing. Not thread-safe; one seed, one run.
 */
public final class Adversary {
  /** A late event comes later by less than this. */
  public static final long LATE_NANOS = 200_000;

  /** An event that was lost is retried before this has passed. */
  public static final long RETRY_NANOS = 3_000_000_000L;

  /** What is forgotten comes then. */
  public static final long NEVER = Long.MAX_VALUE;

  private final SplittableRandom random;
  private final boolean forgets;
  private final int latePermille;
  private final int lostPermille;
  private final int spuriousPermille;
  private boolean resting;

  /** One that is as bad as its random numbers will have it, or not bad at all. */
  public Adversary(SplittableRandom random) {
    this(random, random.nextInt(3) * 200, random.nextInt(3) * 50, random.nextInt(3) * 50);
  }

  /**
   * One that is so bad.
   *
   * @param random its seed is the run
   * @param latePermille how many of a thousand events come late
   * @param lostPermille how many are lost and retried
   * @param spuriousPermille how many come too early
   */
  public Adversary(
      SplittableRandom random, int latePermille, int lostPermille, int spuriousPermille) {
    this(random, latePermille, lostPermille, spuriousPermille, false);
  }

  private Adversary(
      SplittableRandom random,
      int latePermille,
      int lostPermille,
      int spuriousPermille,
      boolean forgets) {
    if (latePermille < 0 || lostPermille < 0 || spuriousPermille < 0
        || latePermille + lostPermille + spuriousPermille > 1000) {
      throw new IllegalArgumentException(
          "late " + latePermille + ", lost " + lostPermille + ", spurious " + spuriousPermille
              + ": of a thousand events each, not negative, 1000 at most together");
    }
    this.random = random;
    this.forgets = forgets;
    this.latePermille = latePermille;
    this.lostPermille = lostPermille;
    this.spuriousPermille = spuriousPermille;
  }

  /**
   * A broken one: what it loses, one event in ten, it never retries. No timers can live with that;
   * a checker that does not notice is none.
   */
  public static Adversary forgetting(SplittableRandom random) {
    return new Adversary(random, 0, 100, 0, true);
  }

  /** One that leaves everything alone. */
  public static Adversary none() {
    return new Adversary(new SplittableRandom(0), 0, 0, 0);
  }

  /**
   * When the next event comes.
   *
   * @param inNanos how far ahead it is due, not negative
   * @return how far ahead it comes; {@link #NEVER} if the machine is a {@linkplain #forgetting
   *     broken one}
   */
  public long deliveryNanos(long inNanos) {
    int dice = isQuiet() ? 1000 : random.nextInt(1000);
    if (dice < latePermille) {
      return inNanos + random.nextLong(LATE_NANOS);
    }
    if (dice < latePermille + lostPermille) {
      return forgets ? NEVER : inNanos + random.nextLong(RETRY_NANOS);
    }
    if (dice < latePermille + lostPermille + spuriousPermille && inNanos > 1) {
      return random.nextLong(inNanos);
    }
    return inNanos;
  }

  /** From now on events come in time. */
  public void rest() {
    resting = true;
  }

  /** Whether it leaves events alone. */
  public boolean isQuiet() {
    return resting || latePermille + lostPermille + spuriousPermille == 0;
  }
}

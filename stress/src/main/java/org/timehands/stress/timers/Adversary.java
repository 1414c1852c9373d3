package org.timehands.stress.timers;

import java.util.SplittableRandom;

/** What a device does to its events: late, lost and retried, or in time. */
final class Adversary {
  private final SplittableRandom random;
  private final int latePermille;
  private final int lostPermille;
  private boolean resting;

  Adversary(SplittableRandom random) {
    this.random = random;
    latePermille = random.nextInt(3) * 200;
    lostPermille = random.nextInt(3) * 50;
  }

  /** By how much the next event comes too late. */
  long lateness() {
    int dice = random.nextInt(1000);
    if (resting || dice >= latePermille + lostPermille) {
      return 0;
    }
    return dice < latePermille ? random.nextLong(200_000) : random.nextLong(3_000_000_000L);
  }

  /** From now on events come in time. */
  void rest() {
    resting = true;
  }

  /** Whether it leaves events alone, so that only the rates make timers late. */
  boolean rates() {
    return resting || latePermille + lostPermille == 0;
  }
}

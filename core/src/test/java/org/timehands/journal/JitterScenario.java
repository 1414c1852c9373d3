package org.timehands.journal;

import java.util.SplittableRandom;

/**
 * A clock with a wandering frequency and a reference behind a jittery network: the noise model of
 * the public simulator clknetsim, seeded. Times in nanoseconds, each second of 20000.
 *
 * @param name what it is called in the tables
 * @param pollSeconds how often the reference is asked at first
 * @param mostPollSeconds how often in the end: twice as seldom after each eight samples until then
 * @param loss how many samples are lost, as a part
 * @param startNanos how far the clock is ahead at first
 * @param baseNanos the least delay of one way
 * @param jitterNanos the mean of the exponential delay beside it, on each way
 * @param wander how the frequency walks, per second
 * @param sine amplitude of a frequency that follows an hour's temperature
 * @param share of the least delay that is on the way to the reference
 * @param jitterShare of the jitter that is on the way to the reference
 * @param detourNanos what the way back is longer from the middle on
 */
record JitterScenario(
    String name,
    int pollSeconds,
    int mostPollSeconds,
    double loss,
    double startNanos,
    double baseNanos,
    double jitterNanos,
    double wander,
    double sine,
    double share,
    double jitterShare,
    double detourNanos) {
  static final int SECONDS = 20_000;

  /** Statistics begin here, as in the tables. */
  static final int SETTLED = 2_000;

  static JitterScenario of(
      String name, int pollSeconds, double baseNanos, double jitterNanos, double wander) {
    return new JitterScenario(
        name, pollSeconds, pollSeconds, 0, 0.1e9, baseNanos, jitterNanos, wander, 0, 0.5, 0.5, 0);
  }

  JitterScenario withSine(double amplitude) {
    return new JitterScenario(
        name, pollSeconds, mostPollSeconds, loss, startNanos, baseNanos, jitterNanos, wander,
        amplitude, share, jitterShare, detourNanos);
  }

  JitterScenario withShares(double base, double jitter) {
    return new JitterScenario(
        name, pollSeconds, mostPollSeconds, loss, startNanos, baseNanos, jitterNanos, wander, sine,
        base, jitter, detourNanos);
  }

  JitterScenario withDetour(double nanos) {
    return new JitterScenario(
        name, pollSeconds, mostPollSeconds, loss, startNanos, baseNanos, jitterNanos, wander, sine,
        share, jitterShare, nanos);
  }

  /** Asked more and more seldom, as chrony does between its minpoll and its maxpoll. */
  JitterScenario withPollUpTo(int seconds) {
    return new JitterScenario(
        name, pollSeconds, seconds, loss, startNanos, baseNanos, jitterNanos, wander, sine, share,
        jitterShare, detourNanos);
  }

  JitterScenario withLoss(double part) {
    return new JitterScenario(
        name, pollSeconds, mostPollSeconds, part, startNanos, baseNanos, jitterNanos, wander, sine,
        share, jitterShare, detourNanos);
  }

  JitterScenario withStart(double nanos) {
    return new JitterScenario(
        name, pollSeconds, mostPollSeconds, loss, nanos, baseNanos, jitterNanos, wander, sine,
        share, jitterShare, detourNanos);
  }

  /** Whether a run has fewer than a hundred samples. */
  boolean isSeldom() {
    return mostPollSeconds > 200;
  }

  /**
   * One run.
   *
   * @param counter what a counter of nominally 1 GHz shows at each second of true time
   * @param measured what a sample at that second says of the true time, or nothing between polls
   * @param half half its delay; 0 between polls
   */
  record Run(long[] counter, long[] measured, long[] half) {}

  Run run(SplittableRandom random) {
    long[] counter = new long[SECONDS];
    long[] measured = new long[SECONDS];
    long[] half = new long[SECONDS];
    double frequency = 1e-4;
    double ahead = startNanos;
    int poll = pollSeconds;
    int next = 0;
    int taken = 0;
    for (int t = 0; t < SECONDS; t++) {
      counter[t] = t * 1_000_000_000L + (long) Math.floor(ahead);
      boolean asked = t == next;
      next += asked ? poll : 0;
      if (asked && (loss == 0 || random.nextDouble() >= loss)) {
        taken++;
        poll = taken % 8 == 0 ? Math.min(2 * poll, mostPollSeconds) : poll;
        double there = 2 * baseNanos * share + 2 * jitterShare * late(random);
        double detour = t >= SECONDS / 2 ? detourNanos : 0;
        double back =
            2 * baseNanos * (1 - share) + 2 * (1 - jitterShare) * late(random) + detour;
        measured[t] = t * 1_000_000_000L + Math.round((there - back) / 2);
        half[t] = (long) Math.ceil((there + back) / 2) + 1;
      }
      frequency += wander * random.nextGaussian();
      double temperature = sine * Math.sin(2 * Math.PI * t / 3600);
      ahead += (frequency + temperature) * 1e9;
    }
    return new Run(counter, measured, half);
  }

  private double late(SplittableRandom random) {
    return -jitterNanos * Math.log1p(-random.nextDouble());
  }
}

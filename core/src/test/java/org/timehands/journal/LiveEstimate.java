package org.timehands.journal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;

/**
 * The best that is known live: a Kalman filter over phase and frequency that knows the scenario's
 * jitter beforehand and adapts to the wander by its innovations. It was better than chrony in the
 * seven scenarios that both were measured in: no easy victim to compare hindsight with.
 */
final class LiveEstimate {
  private static final int REMEMBERED = 200;

  private final double jitterNanos;
  private final Deque<Long> halves = new ArrayDeque<>();
  private double walk = 1;
  private double rawSeconds;
  private int samples;
  private final double[] state = new double[5];

  LiveEstimate(double jitterNanos) {
    this.jitterNanos = jitterNanos;
  }

  /** Takes a sample: the reference minus the raw line, at a time of that line. */
  void add(double atRawSeconds, double phaseNanos, long halfNanos) {
    halves.addLast(halfNanos);
    if (halves.size() > REMEMBERED) {
      halves.removeFirst();
    }
    samples++;
    double excess = 2.0 * (halfNanos - Collections.min(halves));
    double floor = jitterNanos * 0.15 / Math.sqrt(Math.min(samples, 50));
    double noise = excess * excess / 12 + floor * floor + 400;
    if (samples == 1) {
      Arrays.fill(state, 0);
      state[0] = phaseNanos;
      state[2] = noise + 1e10;
      state[4] = 5e5 * 5e5;
    } else {
      predict(atRawSeconds - rawSeconds);
      correct(phaseNanos, noise);
    }
    rawSeconds = atRawSeconds;
  }

  private void predict(double by) {
    state[0] += state[1] * by;
    state[2] += 2 * state[3] * by + state[4] * by * by + walk * by * by * by / 3;
    state[3] += state[4] * by + walk * by * by / 2;
    state[4] += walk * by;
  }

  private void correct(double phaseNanos, double noise) {
    double spread = state[2] + noise;
    double innovation = phaseNanos - state[0];
    if (samples > 8) {
      if (innovation * innovation > 6 * spread && state[2] > 0.02 * noise) {
        walk = Math.min(walk * 4, 1e6);
      } else if (innovation * innovation < spread) {
        walk = Math.max(walk * 0.97, 1e-2);
      }
    }
    double phaseGain = state[2] / spread;
    double frequencyGain = state[3] / spread;
    state[0] += phaseGain * innovation;
    state[1] += frequencyGain * innovation;
    state[4] -= frequencyGain * state[3];
    state[3] -= phaseGain * state[3];
    state[2] -= phaseGain * state[2];
  }

  /** The phase at a later time of the raw line. */
  double phaseNanosAt(double atRawSeconds) {
    return state[0] + state[1] * (atRawSeconds - rawSeconds);
  }

  /** The frequency, in ns per second of the raw line. */
  double frequency() {
    return state[1];
  }
}

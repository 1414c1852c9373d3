package org.timehands.discipline;

/**
 * The engineering limits of the discipline; Linux's are {@link #LINUX}, others exist only so that
 * tests can plant a wrong one and see it caught.
 *
 * @param maxFrequencyPpm largest frequency correction, and growth of the error bound per second in
 *     microseconds
 * @param maxPhaseNanos largest phase error the loop takes
 * @param errorLimitMicros where the error bound stops growing and the clock counts as lost
 * @param singleshotMicros largest part of an adjtime(3) slew in one second
 * @param constantMax largest time constant
 * @param phaseShift gain of the phase loop: 2^-phaseShift of the offset is slewed each second when
 *     the time constant is 0
 * @param frequencyShift gain of the frequency-locked loop: 2^-frequencyShift
 * @param taiMaxSeconds largest TAI-UTC
 * @param pulseValidSeconds how long the pulses' signal is believed without a pulse
 * @param wanderNanos how much the pulses' frequency may change between intervals, per second
 */
record Limits(
    long maxFrequencyPpm, long maxPhaseNanos, long errorLimitMicros, long singleshotMicros,
    long constantMax, int phaseShift, int frequencyShift, long taiMaxSeconds,
    int pulseValidSeconds, long wanderNanos) {
  static final Limits LINUX =
      new Limits(500, 500_000_000, 16_000_000, 500, 10, 2, 2, 100_000, 10, 100_000);

  long maxFrequencyScaled() {
    return (maxFrequencyPpm * Scale.NANOS_PER_MICRO) << Scale.BITS;
  }
}

package org.timehands.host;

/**
 * What following the host's clock has come to. Immutable.
 *
 * @param offsetNanos the host's MONOTONIC minus ours at the last sample, to be worked off
 * @param offsetBoundNanos how far that may be off: half the bracket
 * @param hostRatePpt the host's rate over the calibrated rate of the counter, parts per trillion
 * @param hostRateUncertaintyPpt how far that may be off
 * @param extensions horizon extensions by readers so far
 * @param published segments published by following so far
 * @param retries segments computed anew because a reader was faster
 * @param recoveries absurd promises taken back
 * @param steps steps of the host's wall clock noticed
 * @param lastStepNanos size of the last step
 * @param lastStepAtRealNanos the host's REALTIME just after the last step
 */
public record HostStatus(
    long offsetNanos,
    long offsetBoundNanos,
    long hostRatePpt,
    long hostRateUncertaintyPpt,
    long extensions,
    long published,
    long retries,
    long recoveries,
    long steps,
    long lastStepNanos,
    long lastStepAtRealNanos) {}

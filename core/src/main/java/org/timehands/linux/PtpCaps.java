package org.timehands.linux;

/**
 * What a PTP hardware clock says that it can do.
 *
 * @param maxAdjustmentPpb how far its rate may be adjusted, in parts per billion
 * @param alarms how many alarms it has
 * @param externalStamps how many channels of external time stamps
 * @param periodicOutputs how many periodic outputs
 * @param pps whether it calls the kernel once a second
 * @param pins how many pins can be assigned
 * @param crossStamping whether it captures itself and the system's counter at once
 * @param adjustsPhase whether its phase can be adjusted
 * @param maxPhaseNanos how far; 0 on kernels that do not say
 */
public record PtpCaps(
    int maxAdjustmentPpb,
    int alarms,
    int externalStamps,
    int periodicOutputs,
    boolean pps,
    int pins,
    boolean crossStamping,
    boolean adjustsPhase,
    int maxPhaseNanos) {}

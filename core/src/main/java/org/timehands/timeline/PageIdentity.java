package org.timehands.timeline;

/**
 * What a page says of itself: the boot and the time namespace in which its counter counts, and
 * which timeline it is. Immutable.
 *
 * @param bootIdHigh high half of the kernel's boot id
 * @param bootIdLow low half of the kernel's boot id
 * @param timeNamespace inode of the time namespace, 0 where there is none
 * @param timelineId a random number that tells timelines apart
 * @param createdRealtimeNanos the host's REALTIME when the page was made
 */
public record PageIdentity(
    long bootIdHigh,
    long bootIdLow,
    long timeNamespace,
    long timelineId,
    long createdRealtimeNanos) {}

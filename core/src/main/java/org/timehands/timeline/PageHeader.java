package org.timehands.timeline;

/**
 * A copy of what a page's header says of the page: enough to map it, to judge it, and to ask who
 * owns it. Immutable.
 *
 * @param slotCount how many slots it has
 * @param identity which timeline it is, and where
 * @param state 0 while it is made, {@link Page#STATE_READY}, {@link Page#STATE_SUPERSEDED}
 * @param ownerEpoch how often the page has had a new owner
 * @param ownerPid the process that owns it; 0 if the last owner left in order
 * @param ownerStartTicks when that process started, in kernel clock ticks since boot
 */
public record PageHeader(
    int slotCount,
    PageIdentity identity,
    long state,
    long ownerEpoch,
    long ownerPid,
    long ownerStartTicks) {}

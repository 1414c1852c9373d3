package org.timehands.timekeeping;

/**
 * A cycle of a counter, taken now to be converted later. Immutable.
 *
 * @param clocksourceId the counter's domain: stamps of different ids cannot be compared
 * @param cycles the cycle, widened to 64 bits
 */
public record Stamp(long clocksourceId, long cycles) {}

/**
 * Timers: what runs at a time. Precise, never early, each held against its own clock.
 *
 * <p>Start with {@link org.timehands.timer.Timers}.
 */
package org.timehands.timer;

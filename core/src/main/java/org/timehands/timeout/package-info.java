/**
 * Timeouts: coarse, cheap to arm and to cancel, mostly cancelled before they fire.
 *
 * <p>{@link org.timehands.timeout.Timeouts} is for programs: any thread arms and cancels, a thread
 * of its own runs what is due. {@link org.timehands.timeout.TimeoutWheel} is the engine, stepped by
 * hand by one thread; {@link org.timehands.timeout.HandleWheel} is the same for numbers, without an
 * object for each timeout.
 *
 * <p>Whoever needs precision wants a timer; a timeout may be late by an eighth of its own length.
 */
package org.timehands.timeout;

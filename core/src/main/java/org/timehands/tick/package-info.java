/**
 * Ticks: whether timers are woken one by one or by a periodic beat, and who is told of idleness.
 */
package org.timehands.tick;

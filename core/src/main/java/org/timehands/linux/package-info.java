/**
 * The operating system's edge, and the only place that calls native code: counters, host clocks,
 * shared memory, files.
 *
 * <p>Everything here falls back or refuses in words where native access is denied or the platform
 * is another; nothing here sets a clock.
 */
package org.timehands.linux;

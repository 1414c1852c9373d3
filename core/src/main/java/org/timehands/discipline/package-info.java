/**
 * The clock discipline of adjtimex as pure functions of state and input: phase- and
 * frequency-locked loop, slews, pulse per second, leap seconds. No clock, no thread and no system
 * call; the leap table's reader is the only input.
 */
package org.timehands.discipline;

/**
 * Production code under a deterministic scheduler: actors stop at every shared access, one seed is
 * one schedule.
 */
package org.timehands.stress.interleave;

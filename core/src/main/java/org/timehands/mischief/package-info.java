/** Hooks for faults and forced interleavings: inert unless a test JVM switches them on. */
package org.timehands.mischief;

/**
 * The timelines that were not built: the same line from a counter to every clock, published in the
 * ways that others publish theirs. They are here to be measured beside ours, and each says in its
 * comment what it gets wrong.
 */
package org.timehands.bench.alternatives;

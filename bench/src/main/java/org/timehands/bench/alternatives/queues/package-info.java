/**
 * The timer queues that were not built, and ours, behind one interface: to be measured beside one
 * another by {@code bench timer --queues}.
 */
package org.timehands.bench.alternatives.queues;

/** What the benchmarks stand on: a timeline on the processor's counter, and its updater. */
package org.timehands.bench.bed;

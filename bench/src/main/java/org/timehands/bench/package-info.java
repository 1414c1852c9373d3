/** The command line of the benchmarks: what a read costs, beside its peers. */
package org.timehands.bench;

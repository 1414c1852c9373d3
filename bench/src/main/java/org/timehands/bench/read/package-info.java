/** {@code bench read}: all rows interleaved, as a table of costs and one of ratios. */
package org.timehands.bench.read;

/** {@code bench timeout}: arming and cancelling beside the peers. */
package org.timehands.bench.timeout;

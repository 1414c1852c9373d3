/** Whose timeouts are measured: ours, the peers', and the designs that were not taken. */
package org.timehands.bench.timeout.subject;

/** Waiting for tasks where time may be made by hand, for executors of timers and of timeouts. */
package org.timehands.waits;

/** The stall experiment: how long a read takes while the writer stands still in mid-update. */
package org.timehands.bench.stall;

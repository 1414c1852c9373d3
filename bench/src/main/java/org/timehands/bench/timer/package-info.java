/** {@code bench timer}: what precise timers cost, beside the JDK's two schedulers. */
package org.timehands.bench.timer;

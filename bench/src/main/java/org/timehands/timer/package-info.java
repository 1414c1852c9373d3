/** What {@code bench timer} must see of core's timers from inside. */
package org.timehands.timer;

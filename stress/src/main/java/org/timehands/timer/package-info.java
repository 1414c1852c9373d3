/** Twins of the timers' jcstress tests that are weakened from within: they must be caught. */
package org.timehands.timer;

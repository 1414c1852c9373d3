/** Timers in random schedules at virtual time, beside a model that says what must happen. */
package org.timehands.stress.timers;

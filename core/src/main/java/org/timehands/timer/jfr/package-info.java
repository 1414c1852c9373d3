/** Events of timers in the Flight Recorder. Needs the module jdk.jfr. */
package org.timehands.timer.jfr;

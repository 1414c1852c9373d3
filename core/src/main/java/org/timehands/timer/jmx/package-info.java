/** Timers seen from outside the JVM: a management bean. Needs the module java.management. */
package org.timehands.timer.jmx;

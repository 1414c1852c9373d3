/**
 * Ties recordings of the JDK's Flight Recorder to a timeline. Needs the module {@code jdk.jfr},
 * which nothing else here does.
 */
package org.timehands.trace.jfr;

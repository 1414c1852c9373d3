/** Time sources: the counters that can drive a timeline, their calibration and admission. */
package org.timehands.clocksource;

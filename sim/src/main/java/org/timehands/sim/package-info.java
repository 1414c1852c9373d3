/** The test kit: clocks that an outside simulator drives by hand, at virtual time. */
package org.timehands.sim;

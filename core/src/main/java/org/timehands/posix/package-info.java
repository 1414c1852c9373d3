/** Timehands as foreign programs know time: Linux's numbers in, Linux's numbers out. */
package org.timehands.posix;

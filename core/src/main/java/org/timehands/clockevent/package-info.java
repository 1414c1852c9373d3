/** Clock event devices: what wakes a thread at a time. */
package org.timehands.clockevent;

/**
 * Time of day: clocks on a timeline, each reading with an error bound and a status that cannot be
 * overlooked.
 */
package org.timehands.timekeeping;

/** The library loaded a second time, with some of its classes replaced or mutated. */
package org.timehands.stress.world;

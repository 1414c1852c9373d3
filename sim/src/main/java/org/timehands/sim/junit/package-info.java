/** JUnit Jupiter tests at virtual time. Needs junit-jupiter-api 6 or newer on the class path. */
package org.timehands.sim.junit;

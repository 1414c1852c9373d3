/** The daemon and the command line. */
package org.timehands.app;

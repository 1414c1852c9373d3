/** Experiments that show on this machine what the library is for. */
package org.timehands.app.experiment;

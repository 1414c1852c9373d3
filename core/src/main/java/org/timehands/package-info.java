/** The way in: one class that opens the host's clock. */
package org.timehands;

/**
 * Cross timestamps: devices that stamp by a clock or a counter of their own, paired with ours.
 */
package org.timehands.trace.cross;

/**
 * The embedded reference: follows the host's own clock, by slope, and says how far it may be off.
 */
package org.timehands.host;

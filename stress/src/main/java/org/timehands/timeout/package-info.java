/** Twins of the timeouts' jcstress tests that are weakened from within: they must be caught. */
package org.timehands.timeout;

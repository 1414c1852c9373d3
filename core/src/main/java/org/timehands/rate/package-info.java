/** How fast a counter counts, as users may know it: without its slope. */
package org.timehands.rate;

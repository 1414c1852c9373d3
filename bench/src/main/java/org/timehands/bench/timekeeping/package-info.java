/** {@code bench timekeeping}: what setting, steering, changing and remembering cost. */
package org.timehands.bench.timekeeping;

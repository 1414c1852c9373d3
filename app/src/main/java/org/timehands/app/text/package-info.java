/** How numbers, times and tables look: for people, and as JSON. */
package org.timehands.app.text;

/** Fixed-point arithmetic of lines of time. */
package org.timehands.fixed;

/**
 * Twins of the jcstress tests with one rule of the hand-over broken by hand, each with an outcome
 * that time must never show and that jcstress has to report.
 */
package org.timehands.stress.jcstress.weakened;

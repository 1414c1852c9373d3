/**
 * Models of the hand-over: every interleaving of readers, writer and counter, searched to the end.
 *
 * <p>A model is a set of small pure step functions over a vector of integers ({@link
 * org.timehands.stress.model.Model}); {@link org.timehands.stress.model.Explorer} visits every
 * state they can reach, breadth first, so that the first violation it meets is also a shortest one.
 * Each step is one access to shared memory or one reading of a counter. No actor is ever obliged to
 * take its next step: that every actor may be stalled, or die, at every step is therefore part of
 * every search, and needs no step of its own.
 *
 * <p>The models are sequentially consistent: what weaker memory allows is the business of jcstress.
 */
package org.timehands.stress.model;

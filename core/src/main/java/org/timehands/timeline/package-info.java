/**
 * The published function: time as a chain of immutable segments in one flat page, its readers, its
 * one writer and its history.
 */
package org.timehands.timeline;

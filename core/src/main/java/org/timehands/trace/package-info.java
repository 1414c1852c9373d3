/**
 * Traces: stamps that cost a counter read now and are converted later, merged over threads and
 * processes in an order that contradicts neither the counter nor any message; and stamps that
 * devices and other recorders took.
 */
package org.timehands.trace;

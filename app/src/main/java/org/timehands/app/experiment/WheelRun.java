package org.timehands.app.experiment;

/**
 * What a load did to a wheel. All but the nanoseconds is the same for the same seed on every
 * machine.
 *
 * @param wheel whose
 * @param armed how many armings
 * @param cancelled how many cancels
 * @param ran how many ran
 * @param moves how many were filed anew though nobody asked
 * @param worstMoves how many of those in one tick
 * @param leastLateMillis by how much the earliest was late; negative if it was early
 * @param mostLateMillis by how much the latest was
 * @param pairNanos measured: mean of a cancel and an arming
 * @param worstTickNanos measured: the longest tick
 * @param allTicksNanos measured: all ticks
 */
record WheelRun(
    String wheel,
    long armed,
    long cancelled,
    long ran,
    long moves,
    long worstMoves,
    long leastLateMillis,
    long mostLateMillis,
    double pairNanos,
    long worstTickNanos,
    long allTicksNanos) {}

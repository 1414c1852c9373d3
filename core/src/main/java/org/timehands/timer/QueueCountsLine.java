package org.timehands.timer;

/** The words of {@link QueueCounts}, behind enough room that nothing else is on their line. */
abstract sealed class QueueCountsLine permits QueueCounts {
  @SuppressWarnings("unused")
  private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15;

  @SuppressWarnings("UnusedVariable") // by their handles
  long ranks;

  @SuppressWarnings("UnusedVariable")
  long idle;

  @SuppressWarnings("UnusedVariable")
  long places;
}

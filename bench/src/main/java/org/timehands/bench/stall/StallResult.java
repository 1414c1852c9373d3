package org.timehands.bench.stall;

import java.util.List;

/**
 * What one subject's readers met.
 *
 * @param title the subject
 * @param reads how many reads were timed
 * @param medianNanos of a read with the two counter reads around it
 * @param highNanos one read in ten thousand takes longer
 * @param longestNanos the longest read, whatever it waited for
 * @param slowReads how many took more than 2^16 cycles
 * @param pauses how often the writer stood still
 * @param released how many of those pauses a read waited for
 * @param longestWaitNanos the longest such read
 * @param stepsBack how often time went back for the reader
 * @param largestStepNanos the largest such step
 */
public record StallResult(
    String title,
    long reads,
    long medianNanos,
    long highNanos,
    long longestNanos,
    long slowReads,
    long pauses,
    long released,
    long longestWaitNanos,
    long stepsBack,
    long largestStepNanos) {
  /** Share of pauses up to which a coincidence is likelier than the writer. */
  private static final double CHANCE = 0.05;

  /** Whether readers wait for this subject's writer. */
  public boolean waitsForWriter() {
    return released > CHANCE * pauses;
  }

  /** As fields of a report line. */
  List<Object> toFields() {
    return List.of(
        title, reads, medianNanos, highNanos, longestNanos, slowReads, pauses, released,
        longestWaitNanos, stepsBack, largestStepNanos);
  }

  /** From the fields of a report line. */
  public static StallResult of(List<String> fields) {
    long[] n = fields.stream().skip(1).mapToLong(Long::parseLong).toArray();
    return new StallResult(
        fields.get(0), n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9]);
  }
}

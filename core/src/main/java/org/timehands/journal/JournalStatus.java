package org.timehands.journal;

import java.nio.file.Path;

/**
 * What a writer of a journal has done so far. Immutable.
 *
 * @param directory where
 * @param files how many files are there
 * @param bytes of the file that is written now
 * @param segments how many sealed segments this writer has appended
 * @param samples how many samples of references
 * @param lostSegments how many segments were gone before they could be written
 * @param nextSegment the segment that comes next
 */
public record JournalStatus(
    Path directory,
    long files,
    long bytes,
    long segments,
    long samples,
    long lostSegments,
    long nextSegment) {}

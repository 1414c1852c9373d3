/**
 * The journal of a timeline on disk: its segments and the samples of its reference, append-only and
 * checksummed, so that stamps of yesterday or of a previous boot convert to what was read then; and
 * hindsight, a second estimate that knows what was learnt after the stamp.
 */
package org.timehands.journal;

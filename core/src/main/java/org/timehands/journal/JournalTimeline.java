package org.timehands.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.SegmentCopy;

/**
 * What a journal has of one timeline: one boot, one page. Immutable and thread-safe, but for the
 * holders that callers pass in.
 */
public final class JournalTimeline {
  private final PageIdentity identity;
  private final SegmentList segments;
  private final long[] clocksources;
  private final List<ReferenceSamples> samples;

  JournalTimeline(
      PageIdentity identity, SegmentList segments, List<ReferenceSamples> samples) {
    this.identity = identity;
    this.segments = segments;
    this.samples = List.copyOf(samples);
    long[] ids = new long[segments.count()];
    Arrays.setAll(ids, segments::clocksource);
    this.clocksources = Arrays.stream(ids).distinct().toArray();
  }

  /** Which timeline it is. */
  public PageIdentity identity() {
    return identity;
  }

  /** The boot that it belongs to. */
  public UUID bootId() {
    return new UUID(identity.bootIdHigh(), identity.bootIdLow());
  }

  /** How many segments are known. */
  public int segmentCount() {
    return segments.count();
  }

  /**
   * Copies a segment.
   *
   * @param index in order of time, from 0
   * @param into the holder
   */
  public void segment(int index, SegmentCopy into) {
    segments.load(index, into);
  }

  /** The clocksources that its segments count. */
  public long[] clocksources() {
    return clocksources.clone();
  }

  /** How many samples of references are known. */
  public long sampleCount() {
    return samples.stream().mapToLong(ReferenceSamples::count).sum();
  }

  /** The samples of references, in the order in which they were written; a file each. */
  List<ReferenceSamples> samples() {
    return samples;
  }

  /** REALTIME where the known part begins. */
  public long firstRealNanos() {
    return realNanosAt(0, 0);
  }

  /** REALTIME where the known part ends. */
  public long lastRealNanos() {
    int last = segments.count() - 1;
    return realNanosAt(last, segments.promised(last));
  }

  private long realNanosAt(int index, long cyclesFromStart) {
    SegmentCopy copy = new SegmentCopy();
    segments.load(index, copy);
    return copy.realNanosAt(cyclesFromStart);
  }

  /** A stretch of segments that are missing: the first, and the first after it that is known. */
  public record Hole(long fromSegment, long toSegment) {}

  /** What is missing between the first and the last segment that are known. */
  public List<Hole> holes() {
    List<Hole> holes = new ArrayList<>();
    for (int i = 1; i < segments.count(); i++) {
      if (segments.sequence(i) != segments.sequence(i - 1) + 1) {
        holes.add(new Hole(segments.sequence(i - 1) + 1, segments.sequence(i)));
      }
    }
    return holes;
  }

  SegmentList list() {
    return segments;
  }
}

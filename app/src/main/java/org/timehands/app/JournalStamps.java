package org.timehands.app;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.UUID;
import org.timehands.journal.Hindsight;
import org.timehands.journal.HindsightEstimate;
import org.timehands.journal.Journal;
import org.timehands.journal.JournalConverter;
import org.timehands.journal.JournalTimeline;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;
import org.timehands.timeline.SegmentCopy;
import org.timehands.trace.StampConverter;

/** Converts stamps by a journal, and tells more of each answer. Not thread-safe. */
final class JournalStamps {
  private final Journal journal;
  private final JournalConverter converter;
  private final boolean wantsHindsight;
  private final Map<JournalTimeline, Hindsight> hindsights = new IdentityHashMap<>();
  private final HindsightEstimate estimate = new HindsightEstimate();
  private UUID named;
  private String name = "";

  JournalStamps(Journal journal, boolean wantsHindsight) {
    this.journal = journal;
    this.converter = journal.converter();
    this.wantsHindsight = wantsHindsight;
  }

  /** The clocksource that was counted last. */
  long clocksourceId() {
    JournalTimeline last = journal.timelines().getLast();
    SegmentCopy segment = new SegmentCopy();
    last.segment(last.segmentCount() - 1, segment);
    return segment.clocksourceId();
  }

  /** Converts a stamp. */
  Found convert(long clocksourceId, long cycles, Sample into) {
    return converter.convert(clocksourceId, cycles, into);
  }

  /** What knows the times of one boot, or null if the journal does not know it. */
  StampConverter ofBoot(UUID boot) {
    try {
      return journal.ofBoot(boot).converter()::convert;
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }

  /** Why the last answer is what it is. */
  String words() {
    return converter.words();
  }

  /** The boot of the last answer. */
  String boot() {
    UUID boot = converter.bootId();
    if (boot != named) {
      named = boot;
      name = String.valueOf(boot);
    }
    return name;
  }

  /** Whether hindsight was asked for. */
  boolean wantsHindsight() {
    return wantsHindsight;
  }

  /**
   * Looks at the last answer with hindsight.
   *
   * @param converted what was answered
   * @return whether there is an {@link #estimate}
   */
  boolean lookBack(Sample converted) {
    return hindsights
        .computeIfAbsent(converter.timeline(), Hindsight::of)
        .at(converted, estimate);
  }

  /** What hindsight said. */
  HindsightEstimate estimate() {
    return estimate;
  }
}

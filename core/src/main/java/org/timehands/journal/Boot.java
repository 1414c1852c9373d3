package org.timehands.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.timehands.timeline.SegmentCopy;

/**
 * The timelines of one boot in one time namespace, and which cycles they answer for. Immutable once
 * made. Counters that the kernel reads for us count from elsewhere in another namespace, so that is
 * as good as another boot.
 *
 * <p>A clocksource counts on while nobody keeps a journal, and begins anew with the next boot. So a
 * cycle without the name of its boot may be any boot's that can have counted so far: those that
 * ended earlier up to their end, and as far beyond as time allows before the next began.
 */
final class Boot {
  private final UUID id;
  private final List<JournalTimeline> timelines;
  private final List<SegmentList> lists = new ArrayList<>();
  private final Map<Long, Coverage> coverage = new HashMap<>();
  private final Map<Long, Long> limits = new HashMap<>();

  Boot(UUID id, List<JournalTimeline> timelines) {
    this.id = id;
    this.timelines = List.copyOf(timelines);
    for (JournalTimeline each : timelines) {
      lists.add(each.list());
    }
    for (SegmentList list : lists) {
      for (int i = 0; i < list.count(); i++) {
        coverage.computeIfAbsent(list.clocksource(i), key -> Coverage.of(key, lists));
      }
    }
  }

  UUID id() {
    return id;
  }

  List<JournalTimeline> timelines() {
    return timelines;
  }

  /** The stretches of a clocksource, or null if no segment counts it. */
  Coverage coverage(long clocksourceId) {
    return coverage.get(clocksourceId);
  }

  /** When the first of its timelines was made. */
  long createdRealNanos() {
    return timelines.stream()
        .mapToLong(each -> each.identity().createdRealtimeNanos())
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Whether another has the same boot id, and so ran at the same time. */
  boolean isBeside(Boot other) {
    return id.equals(other.id);
  }

  /** The boot in words. */
  String words() {
    long namespace = timelines.getFirst().identity().timeNamespace();
    return "boot " + id + (namespace == 0 ? "" : " (time namespace " + namespace + ")");
  }

  /** Says when the next boot had begun at the latest. */
  void endBy(long realNanos) {
    for (long id : coverage.keySet()) {
      limits.put(id, limit(id, realNanos));
    }
  }

  /** The furthest cycle that this boot can have counted to. */
  long limitCycles(long clocksourceId) {
    return limits.getOrDefault(clocksourceId, Long.MAX_VALUE);
  }

  private long limit(long clocksourceId, long nextBeganNanos) {
    long limit = Long.MIN_VALUE;
    SegmentCopy copy = new SegmentCopy();
    for (SegmentList list : lists) {
      for (int i = list.count() - 1; i >= 0; i--) {
        if (list.clocksource(i) == clocksourceId) {
          list.load(i, copy);
          limit = Math.max(limit, limit(copy, list.promised(i), nextBeganNanos));
          break;
        }
      }
    }
    return limit;
  }

  private static long limit(SegmentCopy last, long promised, long nextBeganNanos) {
    long end = last.startCycles() + promised;
    long left = nextBeganNanos - last.realNanosAt(promised);
    if (left < 0) {
      // The wall clock was wrong on one of the two days: no limit is known.
      return Long.MAX_VALUE;
    }
    // One part in 64 and a second more: rates are known better than that.
    long cycles = last.cyclesIn(left + left / 64 + 1_000_000_000L);
    long limit = end + cycles;
    return limit < end ? Long.MAX_VALUE : limit;
  }

  /** What is found at a cycle that nobody promised. */
  Outside outside(long clocksourceId, long cycles) {
    Outside best = Outside.UNKNOWN;
    for (int t = 0; t < lists.size(); t++) {
      Outside here = Outside.of(lists.get(t), t, clocksourceId, cycles);
      best = here.isBetterThan(best) ? here : best;
    }
    return best;
  }
}

package org.timehands.journal;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;
import org.timehands.timeline.SegmentCopy;

/**
 * Converts stamps by a journal: the same answers as the live history gave.
 *
 * <p>It keeps the segment that answered last, so stamps that lie near each other, sorted or not,
 * cost a comparison and a multiplication each. It allocates nothing. Not thread-safe.
 *
 * <p>A journal of several boots has several answers for one cycle, because counters begin anew at
 * each boot. A stamp whose boot is not known ({@link Journal#ofBoot}) is answered only if no other
 * boot can have counted that far; else it is UNMAPPABLE and {@link #words} says why.
 */
public final class JournalConverter {
  /** What {@link #convertAll} writes where there is no time. */
  public static final long NO_TIME = Long.MIN_VALUE;

  /** So many stamps are looked at ahead if those before them lay far from each other. */
  private static final int BLOCK = 64;

  private static final int NOT_AHEAD = -1;

  private final List<Boot> boots;
  private final SegmentCopy line = new SegmentCopy();
  private final SegmentCopy segment = new SegmentCopy();
  private final SegmentCopy other = new SegmentCopy();

  // The stretch that answered last, with its ends; empty at first.
  private long keptId;
  private long keptFirst = Long.MAX_VALUE;
  private long keptLast = Long.MIN_VALUE;
  private Boot keptBoot;
  private long keptName;
  private boolean segmentIsKept;

  // The boot that was chosen last, and the cycles that no other can have counted to.
  private Boot chosenBoot;
  private Coverage chosen;
  private long chosenId;
  private long chosenFirst = Long.MAX_VALUE;
  private long chosenLast = Long.MIN_VALUE;

  /** What was found ahead for the cycles of a block, in whose stretches; null if nothing was. */
  private final int[] ahead = new int[BLOCK];
  private Coverage aheadIn;

  // How often a stretch was searched for; and what looking ahead has seen, which is of no use but
  // keeps the JIT compiler from leaving it out.
  private long searches;
  long touched;

  // The last answer.
  private Why why = Why.NOTHING_ASKED;
  private Boot boot;
  private Boot rival;
  private long name;

  /** Why an answer is what it is. */
  public enum Why {
    /** Nothing was asked yet. */
    NOTHING_ASKED,
    /** The cycle was promised. */
    PROMISED,
    /** The cycle lies beyond what is promised. */
    BEYOND,
    /** The counter told nothing at this cycle. */
    GAP,
    /** The counter was disrupted before this cycle, and told nothing from there on. */
    DISRUPTED,
    /** The records of this cycle are missing. */
    HOLE,
    /** The journal begins later. */
    BEFORE,
    /** No segment counts this clocksource. */
    UNKNOWN_CLOCKSOURCE,
    /** Several boots can have counted this cycle. */
    SEVERAL_BOOTS,
    /** Two timelines of one boot both promised this cycle. */
    SEVERAL_TIMELINES
  }

  JournalConverter(List<Boot> boots) {
    this.boots = boots;
  }

  /**
   * Converts a stamp.
   *
   * @param clocksourceId whose cycle it is
   * @param cycles the cycle, as a signed 64-bit number
   * @param into receives all clocks at that cycle if EXACT or PREDICTED; for a {@link Why#GAP}
   *     what they would have told
   * @return what was found; {@link #why} says more
   */
  public Found convert(long clocksourceId, long cycles, Sample into) {
    Found found = locate(clocksourceId, cycles, NOT_AHEAD);
    if (why == Why.PROMISED || why == Why.GAP) {
      if (!segmentIsKept) {
        load(keptName, segment);
        segmentIsKept = true;
      }
      segment.fill(cycles, into);
    } else if (found == Found.PREDICTED) {
      other.fill(cycles, into);
    }
    return found;
  }

  /**
   * Converts many stamps of one clocksource to REALTIME.
   *
   * @param clocksourceId whose cycles they are
   * @param cycles the cycles; sorted ones are the fastest
   * @param realNanos receives nanoseconds since 1970, or {@link #NO_TIME}; as long as cycles
   * @param found receives what was found; as long as cycles, or null if that is of no interest
   * @return how many have a time (EXACT or PREDICTED)
   */
  public int convertAll(long clocksourceId, long[] cycles, long[] realNanos, Found[] found) {
    if (realNanos.length < cycles.length || (found != null && found.length < cycles.length)) {
      throw new IllegalArgumentException(
          "room for " + realNanos.length + " times"
              + (found == null ? "" : " and " + found.length + " statuses") + ", but there are "
              + cycles.length + " cycles: make the arrays as long");
    }
    int converted = 0;
    boolean far = false;
    for (int from = 0; from < cycles.length; from += BLOCK) {
      int to = Math.min(from + BLOCK, cycles.length);
      if (far && chosenId == clocksourceId && chosen != null) {
        touched += chosen.findAll(cycles, from, to, ahead);
        aheadIn = chosen;
      }
      long before = searches;
      converted += convertBlock(clocksourceId, cycles, from, to, realNanos, found);
      aheadIn = null;
      far = searches - before > (to - from) / 2;
    }
    return converted;
  }

  private int convertBlock(
      long clocksourceId, long[] cycles, int from, int to, long[] realNanos, Found[] found) {
    int converted = 0;
    int i = from;
    while (i < to) {
      int end = sameStretch(clocksourceId, cycles, i, to, realNanos);
      if (found != null) {
        Arrays.fill(found, i, end, Found.EXACT);
      }
      converted += end - i;
      i = end;
      if (i < to) {
        Found one = locate(clocksourceId, cycles[i], i - from);
        realNanos[i] = timeOf(one, cycles[i]);
        converted += realNanos[i] == NO_TIME ? 0 : 1;
        if (found != null) {
          found[i] = one;
        }
        i++;
      }
    }
    return converted;
  }

  /** Converts as many from a place on as lie in the stretch that is kept. */
  private int sameStretch(
      long clocksourceId, long[] cycles, int from, int to, long[] realNanos) {
    if (clocksourceId != keptId || line.isGap()) {
      return from;
    }
    long first = keptFirst;
    long last = keptLast;
    long start = line.startCycles();
    int i = from;
    while (i < to && cycles[i] >= first && cycles[i] <= last) {
      realNanos[i] = line.realNanosAt(cycles[i] - start);
      i++;
    }
    return i;
  }

  private long timeOf(Found found, long cycles) {
    return switch (found) {
      case EXACT -> line.realNanosAt(cycles - line.startCycles());
      case PREDICTED -> other.realNanosAt(cycles - other.startCycles());
      default -> NO_TIME;
    };
  }

  private Found locate(long id, long cycles, int place) {
    if (id == keptId && cycles >= keptFirst && cycles <= keptLast) {
      boot = keptBoot;
      name = keptName;
      return promised();
    }
    if (!choose(id, cycles)) {
      return boot == null
          ? say(Why.UNKNOWN_CLOCKSOURCE, Found.WRONG_CLOCKSOURCE)
          : say(Why.SEVERAL_BOOTS, Found.UNMAPPABLE);
    }
    searches++;
    boolean isAhead = place != NOT_AHEAD && chosen.equals(aheadIn);
    int stretch = isAhead ? ahead[place] : chosen.find(cycles);
    if (stretch < 0) {
      return outside(id, cycles);
    }
    name = chosen.segment(stretch);
    if (name == Coverage.AMBIGUOUS) {
      return say(Why.SEVERAL_TIMELINES, Found.UNMAPPABLE);
    }
    chosen.loadLine(stretch, line);
    segmentIsKept = false;
    keptId = id;
    keptFirst = Math.max(chosen.first(stretch), chosenFirst);
    keptLast = chosen.last(stretch);
    keptBoot = boot;
    keptName = name;
    return promised();
  }

  private Found promised() {
    return line.isGap()
        ? say(Why.GAP, Found.UNMAPPABLE)
        : say(Why.PROMISED, Found.EXACT);
  }

  private Found outside(long id, long cycles) {
    Outside told = boot.outside(id, cycles);
    return switch (told.kind()) {
      case UNKNOWN_CLOCKSOURCE -> say(Why.UNKNOWN_CLOCKSOURCE, Found.WRONG_CLOCKSOURCE);
      case BEFORE -> say(Why.BEFORE, Found.TOO_OLD);
      case DISRUPTED -> say(Why.DISRUPTED, Found.UNMAPPABLE);
      case HOLE -> say(Why.HOLE, Found.UNMAPPABLE);
      case PREDICTED -> {
        name = told.segment();
        load(name, other);
        yield say(Why.BEYOND, Found.PREDICTED);
      }
    };
  }

  private Found say(Why reason, Found found) {
    why = reason;
    return found;
  }

  private void load(long segmentName, SegmentCopy into) {
    boot.timelines()
        .get(Coverage.timelineOf(segmentName))
        .segment(Coverage.indexOf(segmentName), into);
  }

  /**
   * Finds the only boot that can have counted this far.
   *
   * @return false if there are several, or none, and then {@link #boot} is null
   */
  private boolean choose(long id, long cycles) {
    rival = null;
    if (id == chosenId && cycles >= chosenFirst && cycles <= chosenLast) {
      boot = chosenBoot;
      return true;
    }
    boot = null;
    for (int i = boots.size() - 1; i >= 0; i--) {
      Boot each = boots.get(i);
      if (each.coverage(id) != null && cycles <= each.limitCycles(id)) {
        if (boot != null) {
          rival = each;
          return false;
        }
        boot = each;
      }
    }
    if (boot == null) {
      return false;
    }
    chosenBoot = boot;
    chosen = boot.coverage(id);
    chosenId = id;
    chosenFirst = firstUnrivalled(id);
    chosenLast = boot.limitCycles(id);
    return true;
  }

  /** The first cycle that no other boot than the chosen one can have counted to. */
  private long firstUnrivalled(long id) {
    long first = Long.MIN_VALUE;
    for (Boot each : boots) {
      if (each != boot && each.coverage(id) != null) {
        first = Math.max(first, each.limitCycles(id) + 1);
      }
    }
    return first;
  }

  /** Why the last answer is what it is. */
  public Why why() {
    return why;
  }

  /** The timeline that gave the last answer, or null if none did. */
  public JournalTimeline timeline() {
    boolean told = why == Why.PROMISED || why == Why.BEYOND || why == Why.GAP;
    return told ? boot.timelines().get(Coverage.timelineOf(name)) : null;
  }

  /** The boot that the last answer is about, or null if none is. */
  public UUID bootId() {
    return boot == null || why == Why.SEVERAL_BOOTS || why == Why.NOTHING_ASKED
        ? null
        : boot.id();
  }

  /** The last answer in words: why, and what to do about it. */
  public String words() {
    return switch (why) {
      case NOTHING_ASKED -> "nothing was asked yet";
      case PROMISED -> "what every clock read at this cycle, in " + boot.words();
      case BEYOND ->
          "ahead of what the journal has of " + boot.words() + ": its last line, extended";
      case GAP -> "the machine slept or was moved at this cycle, in " + boot.words();
      case DISRUPTED ->
          "the counter was disrupted before this cycle, and told nothing from there on, in "
              + boot.words();
      case HOLE ->
          "the segment of this cycle was not written down, or its record is damaged, in "
              + boot.words();
      case BEFORE -> "before what the journal has of " + boot.words();
      case UNKNOWN_CLOCKSOURCE -> "no segment of the journal counts this clocksource";
      case SEVERAL_BOOTS ->
          rival.words() + " and " + boot.words() + " can both have counted this cycle: "
              + (rival.isBeside(boot)
                  ? "name the file of the one that is meant"
                  : "say of which boot the stamp is");
      case SEVERAL_TIMELINES ->
          "two timelines of " + boot.words()
              + " both answered this cycle: name the file of the one that is meant";
    };
  }
}

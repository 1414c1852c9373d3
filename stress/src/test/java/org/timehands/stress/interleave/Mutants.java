package org.timehands.stress.interleave;

import java.util.ArrayList;
import java.util.List;
import org.timehands.stress.world.SourceEdit;

/** The planted bugs that the interleaver must find in the production code. */
final class Mutants {
  private static final String READER = "timeline/Timeline.java";
  private static final String LINE = "timeline/Line.java";
  private static final String WRITER = "timeline/TimelineWriter.java";
  private static final String SEGMENT = "timeline/Segment.java";
  private static final String PAGE = "timeline/Page.java";
  private static final String SAMPLE = "timeline/Sample.java";
  private static final String HISTORY = "timeline/History.java";
  private static final String COMMIT_WAIT = "timeline/CommitWait.java";

  /** The fast path of a read of one clock, from the counter on. */
  private static final String FAST_READ =
      """
      long c = nativeCycles(ordered);
      long k = first();
      long slot = Memory.known(slots + ((k & mask) << Page.SLOT_SHIFT));
      if ((Memory.get(slot + Page.CLOCKSOURCE) & KIND_MASK) == NATIVE_KIND) {
        long d = c - Memory.get(slot + Page.START);
        long horizon = Memory.known(horizons + ((k & mask) << Page.HORIZON_SHIFT));
        long word = Memory.getAcquire(horizon);
        if (Long.compareUnsigned(d, Page.promised(word)) < 0) {
          long nanos = Line.value(slot, d, clock);
      """;

  private static final String SEAL =
      """
      long last = prepare(over, bridgeEnd, edit, word >>> 1);
      if (Memory.compareAndSet(page.horizon(current), word, word | 1)) {
      """;

  private static final String APPEND =
      "applyTo(draft, edit); put(draft, freshWord(draft.sequence)); return draft.sequence; }"
          + " bridge";

  private Mutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(ofTheHandOver());
    all.addAll(ofSuccession());
    all.addAll(ofTheWalk());
    all.addAll(ofTheFastPath());
    all.addAll(ofSlots());
    ofPoison().forEach(mutant -> all.add(mutant.in(Plan.Focus.POISON)));
    ofClocksources().forEach(mutant -> all.add(mutant.in(Plan.Focus.CLOCKSOURCE)));
    ofNarrowCounters().forEach(mutant -> all.add(mutant.in(Plan.Focus.NARROW)));
    all.addAll(ofTheRest());
    return all;
  }

  private static List<Mutant> ofTheHandOver() {
    return List.of(
        Mutant.ofTime(
            "late publish",
            new SourceEdit(
                WRITER,
                "if (Memory.compareAndSet(page.horizon(current), word, word | 1)) { current",
                "Memory.set(page.horizon(current), word | 1); if (true) { current")),
        Mutant.ofTime(
            "start at now",
            new SourceEdit(
                WRITER,
                "draft.continueFrom(before, promised);",
                "draft.continueFrom(before, Math.max(1, Math.min(promised,"
                    + " sinceStart(counters.find(before.clocksourceId), promised))));")),
        Mutant.of(
            "fraction dropped at a join",
            "JOIN",
            new SourceEdit(
                SEGMENT,
                "Fixed.fraction(promisedCycles, before.slopeFraction, before.monoFraction);",
                "0;")),
        Mutant.ofVariant("clocksource switched inside a promise", Variant.INSIDE_PROMISE),
        Mutant.ofVariant("hand-over anchored low", Variant.ANCHOR_LOW),
        Mutant.ofTime(
            "log edited in place",
            new SourceEdit(
                WRITER,
                APPEND,
                """
                applyTo(draft, edit);
                long fraction = org.timehands.fixed.Slope.of(draft.rate()).fraction();
                Memory.set(page.slot(current) + Page.SLOPE_FRAC, fraction);
                put(draft, freshWord(draft.sequence));
                return draft.sequence; } bridge
                """)),
        Mutant.of(
            "two-store seal",
            "HELD,RESUME",
            new SourceEdit(
                WRITER,
                SEAL,
                """
                if (Memory.compareAndSet(page.horizon(current), word, word | 1)) {
                  long last = prepare(over, bridgeEnd, edit, word >>> 1);
                """)));
  }

  private static List<Mutant> ofSuccession() {
    return List.of(
        Mutant.ofTime(
            "restarted writer rebases",
            new SourceEdit(
                WRITER,
                "return new TimelineWriter(page, counters, k);",
                "TimelineWriter next = new TimelineWriter(page, counters, k);"
                    + " next.restarted = true; return next;"),
            new SourceEdit(
                WRITER, "private boolean retired;", "private boolean retired, restarted;"),
            new SourceEdit(
                WRITER,
                APPEND,
                """
                applyTo(draft, edit);
                if (restarted) {
                  ClockSource own = counters.find(before.clocksourceId);
                  draft.monoBaseNanos = before.monoAt(Math.max(0, sinceStart(own, promised)));
                  restarted = false;
                }
                put(draft, freshWord(draft.sequence));
                return draft.sequence; } bridge
                """)));
  }

  private static List<Mutant> ofTheFastPath() {
    return List.of(
        Mutant.ofTime(
            "horizon not looked at",
            new SourceEdit(
                READER,
                FAST_READ,
                FAST_READ.replace("Long.compareUnsigned(d, Page.promised(word)) < 0", "d >= 0"))),
        Mutant.ofTime(
            "counter read hoisted",
            new SourceEdit(
                READER,
                FAST_READ,
                FAST_READ.replace("nativeCycles(ordered)", "hoistedCycles()")),
            new SourceEdit(
                READER,
                "private static long nativeCycles(boolean ordered) {",
                """
                private boolean hoisted;
                private long hoistedCount;
                private long hoistedCycles() {
                  long count = hoisted ? hoistedCount : nativeCycles(true);
                  hoisted = true;
                  hoistedCount = nativeCycles(true);
                  return count;
                }
                private static long nativeCycles(boolean ordered) {
                """)));
  }

  private static List<Mutant> ofTheWalk() {
    return List.of(
        Mutant.ofTime(
            "head extrapolated backwards",
            walkBack("return ANSWER;"),
            new SourceEdit(
                LINE,
                "static long lineNanos(long slot, long d) {",
                "static long lineNanos(long slot, long d) { if (d < 0) {"
                    + " return -lineNanos(slot, -d); }"),
            new SourceEdit(
                LINE,
                "static long rawNanos(long slot, long d) {",
                "static long rawNanos(long slot, long d) { if (d < 0) {"
                    + " return 2 * Memory.get(slot + Page.RAW_BASE) - rawNanos(slot, -d); }")),
        Mutant.ofTime("head clamped", walkBack("return FIRST;")),
        Mutant.ofTime(
            "no reload past the horizon",
            new SourceEdit(READER, "return FORWARD;", "return ANSWER;"),
            new SourceEdit(READER, "long newest = page.newest();", "long newest = page.head();")),
        Mutant.ofTime(
            "walk back of one segment",
            walkBack("return way == BACK || k == 0 ? FIRST : BACKWARD;")));
  }

  private static SourceEdit walkBack(String instead) {
    return new SourceEdit(
        READER,
        "return k == 0 ? FIRST + StatusReason.COUNTER_DISTURBED.code() : BACKWARD;",
        instead);
  }

  private static List<Mutant> ofSlots() {
    return List.of(
        Mutant.ofTime(
            "no SEQ check at the end",
            new SourceEdit(
                READER,
                "if (Memory.get(slot + Page.SEQ) == k) { return nanos; } } } return slow(",
                "return nanos; } } return slow("),
            new SourceEdit(
                READER,
                "into.fill(slot, k, d, null); Memory.loadLoadFence();"
                    + " if (Memory.get(slot + Page.SEQ) == k) {",
                "into.fill(slot, k, d, null); if (true) {"),
            new SourceEdit(
                READER,
                "if (Memory.get(slot + Page.SEQ) == k) { return nanos; } } if (++restarts",
                "if (true) { return nanos; } } if (++restarts")),
        Mutant.ofTime(
            "no SEQ check after the CAS",
            new SourceEdit(
                READER,
                "if (Memory.get(slot + Page.SEQ) == k) { return nanos; } } if (++restarts",
                "if (move == 6 || Memory.get(slot + Page.SEQ) == k) { return nanos; } }"
                    + " if (++restarts"),
            new SourceEdit(
                READER,
                "Memory.get(horizon + Page.EXTENSIONS) + 1); return ANSWER;",
                "Memory.get(horizon + Page.EXTENSIONS) + 1); return 6;")),
        Mutant.ofTime(
            "SEQ not invalidated while rewritten",
            new SourceEdit(WRITER, "Memory.setRelease(slot + Page.SEQ, -1);", "")),
        Mutant.ofTime(
            "overrun answered from the end",
            new SourceEdit(
                READER,
                "return FIRST + StatusReason.OVERRUN.code();",
                "return LAST + StatusReason.OVERRUN.code();")),
        Mutant.of(
            "history searches slots in the making",
            "CONVERT",
            new SourceEdit(HISTORY, "newest - page.slotCount() + 3);\n boolean",
                "newest - page.slotCount() + 1);\n boolean"),
            new SourceEdit(HISTORY, "&& newest() != newest;", "&& false;")));
  }

  private static List<Mutant> ofPoison() {
    return List.of(
        Mutant.ofTime(
            "horizon loaded before the counter",
            new SourceEdit(
                READER,
                FAST_READ,
                FAST_READ
                    .replace("long c = nativeCycles(ordered);", "")
                    .replace("long d = c - Memory.get(slot + Page.START);", "")
                    .replace(
                        "if (Long.",
                        "long d = nativeCycles(ordered) - Memory.get(slot + Page.START);"
                            + " if (Long."))),
        Mutant.ofTime(
            "horizon lowered without freezing",
            new SourceEdit(
                WRITER,
                "if (Memory.compareAndSet(page.horizon(current), word, frozen)) { thaw(frozen); }",
                """
                long now = counters.find(before.clocksourceId).read() - before.startCycles;
                long lowered = Math.max(1, now + before.stepCycles) << 1;
                Memory.compareAndSet(page.horizon(current), word, lowered);
                """)),
        Mutant.ofTime(
            "thawed by an old count",
            new SourceEdit(
                READER,
                "if (Page.isFrozen(word) && word != frozen) { frozen = word; way = BEGUN; continue;"
                    + " }",
                "")),
        Mutant.of(
            "absurd promise sealed",
            "POISON",
            new SourceEdit(
                WRITER, "} else if (!isAbsurd(word) || !recover(word)) {", "} else {")));
  }

  private static List<Mutant> ofClocksources() {
    return List.of(
        Mutant.ofTime(
            "another counter read as if it were this",
            new SourceEdit(
                READER, "if (way == BEGUN || wanted != id) {", "if (way == BEGUN) {")),
        Mutant.ofTime(
            "old counter followed beyond its end",
            new SourceEdit(READER, "(A9). return LAST;", "(A9).\n return ANSWER;")));
  }

  private static List<Mutant> ofNarrowCounters() {
    return List.of(
        Mutant.of(
            "narrow count believed after a sleep",
            "MONO,PURE,FRESH",
            new SourceEdit(READER, "Segment.isWide(flags) || isSteady(newest, seen);", "true;")),
        Mutant.of(
            "narrow count beside a stale hint",
            "MONO,PURE,FRESH",
            new SourceEdit(
                PAGE, "while ((Memory.getAcquire(horizon(k)) & 1) != 0", "while (k < 0"),
            new SourceEdit(READER, "Segment.isWide(flags) || isSteady(newest, seen);", "true;")));
  }

  private static List<Mutant> ofTheRest() {
    return List.of(
        Mutant.ofTime(
            "extension by a store",
            new SourceEdit(
                READER,
                "if (!Memory.compareAndSet(horizon, word, further << 1)) { return AGAIN; }",
                "Memory.set(horizon, further << 1);")),
        Mutant.of(
            "bound of an answer that stands still",
            "BOUND",
            new SourceEdit(SAMPLE, "lateNanos = cycles == Long.MAX_VALUE", "lateNanos = true ? 0 :"
                + " cycles == Long.MAX_VALUE")),
        Mutant.of(
            "commit not awaited",
            "COMMIT",
            new SourceEdit(
                COMMIT_WAIT, "while (Memory.getAcquire", "while (false && Memory.getAcquire")),
        Mutant.of(
            "leap second beside the segment",
            "LINE",
            new SourceEdit(
                SAMPLE, "Memory.get(slot + Page.LEAP_AT), word);", "Long.MAX_VALUE, word);")),
        Mutant.of(
                "bridge after another segment",
                "",
                new SourceEdit(
                    WRITER,
                    "return current == expected ? publish(over, endCycles, edit) : -1;",
                    "return publish(over, endCycles, edit);"))
            .in(Plan.Focus.SLEEP),
        Mutant.of(
            "three lost CASes are none",
            "STEPS,HELD",
            new SourceEdit(
                READER,
                "if (!Memory.compareAndSet(horizon, word, further << 1)) { return AGAIN; }",
                "while (!Memory.compareAndSet(horizon, word, further << 1)) { }")));
  }
}

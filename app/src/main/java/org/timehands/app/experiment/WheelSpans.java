package org.timehands.app.experiment;

import java.util.ArrayList;
import java.util.List;
import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Table;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.TimeoutWheel;

/**
 * How far the primary wheel of Linux's old timer wheel reached, which shrinks as the tick gets
 * shorter, beside the levels of ours, which have no primary one and move nothing (3-36).
 */
public final class WheelSpans {
  private static final List<Integer> HERTZ = List.of(100, 250, 1000);
  private static final int SLOTS = 256;
  private static final int SMALL_SLOTS = 64;
  private static final int LEVELS = 9;
  private static final int LEVELS_AT_100 = 8;
  /** Beyond the last level: runs where that ends. */
  private static final long FAR_TICKS = 1L << 40;

  private static final long MILLI_NANOS = 1_000_000;

  /** The text's figures in milliseconds: by HZ, of 256 slots and of 64. */
  private static final long[][] TEXT_MILLIS = {{2560, 640}, {1024, 256}, {256, 64}};

  /**
   * A span of the old wheel.
   *
   * @param hertz ticks a second
   * @param slots of the primary wheel
   * @param textMillis the text's figure
   * @param modelMillis the model's
   */
  record Span(int hertz, int slots, long textMillis, long modelMillis) {}

  /**
   * A level of ours, as it behaves.
   *
   * @param firstTicks the shortest delay that has its granularity
   * @param lastTicks the longest
   * @param granularityTicks how far apart its instants lie
   */
  record Level(long firstTicks, long lastTicks, long granularityTicks) {}

  private final List<Span> spans = new ArrayList<>();
  private final List<Level> levels;

  /** Runs the model and the wheel. */
  public WheelSpans() {
    long ticks = CascadingWheel.spanTicks(SLOTS);
    long smallTicks = CascadingWheel.spanTicks(SMALL_SLOTS);
    for (int i = 0; i < HERTZ.size(); i++) {
      int hertz = HERTZ.get(i);
      spans.add(new Span(hertz, SLOTS, TEXT_MILLIS[i][0], ticks * 1000 / hertz));
      spans.add(new Span(hertz, SMALL_SLOTS, TEXT_MILLIS[i][1], smallTicks * 1000 / hertz));
    }
    levels = levels();
  }

  List<Span> spans() {
    return spans;
  }

  /** The levels of our wheel, found by arming timeouts on it and asking when they will run. */
  static List<Level> levels() {
    List<Level> found = new ArrayList<>();
    long first = 1;
    for (int i = 0; i < LEVELS; i++) {
      long granularity = granularity(first);
      long last = i + 1 < LEVELS ? last(first, granularity) : runsAt(FAR_TICKS);
      found.add(new Level(first, last, granularity));
      first = last + 1;
    }
    return found;
  }

  /** When a timeout runs that is armed at tick 0. */
  private static long runsAt(long ticks) {
    TimeoutWheel wheel = new TimeoutWheel(LEVELS, 0);
    Timeout timeout = wheel.timeout(expired -> {});
    wheel.arm(timeout, ticks);
    return wheel.nextExpiry();
  }

  /** How far apart the instants at and after a delay lie. */
  private static long granularity(long ticks) {
    long next = nextOther(ticks);
    return runsAt(next) - runsAt(ticks);
  }

  /** The shortest delay above another that runs later: a delay never runs before a shorter one. */
  private static long nextOther(long ticks) {
    long at = runsAt(ticks);
    long reach = 1;
    while (runsAt(ticks + reach) == at) {
      reach *= 2;
    }
    long same = ticks;
    long later = ticks + reach;
    while (later - same > 1) {
      long middle = (same + later) >>> 1;
      if (runsAt(middle) == at) {
        same = middle;
      } else {
        later = middle;
      }
    }
    return later;
  }

  /** The longest delay that has a granularity: steps get wider from there. */
  private static long last(long first, long granularity) {
    long ticks = first;
    while (granularity(ticks) == granularity) {
      ticks = nextOther(ticks);
    }
    return ticks - 1;
  }

  /** The report for people. */
  public List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add("How long a delay may be that the old wheel never moves: its primary wheel's span.");
    lines.add("The model files timers of 1, 2, 3 ... ticks and runs them until one is moved.");
    lines.add("");
    Table table = new Table(">HZ", ">slots", ">the text", ">the model");
    for (Span span : spans) {
      table.row(
          Integer.toString(span.hertz()), Integer.toString(span.slots()), span.textMillis() + " ms",
          span.modelMillis() + " ms");
    }
    lines.addAll(table.lines());
    lines.add("");
    lines.add("Ours: every level keeps what it is given until it runs; nothing is moved. Found by");
    lines.add("arming timeouts on the wheel. With HZ 100 there are " + LEVELS_AT_100 + " levels.");
    lines.add("");
    Table ours =
        new Table(
            ">level", ">delays in ticks", ">granularity", ">up to, HZ 1000", ">HZ 250", ">HZ 100");
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      ours.row(
          Integer.toString(i), level.firstTicks() + "-" + level.lastTicks(),
          Long.toString(level.granularityTicks()), end(level, 1000), end(level, 250),
          i < LEVELS_AT_100 ? end(level, 100) : "-");
    }
    lines.addAll(ours.lines());
    return lines;
  }

  private static String end(Level level, int hertz) {
    return Show.length(Math.multiplyExact(level.lastTicks(), 1000 / hertz * MILLI_NANOS));
  }

  /** The report as members of an open object. */
  public void json(Json json) {
    json.open("primary", '[');
    for (Span span : spans) {
      json.open('{').put("hertz", span.hertz()).put("slots", span.slots());
      json.put("textMillis", span.textMillis()).put("modelMillis", span.modelMillis()).close('}');
    }
    json.close(']').open("levels", '[');
    for (Level level : levels) {
      json.open('{').put("firstTicks", level.firstTicks()).put("lastTicks", level.lastTicks());
      json.put("granularityTicks", level.granularityTicks()).close('}');
    }
    json.close(']');
  }
}

package org.timehands.timeline;

import java.util.Objects;
import java.util.function.LongFunction;
import org.timehands.clocksource.ClockSource;

/**
 * The counters that this process can read, by the id that segments name.
 *
 * <p>A small table that only grows: a retired counter keeps its place so that no reader ever meets
 * a dangling one. Looking up a known counter is wait-free; {@link #add} may be called from any
 * thread.
 *
 * <pre>
 * field   | read            | write                 | guard
 * table   | volatile        | volatile, copy        | this (writers only)
 * </pre>
 */
public final class Counters {
  private volatile ClockSource[] table;
  private final LongFunction<ClockSource> others;

  /** A table of the given counters. */
  public Counters(ClockSource... sources) {
    this(id -> null, sources);
  }

  /**
   * A table that can grow by itself: for a reader whose timeline may move to a counter that nobody
   * has told it of.
   *
   * @param others finds the counter of an id that is not in the table; null if it cannot be read
   *     here. Asked at the first read of it
   * @param sources the counters that are known
   */
  public Counters(LongFunction<ClockSource> others, ClockSource... sources) {
    this.others = Objects.requireNonNull(others, "others");
    table = new ClockSource[0];
    for (ClockSource source : sources) {
      add(source);
    }
  }

  /** Makes a counter known; one of the same id takes the other's place. */
  public synchronized void add(ClockSource source) {
    Objects.requireNonNull(source, "source");
    ClockSource[] old = table;
    for (int i = 0; i < old.length; i++) {
      if (old[i].id() == source.id()) {
        ClockSource[] replaced = old.clone();
        replaced[i] = source;
        table = replaced;
        return;
      }
    }
    ClockSource[] longer = java.util.Arrays.copyOf(old, old.length + 1);
    longer[old.length] = source;
    table = longer;
  }

  /** The counter of an id, or null if this process cannot read it. */
  public ClockSource find(long id) {
    for (ClockSource source : table) {
      if (source.id() == id) {
        return source;
      }
    }
    return ask(id);
  }

  private ClockSource ask(long id) {
    ClockSource found = others.apply(id);
    if (found != null) {
      add(found);
    }
    return found;
  }
}

package org.timehands.timeline;

import java.util.Objects;
import org.timehands.clocksource.ClockSource;

/**
 * The counters that this process can read, by the id that segments name.
 *
 * <p>A small table that only grows: a retired counter keeps its place so that no reader ever meets
 * a dangling one. Reads are wait-free; {@link #add} may be called from any thread.
 *
 * <pre>
 * field   | read            | write                 | guard
 * table   | volatile        | volatile, copy        | this (writers only)
 * </pre>
 */
public final class Counters {
  private volatile ClockSource[] table;

  /** A table of the given counters. */
  public Counters(ClockSource... sources) {
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
    return null;
  }
}

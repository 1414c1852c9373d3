package org.timehands.trace.cross;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timekeeping.Stamp;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.History;

/**
 * Pairs devices' times with ours, now and in the past.
 *
 * <p>Now: {@link #take} captures and converts. Past: keep the {@link Capture}, and {@link #convert}
 * it later, after any number of updates, sets and changes of the clocksource; it comes out as it
 * would have at once. A counter that is unknown to the timeline but derived from one that is known
 * is converted by its {@link CounterBase}.
 *
 * <p>What Linux's {@code get_device_system_crosststamp} does for one kept snapshot and up to the
 * next change of the clocksource. Thread-safe; results are of the caller.
 */
public final class CrossTimestamps {
  /** How often a disturbed capture is tried again. */
  private static final int TRIES = 16;

  private final Timekeeper clocks;
  private final List<CounterBase> bases;

  /**
   * Pairs with a timeline's clocks.
   *
   * @param clocks the clocks
   * @param bases the counters that the timeline's are derived from
   */
  public CrossTimestamps(Timekeeper clocks, CounterBase... bases) {
    this.clocks = Objects.requireNonNull(clocks, "clocks");
    this.bases = List.of(bases);
  }

  /**
   * Captures a device and converts.
   *
   * @param device the device
   * @param into the result; its bound may be wide if every capture was disturbed
   * @return {@code into}
   * @throws IOException if the device cannot be captured, or is disturbed at each try
   */
  public CrossTimestamp take(CrossDevice device, CrossTimestamp into) throws IOException {
    return take(device, 1, into);
  }

  /**
   * Captures a device several times and keeps the narrowest capture.
   *
   * @param device the device
   * @param captures how many, 1 to 1000
   * @param into the result
   * @return {@code into}
   * @throws IOException if the device cannot be captured, or is disturbed at each try
   */
  public CrossTimestamp take(CrossDevice device, int captures, CrossTimestamp into)
      throws IOException {
    if (captures < 1 || captures > 1000) {
      throw new IllegalArgumentException(captures + " captures must be 1 to 1000");
    }
    Capture next = new Capture();
    boolean taken = false;
    int disturbed = 0;
    for (int done = 0; done < captures && disturbed < TRIES; ) {
      if (!device.capture(next)) {
        disturbed++;
        continue;
      }
      done++;
      if (!taken || widthOf(next) < widthOf(into.capture())) {
        into.mutableCapture().set(next);
        taken = true;
      }
    }
    if (!taken) {
      throw new IOException(
          device.name() + " was disturbed at each of " + TRIES
              + " captures: it is being set, or its clock is broken; try again");
    }
    // A read promises what was captured before it, so that its times can never change.
    clocks.monotonicNanos();
    return convert(into);
  }

  /** Cycles of one counter, or as good as infinite across a change. */
  private static long widthOf(Capture capture) {
    return capture.firstId() == capture.lastId()
        ? capture.lastCycles() - capture.firstCycles()
        : Long.MAX_VALUE;
  }

  /**
   * Converts a capture that was taken at any time before, by this process or another on this
   * machine.
   *
   * @param capture what was captured
   * @param into the result; {@link CrossTimestamp#found} says whether there is one
   * @return {@code into}
   */
  public CrossTimestamp convert(Capture capture, CrossTimestamp into) {
    into.mutableCapture().set(capture);
    return convert(into);
  }

  private CrossTimestamp convert(CrossTimestamp into) {
    Capture capture = into.capture();
    Stamp from = stamp(capture.firstId(), capture.firstCycles(), true);
    Stamp to = stamp(capture.lastId(), capture.lastCycles(), false);
    if (from.clocksourceId() == to.clocksourceId() && to.cycles() - from.cycles() < 0) {
      throw new IllegalArgumentException(
          "capture ends at cycle " + to.cycles() + ", before it begins at " + from.cycles()
              + ": the device's driver mixes them up");
    }
    into.found(worse(convert(from, into.first()), convert(to, into.last())));
    return into;
  }

  private History.Found convert(Stamp stamp, Snapshot into) {
    return clocks.convert(stamp, into);
  }

  /** Cycles of a counter that a timeline may know. */
  private Stamp stamp(long id, long cycles, boolean first) {
    for (CounterBase base : bases) {
      if (base.baseId() == id) {
        return new Stamp(
            base.clocksourceId(), first ? base.first(cycles) : base.last(cycles));
      }
    }
    return new Stamp(id, cycles);
  }

  private static History.Found worse(History.Found a, History.Found b) {
    return rank(a) >= rank(b) ? a : b;
  }

  private static int rank(History.Found found) {
    return switch (found) {
      case EXACT -> 0;
      case PREDICTED -> 1;
      case UNMAPPABLE -> 2;
      case TOO_OLD -> 3;
      case WRONG_CLOCKSOURCE -> 4;
    };
  }
}

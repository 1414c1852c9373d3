package org.timehands.bench.bed;

import java.io.IOException;
import org.timehands.linux.Cpus;
import org.timehands.linux.NativeAccess;

/**
 * Which CPU runs what: the measured threads on the last ones that this process may use, because the
 * first takes most interrupts, and the updater on the one before them.
 */
public final class Pins {
  /* Asked once, by a thread that is not bound yet: a bound one has one CPU left. */
  private static final int[] USABLE = ask();

  private Pins() {}

  /**
   * The CPUs that this process may use.
   *
   * @return their numbers, ascending; empty where threads cannot be pinned
   */
  public static int[] usable() {
    return USABLE.clone();
  }

  private static int[] ask() {
    if (!NativeAccess.available()) {
      return new int[0];
    }
    try {
      return Cpus.affinity();
    } catch (IOException refused) {
      return new int[0];
    }
  }

  /**
   * The CPU of a measured thread.
   *
   * @param index which of them, from 0
   * @return its number, or -1 if there are not so many
   */
  public static int measured(int index) {
    return index < USABLE.length ? USABLE[USABLE.length - 1 - index] : -1;
  }

  /** The CPU of the updater, beside one measured thread; -1 if there is none. */
  public static int updater() {
    return measured(1);
  }
}

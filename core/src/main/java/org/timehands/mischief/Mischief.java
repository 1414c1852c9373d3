package org.timehands.mischief;

import java.util.Objects;

/**
 * The switchboard for faults and forced interleavings: a test may stand at every shared memory
 * access of the library.
 *
 * <p>It is inert unless the system property {@code timehands.mischief} is present when this class
 * is loaded. {@link #ON} is then a constant {@code false}, and callers write
 *
 * <pre>{@code
 * if (Mischief.ON) {
 *   Mischief.store(address);
 * }
 * }</pre>
 *
 * <p>so that the JIT compiler removes the branch and the production library carries no trace of it.
 *
 * <p>A hook runs on the thread that is about to make the access, before the access. It may count,
 * switch to another simulated actor, stall for ever, throw, or end the process: that is its
 * purpose. The idea is FoundationDB's BUGGIFY.
 *
 * <p>Threads: {@link #install} may be called from any thread; the hook itself must be safe for the
 * threads that reach it.
 */
public final class Mischief {
  /*
   * field | read     | write    | guard
   * hook  | volatile | volatile | none: the last install wins; only tests install
   */

  /** Whether hooks are consulted at all; fixed when the class is loaded. */
  public static final boolean ON = System.getProperty("timehands.mischief") != null;

  private static final Hook NONE = new Hook() {};

  private static volatile Hook hook = NONE;

  private Mischief() {}

  /** What a test installs: one method for each kind of access, each doing nothing by default. */
  public interface Hook {
    /**
     * Stands before a load from shared memory.
     *
     * @param address absolute address of the 64-bit word
     */
    default void load(long address) {}

    /**
     * Stands before a store to shared memory.
     *
     * @param address absolute address of the 64-bit word
     */
    default void store(long address) {}

    /**
     * Stands before a compare-and-set on shared memory.
     *
     * @param address absolute address of the 64-bit word
     */
    default void cas(long address) {}

    /** Stands before a read of a counter. */
    default void counter() {}

    /**
     * Stands at a named place in the code.
     *
     * @param name the place, such as {@code "writer.sealed"}
     */
    default void point(String name) {}
  }

  /**
   * Makes {@code next} the hook of this JVM.
   *
   * @param next the new hook, not null
   * @throws IllegalStateException if the switchboard is off, because the hook would never be called
   */
  public static void install(Hook next) {
    Objects.requireNonNull(next, "next");
    if (!ON) {
      throw new IllegalStateException(
          "mischief is off in this JVM: start it with -Dtimehands.mischief");
    }
    hook = next;
  }

  /** Takes the installed hook away; without one, nothing happens. */
  public static void uninstall() {
    hook = NONE;
  }

  /**
   * Announces a load.
   *
   * @param address absolute address of the 64-bit word
   */
  public static void load(long address) {
    hook.load(address);
  }

  /**
   * Announces a store.
   *
   * @param address absolute address of the 64-bit word
   */
  public static void store(long address) {
    hook.store(address);
  }

  /**
   * Announces a compare-and-set.
   *
   * @param address absolute address of the 64-bit word
   */
  public static void cas(long address) {
    hook.cas(address);
  }

  /** Announces a counter read. */
  public static void counter() {
    hook.counter();
  }

  /**
   * Announces a named place in the code.
   *
   * @param name the place, such as {@code "writer.sealed"}
   */
  public static void point(String name) {
    hook.point(name);
  }
}

package org.timehands.timekeeping;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.timehands.timeline.Page;

/**
 * The auxiliary clocks of a timekeeping: Linux's eight by number, and as many more as one likes by
 * name.
 *
 * <p>A clock that is enabled begins where RAW stands, at the nominal rate, and follows every change
 * of the clocksource. It can be disabled and enabled again, and then begins anew. Thread-safe;
 * finding one never waits.
 */
/*
 * field  | read       | write            | guard
 * clocks | concurrent | under lock       | Timekeeping's lock (writers only)
 * made   | volatile   | under lock, copy | Timekeeping's lock (writers only)
 */
public final class AuxClocks {
  /** Number of the first auxiliary clock: CLOCK_AUX. */
  public static final int FIRST = 16;

  /** Number of the last one. */
  public static final int LAST = 23;

  /** Segments of history that a clock in private memory has at most. */
  public static final int SLOTS = 256;

  /** Error number: there is no such clock, or it is disabled. */
  public static final int ENODEV = 19;

  private final Timekeeping keeping;
  private final Map<String, AuxClock> clocks = new ConcurrentSkipListMap<>();
  private volatile AuxClock[] made = new AuxClock[0];

  AuxClocks(Timekeeping keeping) {
    this.keeping = keeping;
  }

  /** The name of a numbered clock: {@code aux0} to {@code aux7}. */
  private static String nameOf(int number) {
    if (number < FIRST || number > LAST) {
      throw new IllegalArgumentException(
          "auxiliary clock " + number + " must lie in [" + FIRST + ", " + LAST
              + "]; others go by name");
    }
    return "aux" + (number - FIRST);
  }

  /**
   * Enables one of the eight; does nothing if it is.
   *
   * @param number in [{@link #FIRST}, {@link #LAST}]
   */
  public AuxClock enable(int number) {
    return enable(nameOf(number));
  }

  /**
   * Enables a clock; makes it, in private memory, if there is none of this name, or if the page of
   * the one that there is was taken over by somebody else.
   */
  public AuxClock enable(String name) {
    Objects.requireNonNull(name, "name");
    return keeping.enableAux(name, null);
  }

  /**
   * Makes and enables a clock in memory that the caller gives, such as a page to be shared.
   *
   * @param name not yet in use
   * @param page formatted, writable and not ready yet; to stay as long as anybody reads the clock
   * @throws IllegalArgumentException if there is a clock of this name
   */
  public AuxClock enable(String name, Page page) {
    Objects.requireNonNull(page, "page");
    return keeping.enableAux(Objects.requireNonNull(name, "name"), page);
  }

  /** Disables one of the eight; does nothing if it is not enabled. */
  public void disable(int number) {
    disable(nameOf(number));
  }

  /** Disables a clock; does nothing if it is not enabled. */
  public void disable(String name) {
    AuxClock clock = clocks.get(name);
    if (clock != null) {
      keeping.disableAux(clock);
    }
  }

  /** One of the eight, enabled or not; empty if it never was enabled. */
  public Optional<AuxClock> find(int number) {
    return find(nameOf(number));
  }

  /** A clock by name, enabled or not. */
  public Optional<AuxClock> find(String name) {
    return Optional.ofNullable(clocks.get(name));
  }

  /** All clocks, by name. */
  public Collection<AuxClock> all() {
    return clocks.values();
  }

  /** Adds a clock, in place of another one if that is not null. */
  void put(AuxClock clock, AuxClock old) {
    clocks.put(clock.name(), clock);
    int place = old == null ? made.length : Arrays.asList(made).indexOf(old);
    AuxClock[] next = Arrays.copyOf(made, Math.max(made.length, place + 1));
    next[place] = clock;
    made = next;
  }

  /** All clocks in the order in which they were made; not to be changed. */
  AuxClock[] made() {
    return made;
  }
}

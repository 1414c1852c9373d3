package org.timehands.clockevent;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A device that is one of several: the first waits of its program go round all of them, and by how
 * late these were one is chosen for good; the others are closed.
 *
 * <p><b>The rule.</b> The first device stays, unless the median of another is less than half as
 * late, and at least 20 microseconds less late ({@link DeviceChoice}). A few disturbed waits do not
 * move a median.
 *
 * <p><b>What counts.</b> Nothing is waited for that the program does not wait for, so the choice
 * delays nothing. A wait counts if it ran to its instant, was not programmed anew meanwhile, and
 * began at least {@link #LEAST_NANOS} ahead: a shorter one hardly sleeps. Whose program never waits
 * as long stays with the first device. A lead or a spin tail belongs over this device, not under
 * it: what they have learned and spent is not the devices' doing.
 *
 * <p>Threads: as every {@link ClockEventDevice}. Once it has chosen, a call costs one volatile read
 * more than the chosen device's; until then calls take a lock. It allocates for the choice only.
 */
public final class ChosenDevice implements ClockEventDevice {
  /*
   * field      | read         | write              | guard
   * chosen     | volatile     | synchronized, once | this; before it the chosen one is programmed
   * choice     | volatile     | synchronized, once | this
   * waiting    | synchronized | synchronized       | this: the one waiter
   * all others | synchronized | synchronized       | this
   *
   * Only program moves on, and only while nobody waits: so the device that is waited on is the one
   * that is programmed. One that is left is past its instant. No wait holds the lock.
   *
   * A kick must not lie with a device that is left:
   *
   *   thread K                      waiter
   *                                 await() on timerfd ends at its instant
   *   kick(): timerfd's turn
   *                                 program(): it is futex's turn now
   *                                 await() on futex, for an hour
   *
   * So it is kept here as well, and ends whichever wait comes next, that of the chosen one too
   * (ChosenDeviceTest.aKickBetweenTwoDevicesIsNotLost).
   */
  /** So many waits of each device are looked at. */
  public static final int WAITS_EACH = 32;

  /** Shorter waits than this do not count, in nanoseconds. */
  public static final long LEAST_NANOS = 50_000;

  private final ClockEventDevice[] candidates;
  private final long leastNanos;
  private final long mostNanos;
  private long[][] late;
  private volatile ClockEventDevice chosen;
  private volatile DeviceChoice choice;
  private int turn;
  private int counted;
  private boolean turnIsOver;
  private boolean waiting;
  private boolean kicked;
  private long deadline = NEVER;
  private long programs;

  /**
   * A device that has not chosen yet.
   *
   * @param candidates devices of one and the same clock, which it owns; the first is the one that
   *     stays unless another is better
   * @throws IllegalArgumentException if there are fewer than two
   */
  public ChosenDevice(List<ClockEventDevice> candidates) {
    if (candidates.size() < 2) {
      throw new IllegalArgumentException(
          candidates.size() + " devices leave nothing to choose: use the device itself");
    }
    this.candidates = candidates.toArray(ClockEventDevice[]::new);
    late = new long[this.candidates.length][WAITS_EACH];
    leastNanos = candidates.stream().mapToLong(ClockEventDevice::minDeltaNanos).max().orElseThrow();
    mostNanos = candidates.stream().mapToLong(ClockEventDevice::maxDeltaNanos).min().orElseThrow();
  }

  @Override
  public Optional<DeviceChoice> choice() {
    return Optional.ofNullable(choice);
  }

  /** Of how many it was chosen, or that it is not chosen yet, and the device's name. */
  @Override
  public String name() {
    return choice().map(made -> "chosen of " + candidates.length + ": " + made.name())
        .orElseGet(() -> "none chosen of " + candidates.length + " yet: " + candidates[0].name());
  }

  /** What holds for the chosen one; until then, for all. */
  @Override
  public Set<Feature> features() {
    ClockEventDevice only = chosen;
    if (only != null) {
      return only.features();
    }
    EnumSet<Feature> common = EnumSet.allOf(Feature.class);
    for (ClockEventDevice each : candidates) {
      common.retainAll(each.features());
    }
    return common;
  }

  @Override
  public long minDeltaNanos() {
    return leastNanos;
  }

  @Override
  public long maxDeltaNanos() {
    return mostNanos;
  }

  @Override
  public long nowNanos() {
    ClockEventDevice only = chosen;
    return (only != null ? only : candidates[0]).nowNanos();
  }

  @Override
  public void program(long deadlineNanos) {
    ClockEventDevice only = chosen;
    if (only != null) {
      only.program(deadlineNanos);
    } else {
      programOnTrial(deadlineNanos);
    }
  }

  private synchronized void programOnTrial(long deadlineNanos) {
    programs++;
    deadline = deadlineNanos;
    if (turnIsOver && !waiting) {
      turnIsOver = false;
      if (counted == WAITS_EACH * candidates.length) {
        choose(deadlineNanos);
        return;
      }
      turn = counted % candidates.length;
    }
    candidates[turn].program(deadlineNanos);
  }

  private void choose(long deadlineNanos) {
    List<String> names = Arrays.stream(candidates).map(ClockEventDevice::name).toList();
    DeviceChoice made = DeviceChoice.of(names, medians());
    ClockEventDevice only = candidates[made.chosen()];
    only.program(deadlineNanos);
    if (kicked) {
      only.kick();
    }
    choice = made;
    chosen = only;
    late = null;
    closeFrom(0);
  }

  /** Closes those from one on, but for the chosen: what one throws leaves no other open. */
  private void closeFrom(int first) {
    if (first == candidates.length) {
      return;
    }
    ClockEventDevice each = candidates[first];
    ClockEventDevice only = chosen;
    if (only != null) {
      candidates[first] = only; // what is closed holds native memory still
    }
    try (ClockEventDevice _ = each.equals(only) ? null : each) {
      closeFrom(first + 1);
    }
  }

  private List<Long> medians() {
    return Arrays.stream(late)
        .map(each -> Arrays.stream(each).sorted().toArray()[(each.length - 1) / 2])
        .toList();
  }

  @Override
  public boolean await() {
    ClockEventDevice only = chosen;
    return only != null ? only.await() : awaitOnTrial();
  }

  private boolean awaitOnTrial() {
    ClockEventDevice device;
    long programsBefore;
    boolean counts;
    synchronized (this) {
      if (chosen != null) {
        device = chosen;
      } else if (kicked) {
        kicked = false;
        return false;
      } else {
        device = candidates[turn];
      }
      programsBefore = programs;
      counts = deadline != NEVER && deadline >= nowNanos() + LEAST_NANOS;
      waiting = true;
    }
    boolean due = false;
    try {
      due = device.await();
    } finally {
      ended(due, counts, programsBefore, device.nowNanos());
    }
    return due;
  }

  private synchronized void ended(boolean due, boolean counts, long programsBefore, long now) {
    waiting = false;
    if (!due) {
      // A kick, or a wait that ended by itself as a kick came: either way it has ended one.
      kicked = false;
    }
    if (due && counts && programs == programsBefore && !turnIsOver && chosen == null) {
      late[turn][counted / candidates.length] = Math.max(0, now - deadline);
      counted++;
      turnIsOver = true;
    }
  }

  @Override
  public void kick() {
    ClockEventDevice only = chosen;
    if (only != null) {
      only.kick();
    } else {
      kickOnTrial();
    }
  }

  private synchronized void kickOnTrial() {
    if (chosen != null) {
      chosen.kick();
      return;
    }
    kicked = true;
    if (waiting) {
      candidates[turn].kick();
    }
  }

  /** {@inheritDoc} All are closed, whatever one of them throws. */
  @Override
  public synchronized void close() {
    if (chosen != null) {
      chosen.close();
    } else {
      closeFrom(0);
    }
  }
}

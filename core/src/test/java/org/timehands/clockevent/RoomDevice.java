package org.timehands.clockevent;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A device in a room of several with one clock: it keeps the contract to the letter, and a test
 * says how late it is and what others do while it waits.
 */
final class RoomDevice implements ClockEventDevice {
  /** The clock of a room. */
  static final class Room {
    long now = 1_000_000_000;
    long waits;
  }

  private final Room room;
  private final String name;
  private final LongSupplier late;
  long deadline = NEVER;
  boolean closed;
  boolean kicked;

  /** What close throws, though it closes; null for nothing. */
  RuntimeException closing;

  /** What another thread does in the middle of the next wait, and when that is over already. */
  Runnable meanwhile = () -> {};

  Runnable afterwards = () -> {};

  RoomDevice(Room room, String name, LongSupplier late) {
    this.room = room;
    this.name = name;
    this.late = late;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Feature> features() {
    return name.equals("timerfd")
        ? EnumSet.of(Feature.SIMULATED, Feature.SLACK_FREE)
        : EnumSet.of(Feature.SIMULATED);
  }

  @Override
  public long nowNanos() {
    return room.now;
  }

  @Override
  public void program(long deadlineNanos) {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
    deadline = deadlineNanos;
  }

  @Override
  public boolean await() {
    room.waits++;
    run(true);
    boolean due = false;
    if (kicked || closed) {
      kicked = false;
    } else if (deadline == NEVER) {
      throw new AssertionError(name + " waits for ever");
    } else {
      if (room.now < deadline) {
        room.now = deadline + late.getAsLong();
      }
      due = true;
    }
    run(false);
    return due;
  }

  private void run(boolean isMeanwhile) {
    Runnable once = isMeanwhile ? meanwhile : afterwards;
    if (isMeanwhile) {
      meanwhile = () -> {};
    } else {
      afterwards = () -> {};
    }
    once.run();
  }

  @Override
  public void kick() {
    kicked = true;
  }

  @Override
  public void close() {
    closed = true;
    if (closing != null) {
      throw closing;
    }
  }
}

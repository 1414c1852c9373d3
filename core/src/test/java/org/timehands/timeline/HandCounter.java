package org.timehands.timeline;

import org.timehands.clocksource.ClockSource;

/** A counter that a test turns by hand; one cycle is one nanosecond. Reads show the low bits. */
final class HandCounter implements ClockSource {
  private final long id;
  private final int widthBits;
  private long cycles;
  private Runnable beforeRead = () -> {};
  private String name = "hand";
  private int rating = 1;

  HandCounter(long id, long cycles) {
    this(id, cycles, Long.SIZE);
  }

  HandCounter(long id, long cycles, int widthBits) {
    this.id = id;
    this.cycles = cycles;
    this.widthBits = widthBits;
  }

  /** Gives it a name and a rating. */
  HandCounter called(String newName, int newRating) {
    name = newName;
    rating = newRating;
    return this;
  }

  /** All bits of the present count. */
  long cycles() {
    return cycles;
  }

  void add(long more) {
    cycles += more;
  }

  void set(long cycles) {
    this.cycles = cycles;
  }

  /** What happens at each read from now on, before it. */
  void beforeRead(Runnable action) {
    beforeRead = action;
  }

  @Override
  public long read() {
    beforeRead.run();
    return widthBits == Long.SIZE ? cycles : cycles & ((1L << widthBits) - 1);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int widthBits() {
    return widthBits;
  }

  @Override
  public long frequencyHz() {
    return 1_000_000_000L;
  }

  @Override
  public int rating() {
    return rating;
  }

  @Override
  public String ratingReason() {
    return "turned by hand";
  }

  @Override
  public long readCostNanos() {
    return 1;
  }

  @Override
  public long driftBoundPpb() {
    return 0;
  }

  @Override
  public long skewBoundCycles() {
    return 0;
  }

  @Override
  public SuspendBehaviour suspend() {
    return SuspendBehaviour.STOPS;
  }

  @Override
  public boolean validForHighResolution() {
    return false;
  }
}

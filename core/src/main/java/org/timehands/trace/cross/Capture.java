package org.timehands.trace.cross;

/**
 * What a device captured: its own time, and between which two cycles of a counter that was. A
 * holder that is filled again for each capture. Not thread-safe.
 */
public final class Capture {
  private long deviceNanos;
  private long deviceErrorNanos;
  private long firstId;
  private long firstCycles;
  private long lastId;
  private long lastCycles;

  /** An empty capture. */
  public Capture() {}

  /**
   * Says what the device's clock showed.
   *
   * @param nanos on the device's own scale
   * @param errorNanos how far the device may be off its own scale, such as its step; not negative
   */
  public void device(long nanos, long errorNanos) {
    if (errorNanos < 0) {
      throw new IllegalArgumentException("device error " + errorNanos + " ns must not be negative");
    }
    deviceNanos = nanos;
    deviceErrorNanos = errorNanos;
  }

  /**
   * Says which cycle a counter showed at that moment: hardware latched both.
   *
   * @param clocksourceId whose cycle, or whose base's
   * @param cycles the cycle
   */
  public void at(long clocksourceId, long cycles) {
    between(clocksourceId, cycles, clocksourceId, cycles);
  }

  /**
   * Says between which cycles that moment was.
   *
   * @param idBefore the counter that was read before
   * @param cyclesBefore what it showed
   * @param idAfter the counter that was read after: another one only if the timeline changed its
   *     clocksource in between
   * @param cyclesAfter what it showed
   */
  public void between(long idBefore, long cyclesBefore, long idAfter, long cyclesAfter) {
    firstId = idBefore;
    firstCycles = cyclesBefore;
    lastId = idAfter;
    lastCycles = cyclesAfter;
  }

  /** Copies another capture. */
  public void set(Capture other) {
    device(other.deviceNanos, other.deviceErrorNanos);
    between(other.firstId, other.firstCycles, other.lastId, other.lastCycles);
  }

  /** What the device's clock showed. */
  public long deviceNanos() {
    return deviceNanos;
  }

  /** How far the device may be off its own scale. */
  public long deviceErrorNanos() {
    return deviceErrorNanos;
  }

  /** Whose cycle {@link #firstCycles} is. */
  public long firstId() {
    return firstId;
  }

  /** The moment was at this cycle or after it. */
  public long firstCycles() {
    return firstCycles;
  }

  /** Whose cycle {@link #lastCycles} is. */
  public long lastId() {
    return lastId;
  }

  /** The moment was at this cycle or before it. */
  public long lastCycles() {
    return lastCycles;
  }
}

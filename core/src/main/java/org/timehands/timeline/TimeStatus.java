package org.timehands.timeline;

/** How far a reading can be trusted; the order is from best to worst. */
public enum TimeStatus {
  /** The reference vouches for the clock, and was heard lately. */
  SYNCHRONIZED(0),
  /** The reference has fallen silent; the bound grows by the counter's rated drift. */
  HOLDOVER(1),
  /** Nobody vouches for the wall clock: no reference, an unsynchronised one, or a lost one. */
  FREERUNNING(2),
  /** The promise has run out and this reader may not extend it: the answer is the last promise. */
  STALE(3);

  private static final TimeStatus[] VALUES = values();

  private final int code;

  TimeStatus(int code) {
    this.code = code;
  }

  /** The number that stands for it in a page; never changes. */
  int code() {
    return code;
  }

  static TimeStatus of(int code) {
    return code >= 0 && code < VALUES.length ? VALUES[code] : STALE;
  }

  /** The worse of two. */
  public TimeStatus worse(TimeStatus other) {
    return compareTo(other) >= 0 ? this : other;
  }
}

package org.timehands.linux;

/**
 * What a {@link VmClockPage} said at one moment, and the arithmetic that belongs to it. A reusable
 * holder; not thread-safe.
 */
public final class VmClockData {
  /** Kind of the counter: arm64's virtual one. */
  public static final int COUNTER_ARM_VCNT = 0;

  /** Kind of the counter: x86-64's time stamp counter. */
  public static final int COUNTER_X86_TSC = 1;

  /** No counter: the page has a marker and no clock. */
  public static final int COUNTER_NONE = 0xFF;

  /** Type of the time: UTC, ambiguous at leap seconds. */
  public static final int TIME_UTC = 0;

  /** Type of the time: TAI. */
  public static final int TIME_TAI = 1;

  /** Type of the time: without an epoch. */
  public static final int TIME_MONOTONIC = 2;

  /** Status: right, and steered. */
  public static final int STATUS_SYNCHRONIZED = 2;

  /** Status: right, but left alone. */
  public static final int STATUS_FREERUNNING = 3;

  /** Flag: {@link #taiOffsetSeconds} is right. */
  public static final long FLAG_TAI_OFFSET = 1;

  /** Flag: a disruption is to come within a day. */
  public static final long FLAG_DISRUPTION_SOON = 1 << 1;

  /** Flag: a disruption is to come within an hour. */
  public static final long FLAG_DISRUPTION_IMMINENT = 1 << 2;

  /** Flag: the greatest error of the period is told. */
  public static final long FLAG_PERIOD_MAX_ERROR = 1 << 4;

  /** Flag: the greatest error of the time is told. */
  public static final long FLAG_TIME_MAX_ERROR = 1 << 6;

  /** Flag: no later state of the page gives an earlier time for a later count. */
  public static final long FLAG_TIME_MONOTONIC = 1 << 7;

  /** Flag: the generation counter is there. */
  public static final long FLAG_GENERATION = 1 << 8;

  static final int MARKER = 0x10;
  private static final int FLAGS = 0x18;
  private static final int STATUS_AND_LEAP = 0x20;
  private static final int COUNTER_VALUE = 0x28;
  private static final int PERIOD = 0x30;
  private static final int PERIOD_MAX_ERROR = 0x40;
  private static final int TIME_SEC = 0x48;
  private static final int TIME_FRAC = 0x50;
  private static final int TIME_MAX_ERROR = 0x60;
  private static final int GENERATION = 0x68;

  private static final long SECOND = 1_000_000_000L;

  private long head;
  private long marker;
  private long flags;
  private long mixed;
  private long counterValue;
  private long period;
  private long periodMaxError;
  private long timeSec;
  private long timeFrac;
  private long timeMaxError;
  private long generation;
  private long now;

  /** An empty holder. */
  public VmClockData() {}

  void load(long address, boolean hasGeneration, long counterNow) {
    head = Memory.get(address + 8);
    marker = Memory.get(address + MARKER);
    flags = Memory.get(address + FLAGS);
    mixed = Memory.get(address + STATUS_AND_LEAP);
    counterValue = Memory.get(address + COUNTER_VALUE);
    period = Memory.get(address + PERIOD);
    periodMaxError = Memory.get(address + PERIOD_MAX_ERROR);
    timeSec = Memory.get(address + TIME_SEC);
    timeFrac = Memory.get(address + TIME_FRAC);
    timeMaxError = Memory.get(address + TIME_MAX_ERROR);
    generation = hasGeneration ? Memory.get(address + GENERATION) : 0;
    now = counterNow;
  }

  private static int octet(long word, int number) {
    return (int) (word >>> (8 * number)) & 0xFF;
  }

  /** Which counter: {@link #COUNTER_X86_TSC} and others. */
  public int counterId() {
    return octet(head, 2);
  }

  /** Which time: {@link #TIME_TAI} and others. */
  public int timeType() {
    return octet(head, 3);
  }

  /** How often the page was written, times two. */
  public long sequence() {
    return head >>> 32;
  }

  /** Changes when the counter may have been disrupted. */
  public long marker() {
    return marker;
  }

  /** The flags. */
  public long flags() {
    return flags;
  }

  /** Whether a flag is set. */
  public boolean has(long flag) {
    return (flags & flag) != 0;
  }

  /** How far the hypervisor trusts its clock: {@link #STATUS_SYNCHRONIZED} and others. */
  public int clockStatus() {
    return octet(mixed, 2);
  }

  /** TAI minus UTC in seconds; right if {@link #FLAG_TAI_OFFSET} is set. */
  public int taiOffsetSeconds() {
    return (short) (mixed >>> 32);
  }

  /** A leap second near by: 0 none, 1 or 2 one is to come, 3 it is now, 4 or 5 it was. */
  public int leapIndicator() {
    return octet(mixed, 6);
  }

  /** How often the machine was restored from a snapshot; 0 if that is not told. */
  public long generation() {
    return has(FLAG_GENERATION) ? generation : 0;
  }

  /** The counter as it was read with the page. */
  public long counterNow() {
    return now;
  }

  /** Whether there is a clock, and its hypervisor believes in it. */
  public boolean hasTime() {
    boolean right =
        clockStatus() == STATUS_SYNCHRONIZED || clockStatus() == STATUS_FREERUNNING;
    return right && counterId() != COUNTER_NONE && timeType() <= TIME_MONOTONIC;
  }

  /**
   * The time at a count: T1 + P (C - C1).
   *
   * @param counter the count, up to 2^63 to either side of the page's own
   * @return nanoseconds since the epoch of the {@link #timeType}, off the formula by less than two
   */
  public long nanosAt(long counter) {
    long delta = counter - counterValue;
    long elapsed = scaled(Math.abs(delta), period);
    long base = timeSec * SECOND + Math.unsignedMultiplyHigh(timeFrac, SECOND);
    return delta < 0 ? base - elapsed : base + elapsed;
  }

  /**
   * How far {@link #nanosAt} may be off.
   *
   * @param counter the count
   * @return nanoseconds; {@link Long#MAX_VALUE} if the hypervisor does not say
   */
  public long boundNanosAt(long counter) {
    if (!has(FLAG_TIME_MAX_ERROR) || !has(FLAG_PERIOD_MAX_ERROR) || timeMaxError < 0) {
      return Long.MAX_VALUE;
    }
    long grown = scaled(Math.abs(counter - counterValue), periodMaxError);
    long sum = timeMaxError + grown + 2;
    return grown < 0 || sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** A count times a period of 2^-(64 + shift) seconds, in whole nanoseconds. */
  private long scaled(long count, long periods) {
    int shift = octet(mixed, 7);
    long high = Math.unsignedMultiplyHigh(count, periods);
    long low = count * periods;
    if (shift >= Long.SIZE) {
      low = shift >= 2 * Long.SIZE ? 0 : high >>> (shift - Long.SIZE);
      high = 0;
    } else if (shift > 0) {
      low = (low >>> shift) | (high << (Long.SIZE - shift));
      high >>>= shift;
    }
    // Now whole seconds, and 2^-64 of one.
    return high * SECOND + Math.unsignedMultiplyHigh(low, SECOND);
  }
}

package org.timehands.clockevent;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A device that sleeps in another one for most of the time and is awake for the last microseconds,
 * so that the machine's way out of sleep does not count.
 *
 * <p>It programs the other one ahead of time, by a quantile of what that was late by: this it
 * learns, up to a limit. Who is woken before the time spins until then. The {@linkplain
 * #SpinTailDevice spin tail} takes the 90th percentile, so it spins at most expiries, and is hardly
 * late. The {@linkplain #leading lead} takes the 5th: what every way out of sleep takes is not
 * waited for twice, and little is spun. (KVM's lapic_timer_advance_ns does that for its
 * guests.)
 *
 * <p>What it may spend is a share of the time that passes: when the budget is used up it sleeps to
 * the end, as the inner device does.
 */
public final class SpinTailDevice implements ClockEventDevice {
  /*
   * field        | read     | write    | guard
   * deadline     | volatile | volatile | program's calls do not overlap
   * innerAt      | volatile | volatile | as above; before the inner device is programmed
   * tail         | volatile | volatile | the waiter alone writes
   * credit       | volatile | volatile | the waiter alone writes
   * spunNanos    | volatile | volatile | the waiter alone writes
   * stopSpinning | volatile | volatile | none; the waiter takes it
   * others       | the waiter | the waiter | one thread awaits at a time
   */
  /** The longest tail that is allowed, in nanoseconds. */
  public static final long MAX_TAIL_NANOS = 1_000_000;

  /** A budget that most programs can afford: 5 % of one processor. */
  public static final int DEFAULT_BUDGET_PPM = 50_000;

  /** Unspent budget is kept for this much time. */
  private static final long SAVED_NANOS = 200_000_000;

  /** How far the estimate moves at a sample, as a shift of itself; and never less than this. */
  private static final int STEP_SHIFT = 5;

  private static final int LEAD_STEP_SHIFT = 3;
  private static final long STEP_NANOS = 50;
  private static final int PARTS = 1_000_000;

  /** A lead is a low quantile: it goes down by a step at once, and up by a part of one. */
  private static final int LEAD_UP = 19;

  private static final int TAIL_DOWN = 9;

  private final ClockEventDevice inner;
  private final String suffix;
  private final int stepShift;
  private final int up;
  private final int down;
  private final long maxTailNanos;
  private final int budgetPpm;
  private volatile long deadline = NEVER;
  private volatile long innerAt = NEVER;
  private volatile long tail;
  private volatile long credit;
  private volatile long spunNanos;
  private volatile boolean stopSpinning;
  private long creditAt;

  /**
   * A device over another, which it owns.
   *
   * @param inner what sleeps
   * @param maxTailNanos how long to spin at most at one expiry, in [0, 10^6]
   * @param budgetPpm how much of one processor to spend, in parts per million, in [0, 10^6]
   */
  public SpinTailDevice(ClockEventDevice inner, long maxTailNanos, int budgetPpm) {
    this(inner, "+spin", STEP_SHIFT, 1, TAIL_DOWN, maxTailNanos, budgetPpm);
    this.tail = maxTailNanos / 2;
  }

  private SpinTailDevice(
      ClockEventDevice inner,
      String suffix,
      int stepShift,
      int up,
      int down,
      long maxTailNanos,
      int budgetPpm) {
    if (maxTailNanos < 0 || maxTailNanos > MAX_TAIL_NANOS) {
      throw new IllegalArgumentException(
          "spin tail of " + maxTailNanos + " ns must lie in [0, " + MAX_TAIL_NANOS + "]");
    }
    if (budgetPpm < 0 || budgetPpm > PARTS) {
      throw new IllegalArgumentException(
          "spin budget of " + budgetPpm + " ppm must lie in [0, " + PARTS + "]");
    }
    this.inner = Objects.requireNonNull(inner, "inner");
    this.suffix = suffix;
    this.stepShift = stepShift;
    this.up = up;
    this.down = down;
    this.maxTailNanos = maxTailNanos;
    this.budgetPpm = budgetPpm;
    this.creditAt = inner.nowNanos();
    this.credit = share(SAVED_NANOS);
  }

  /**
   * A device that wakes ahead of time by what the other one is late by at nineteen expiries of
   * twenty; for that it spends at most one percent of a processor.
   *
   * @param inner what sleeps; owned by this one from now on
   */
  public static SpinTailDevice leading(ClockEventDevice inner) {
    return new SpinTailDevice(
        inner, "+lead", LEAD_STEP_SHIFT, LEAD_UP, 1, MAX_TAIL_NANOS / 5, DEFAULT_BUDGET_PPM / 5);
  }

  @Override
  public String name() {
    return inner.name() + suffix;
  }

  @Override
  public Set<Feature> features() {
    EnumSet<Feature> features = EnumSet.of(Feature.SPINS);
    features.addAll(inner.features());
    return features;
  }

  @Override
  public Optional<DeviceChoice> choice() {
    return inner.choice();
  }

  @Override
  public long nowNanos() {
    return inner.nowNanos();
  }

  /** How long it spins now at most, as learned, in nanoseconds. */
  public long tailNanos() {
    return credit > 0 ? tail : 0;
  }

  /** How long it has spun in all, in nanoseconds. */
  public long spunNanos() {
    return spunNanos;
  }

  @Override
  public void program(long deadlineNanos) {
    deadline = deadlineNanos;
    long at = deadlineNanos;
    if (deadlineNanos != NEVER) {
      at = deadlineNanos < Long.MIN_VALUE + MAX_TAIL_NANOS ? deadlineNanos
          : deadlineNanos - tailNanos();
    }
    // Nothing can be learned from an instant that has passed already.
    innerAt = at == NEVER || at <= inner.nowNanos() ? NEVER : at;
    inner.program(at);
  }

  @Override
  public boolean await() {
    if (!inner.await()) {
      stopSpinning = false;
      return false;
    }
    long until = deadline;
    long now = inner.nowNanos();
    earn(now);
    learn(now);
    if (until == NEVER) {
      return false;
    }
    // What was programmed meanwhile may be an hour ahead: that is not a tail.
    return now >= until || (until - now <= maxTailNanos && spin(until, now));
  }

  /** Spins until an instant; gives up when another is programmed or somebody kicks. */
  private boolean spin(long until, long fromNanos) {
    long now = fromNanos;
    while (deadline == until && !stopSpinning && now < until) {
      Thread.onSpinWait();
      now = inner.nowNanos();
    }
    stopSpinning = false;
    long spent = Math.max(0, now - fromNanos);
    long spunBefore = spunNanos;
    spunNanos = spunBefore + spent;
    long creditBefore = credit;
    credit = creditBefore - spent;
    return now >= until;
  }

  /** Moves the estimate of the inner device's lateness. */
  private void learn(long now) {
    long at = innerAt;
    innerAt = NEVER;
    if (at == NEVER || now < at) {
      return;
    }
    // From nothing it would take hundreds of samples.
    long estimate = tail == 0 ? (now - at) / 2 : tail;
    long step = Math.max(STEP_NANOS, estimate >> stepShift);
    long moved = now - at > estimate ? estimate + step / up : estimate - step / down;
    tail = Math.clamp(moved, 0, maxTailNanos);
  }

  private void earn(long now) {
    long earned = share(Math.clamp(now - creditAt, 0, SAVED_NANOS));
    creditAt = now;
    long creditBefore = credit;
    credit = Math.min(creditBefore + earned, share(SAVED_NANOS));
  }

  private long share(long nanos) {
    return nanos * budgetPpm / PARTS;
  }

  @Override
  public void kick() {
    stopSpinning = true;
    inner.kick();
  }

  @Override
  public void close() {
    stopSpinning = true;
    inner.close();
  }
}

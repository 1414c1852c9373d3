package org.timehands.stress.timers;

import java.util.SplittableRandom;
import org.timehands.timer.ClockView;
import org.timehands.timer.TimerClocks;

/**
 * A machine without a machine: the host's time, and four clocks of ours that run beside it at a
 * rate of their own, are set, jump, and let time pass between any two looks.
 */
final class VirtualHost implements TimerClocks {
  private static final long MILLION = 1_000_000;
  private static final long SHORT_GAP_NANOS = 40_000;
  static final long LONG_GAP_NANOS = 60_000_000;

  private final SplittableRandom random;
  private long hostNanos;
  private long baseHostNanos;
  private long baseMonoNanos;
  private long ratePpm;
  private long realOffset = 1_700_000_000_000_000_000L;
  private long bootOffset = 5_000_000_000L;
  private long taiOffset = realOffset + 37_000_000_000L;
  private long jumpAtMono = NO_JUMP;
  private long jumpNanos;
  private int gapPermille;
  private long stolenNanos;
  private Violation poison;

  VirtualHost(SplittableRandom random) {
    this.random = random;
    hostNanos = random.nextLong(1_000_000_000_000L);
    baseHostNanos = hostNanos;
    baseMonoNanos = random.nextLong(1_000_000_000_000L);
  }

  /** The host's time; somebody may be descheduled right after he has looked. */
  long hostNanos() {
    long seen = hostNanos;
    gap();
    return seen;
  }

  /** From now on every look ends with this: a broken engine may not end by itself. */
  void poison(Violation broken) {
    poison = poison == null ? broken : poison;
  }

  private void refuse() {
    if (poison != null) {
      throw poison;
    }
  }

  /** The host's time, without time passing. */
  long peekHost() {
    return hostNanos;
  }

  void pass(long nanos) {
    hostNanos += nanos;
    stolenNanos += nanos;
  }

  /** How much time has passed so far that nobody waited for. */
  long stolenNanos() {
    return stolenNanos;
  }

  void passTo(long nanos) {
    hostNanos = Math.max(hostNanos, nanos);
  }

  /** How often somebody is descheduled after a look, in a thousand. */
  void setGaps(int permille) {
    gapPermille = permille;
  }

  boolean hasGaps() {
    return gapPermille > 0;
  }

  private void gap() {
    if (gapPermille > 0 && random.nextInt(1000) < gapPermille) {
      pass(random.nextLong(random.nextInt(10) == 0 ? LONG_GAP_NANOS : SHORT_GAP_NANOS));
    }
  }

  /** Our clocks' rate against the host's from now on: ppm too fast. */
  void setRate(long ppm) {
    baseMonoNanos = mono();
    baseHostNanos = hostNanos;
    ratePpm = ppm;
  }

  long ratePpm() {
    return ratePpm;
  }

  /** Steps REALTIME, and TAI with it. */
  void step(long nanos) {
    realOffset += nanos;
    taiOffset += nanos;
  }

  /** The machine has slept: all but MONOTONIC move on. */
  void sleep(long nanos) {
    step(nanos);
    bootOffset += nanos;
  }

  /** Plans a jump of REALTIME by a second, such as a leap second; nobody is told when it comes. */
  void planJump(long inNanos, long nanos) {
    settleJump();
    jumpAtMono = mono() + inNanos;
    jumpNanos = nanos;
  }

  private void settleJump() {
    realOffset += jumped();
    jumpAtMono = NO_JUMP;
    jumpNanos = 0;
  }

  private long jumped() {
    return mono() >= jumpAtMono ? jumpNanos : 0;
  }

  private long mono() {
    long passed = hostNanos - baseHostNanos;
    return baseMonoNanos + passed + passed / MILLION * ratePpm
        + passed % MILLION * ratePpm / MILLION;
  }

  /** How long ago REALTIME has jumped on by itself, on MONOTONIC; far, if it has not. */
  long sinceJumpOn() {
    return jumped() > 0 ? mono() - jumpAtMono : Long.MAX_VALUE;
  }

  /** Whether REALTIME jumps back by itself: then what was due may not be any more. */
  boolean jumpsBack() {
    return jumpNanos < 0;
  }

  /** A clock's time without time passing: MONOTONIC, REALTIME, BOOTTIME, TAI. */
  long peek(int clock) {
    return switch (clock) {
      case 0 -> mono();
      case 1 -> mono() + realOffset + jumped();
      case 2 -> mono() + bootOffset;
      default -> mono() + taiOffset;
    };
  }

  @Override
  public void read(ClockView into) {
    refuse();
    into.set(peek(0), peek(1), peek(2), peek(3));
    gap();
  }

  @Override
  public long monotonicNanos() {
    refuse();
    long seen = mono();
    gap();
    return seen;
  }

  @Override
  public long nextJumpMonotonicNanos(ClockView view) {
    return jumpAtMono;
  }
}

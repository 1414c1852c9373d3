package org.timehands.clocksource;

import java.util.Objects;
import org.timehands.linux.Counter;

/**
 * The processor's own counter as a clocksource: x86-64's time stamp counter ({@code tsc}), arm64's
 * virtual counter ({@code arch_sys_counter}).
 *
 * <p>The cheapest and finest counter there is, and the only one whose read waits for nobody. On
 * x86-64 nothing in the architecture says that it may drive time, so it needs {@link Admission};
 * the arm64 counter is constant, always on and equal on all CPUs by definition, and is checked all
 * the same. Its frequency comes from {@link Calibration}.
 *
 * <p>Immutable and thread-safe. Make one only where {@link Counter#available} says yes.
 */
public final class NativeClockSource implements ClockSource {
  /** Whether this JVM's processor is an arm64. */
  private static final boolean ARM64 = System.getProperty("os.arch").equals("aarch64");

  /** Linux gives a trusted TSC this rating. */
  private static final int RATING_TSC = 300;

  /** Linux gives arm64's counter this rating. */
  private static final int RATING_CNTVCT = 400;

  private static final int FULL_WIDTH = 64;

  private final long id;
  private final long frequencyHz;
  private final long readCostNanos;
  private final Admission admission;

  /**
   * The counter as examined.
   *
   * @param era the {@code era} of its {@link #id}
   * @param frequencyHz as calibrated, positive
   * @param readCostNanos as measured
   * @param admission what the examination said
   * @throws IllegalStateException if the counter cannot be read here
   */
  public NativeClockSource(long era, long frequencyHz, long readCostNanos, Admission admission) {
    if (!Counter.available()) {
      throw new IllegalStateException("the counter cannot be read: " + Counter.whyNot());
    }
    if (frequencyHz < 1) {
      throw new IllegalArgumentException(
          "frequency of " + frequencyHz + " Hz must be positive: calibrate first");
    }
    this.id = ClockSource.idOf(kind(), era);
    this.frequencyHz = frequencyHz;
    this.readCostNanos = readCostNanos;
    this.admission = Objects.requireNonNull(admission, "admission");
  }

  /**
   * The counter as another process calibrated and examined it: for reading what that one steers.
   *
   * @param era the {@code era} of its {@link #id}
   * @param frequencyHz what the other one says, positive
   * @throws IllegalStateException if the counter cannot be read here
   */
  public static NativeClockSource unexamined(long era, long frequencyHz) {
    return new NativeClockSource(era, frequencyHz, 0, Admission.unexamined());
  }

  /** The kind of this machine's counter: {@link #TSC} or {@link #CNTVCT}. */
  public static long kind() {
    return ARM64 ? CNTVCT : TSC;
  }

  /** The name of this machine's counter, as Linux has it. */
  public static String nameHere() {
    return ARM64 ? "arch_sys_counter" : "tsc";
  }

  @Override
  public String name() {
    return nameHere();
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public int widthBits() {
    return FULL_WIDTH;
  }

  @Override
  public long frequencyHz() {
    return frequencyHz;
  }

  @Override
  public int rating() {
    return admission.admitted() ? ratingWhenAdmitted() : 1;
  }

  /** The rating that an admitted counter of this machine has. */
  static int ratingWhenAdmitted() {
    return ARM64 ? RATING_CNTVCT : RATING_TSC;
  }

  @Override
  public String ratingReason() {
    return admission.reason();
  }

  @Override
  public long read() {
    return Counter.readOrdered();
  }

  @Override
  public long readRelaxed() {
    return Counter.readRelaxed();
  }

  @Override
  public long readCostNanos() {
    return readCostNanos;
  }

  @Override
  public long driftBoundPpb() {
    return DriftBounds.CRYSTAL_PPB;
  }

  @Override
  public long skewBoundCycles() {
    return admission.skewBoundCycles();
  }

  @Override
  public SuspendBehaviour suspend() {
    return admission.suspend();
  }

  @Override
  public boolean validForHighResolution() {
    return admission.admitted();
  }
}

package org.timehands.clocksource;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.mischief.Mischief;

/**
 * A simulated counter over a true time that the test supplies: exact, deterministic, of any width
 * and frequency, and lying on request.
 *
 * <p>It counts {@code frequency * (1 + drift)} cycles in a second of true time, rounded down, from
 * a start value and modulo its width. It can be stopped, made to jump, to drift, to differ between
 * CPUs, to glitch in one read, and put to sleep. No floating point is involved: the rate is a
 * multiple of 2^-64 cycles per nanosecond, rounded up, so that whole cycles end when they should;
 * that makes less than one cycle in 500 years.
 *
 * <p>Reads are thread-safe and wait-free; changes may come from any thread, one after another. True
 * time must not go back; while it seems to, as when another thread has changed the counter
 * meanwhile, the counter stands.
 */
/*
 * field       | read     | write              | guard
 * law         | volatile | volatile           | this (writers only)
 * skewCycles  | volatile | volatile, copy     | this (writers only)
 * counted     | volatile | volatile           | this (writers only)
 * nature      | volatile | volatile           | this (writers only)
 * nextGlitch  | volatile | set, getAndSet     | none: one read takes it
 */
public final class SimulatedClockSource implements ClockSource {
  private static final int FULL_WIDTH = 64;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long PPT_PER_PPB = 1_000;
  private static final Slope STANDING = new Slope(0, 0);

  private final Settings settings;
  private final LongSupplier trueNanos;
  private final IntSupplier cpu;
  private final Slope cyclesPerNano;
  private final long mask;
  private final AtomicLong nextGlitch = new AtomicLong();
  private volatile Law law;
  private volatile long[] skewCycles = new long[0];
  /** The bits that it really counts. */
  private volatile long counted;
  /** What it really does in sleep. */
  private volatile SuspendBehaviour nature;

  /** How the counter moves from a moment on; never changed, only replaced. */
  private record Law(
      long anchorNanos, long cycles, long fraction, Slope rate, boolean stopped, boolean asleep) {
    /** Cycles per nanosecond as things stand. */
    Slope effectiveRate() {
      return stopped || asleep ? STANDING : rate;
    }

    long sinceAnchor(long nowNanos) {
      return Math.max(0, nowNanos - anchorNanos);
    }

    long cyclesAt(long nowNanos) {
      Slope now = effectiveRate();
      return cycles
          + Fixed.wholeNanos(sinceAnchor(nowNanos), now.whole(), now.fraction(), fraction);
    }

    /** The same movement told from a later moment on: nothing is lost. */
    Law at(long nowNanos) {
      Slope now = effectiveRate();
      return new Law(
          Math.max(anchorNanos, nowNanos),
          cyclesAt(nowNanos),
          Fixed.fraction(sinceAnchor(nowNanos), now.fraction(), fraction),
          rate,
          stopped,
          asleep);
    }

    Law withCycles(long to) {
      return new Law(anchorNanos, to, fraction, rate, stopped, asleep);
    }

    Law withRate(Slope to) {
      return new Law(anchorNanos, cycles, fraction, to, stopped, asleep);
    }

    Law withStopped(boolean to) {
      return new Law(anchorNanos, cycles, fraction, rate, to, asleep);
    }

    Law withAsleep(boolean to) {
      return new Law(anchorNanos, cycles, fraction, rate, stopped, to);
    }
  }

  /**
   * What a simulated counter says of itself.
   *
   * @param name at most 31 characters
   * @param id its {@link ClockSource#id}, of a kind from {@link #SIMULATED} on
   * @param rating in [1, 499]
   * @param frequencyHz nominal, in [1, 10^12]
   * @param widthBits in [8, 64]
   * @param startCycles what it reads when it is made, within its width
   * @param suspend what {@link #sleep} does; not UNKNOWN, because a simulation knows
   * @param driftBoundPpb what it declares, true or not
   * @param skewBoundCycles what it declares, true or not
   */
  public record Settings(
      String name,
      long id,
      int rating,
      long frequencyHz,
      int widthBits,
      long startCycles,
      SuspendBehaviour suspend,
      long driftBoundPpb,
      long skewBoundCycles) {
    private static final long MAX_FREQUENCY_HZ = 1_000_000_000_000L;
    private static final int MIN_WIDTH = 8;
    private static final int MAX_NAME = 31;

    /** Checks the ranges. */
    public Settings {
      Objects.requireNonNull(suspend, "suspend");
      check(!name.isEmpty() && name.length() <= MAX_NAME, "name", name, "1 to 31 characters");
      check(ClockSource.kindOf(id) >= SIMULATED, "id", id, "a kind from 256 on");
      check(rating >= 1 && rating <= RATING_MAX, "rating", rating, "1 to 499");
      check(
          frequencyHz >= 1 && frequencyHz <= MAX_FREQUENCY_HZ,
          "frequency", frequencyHz, "1 to 10^12 Hz");
      check(
          widthBits >= MIN_WIDTH && widthBits <= FULL_WIDTH, "width", widthBits, "8 to 64 bits");
      check(
          widthBits == FULL_WIDTH || startCycles >>> widthBits == 0,
          "start", startCycles, "at most " + widthBits + " bits");
      check(suspend != SuspendBehaviour.UNKNOWN, "suspend behaviour", suspend, "a known one");
    }

    /** An honest 64-bit counter of some frequency, starting at 0 and running on in sleep. */
    public static Settings of(long frequencyHz) {
      return new Settings(
          "simulated", SIMULATED, 1, frequencyHz, FULL_WIDTH, 0, SuspendBehaviour.RUNS_ON, 0, 0);
    }

    /** The same under another name, id and rating. */
    public Settings named(String newName, long newId, int newRating) {
      return new Settings(
          newName, newId, newRating, frequencyHz, widthBits, startCycles, suspend, driftBoundPpb,
          skewBoundCycles);
    }

    /** The same of another width and start. */
    public Settings counting(int newWidthBits, long newStartCycles) {
      return new Settings(
          name, id, rating, frequencyHz, newWidthBits, newStartCycles, suspend, driftBoundPpb,
          skewBoundCycles);
    }

    /** The same with another behaviour in sleep. */
    public Settings sleeping(SuspendBehaviour newSuspend) {
      return new Settings(
          name, id, rating, frequencyHz, widthBits, startCycles, newSuspend, driftBoundPpb,
          skewBoundCycles);
    }

    /** The same with other declared bounds. */
    public Settings declaring(long newDriftBoundPpb, long newSkewBoundCycles) {
      return new Settings(
          name, id, rating, frequencyHz, widthBits, startCycles, suspend, newDriftBoundPpb,
          newSkewBoundCycles);
    }

    static void check(boolean ok, String what, Object value, String allowed) {
      if (!ok) {
        throw new IllegalArgumentException(
            "simulated counter's " + what + " is " + value + ", allowed: " + allowed);
      }
    }
  }

  /**
   * A counter whose reads all come from CPU 0 unless the reader names another.
   *
   * @param settings what it is
   * @param trueNanos true time in nanoseconds, never going back
   */
  public SimulatedClockSource(Settings settings, LongSupplier trueNanos) {
    this(settings, trueNanos, () -> 0);
  }

  /**
   * A counter that is told which CPU a read comes from.
   *
   * @param settings what it is
   * @param trueNanos true time in nanoseconds, never going back
   * @param cpu the CPU that the calling thread runs on, from 0
   */
  public SimulatedClockSource(Settings settings, LongSupplier trueNanos, IntSupplier cpu) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.trueNanos = Objects.requireNonNull(trueNanos, "trueNanos");
    this.cpu = Objects.requireNonNull(cpu, "cpu");
    this.cyclesPerNano = roundedUp(settings.frequencyHz);
    this.mask = -1L >>> (FULL_WIDTH - settings.widthBits);
    this.counted = mask;
    this.nature = settings.suspend;
    this.law =
        new Law(trueNanos.getAsLong(), settings.startCycles, 0, cyclesPerNano, false, false);
  }

  /** Makes it stand still until {@link #go}. */
  public synchronized void stop() {
    law = lawNow().withStopped(true);
  }

  /** Ends a {@link #stop}. */
  public synchronized void go() {
    law = lawNow().withStopped(false);
  }

  /** Moves it by some cycles at once; negative ones move it back. */
  public synchronized void jump(long byCycles) {
    Law now = lawNow();
    law = now.withCycles(now.cycles + byCycles);
  }

  /**
   * Sets its rate off the nominal one.
   *
   * @param ppb parts per billion, in (-10^9, 10^9); 0 makes it honest again
   */
  public synchronized void driftPpb(long ppb) {
    law = lawNow().withRate(cyclesPerNano.plusPpt(Math.multiplyExact(ppb, PPT_PER_PPB)));
  }

  /** Its present rate in cycles per nanosecond of true time, exactly; 0 while it stands. */
  Slope cyclesPerNano() {
    return law.effectiveRate();
  }

  /** Puts one CPU's reads off the others' by some cycles. */
  public synchronized void skew(int onCpu, long byCycles) {
    long[] skew = Arrays.copyOf(skewCycles, Math.max(onCpu + 1, skewCycles.length));
    skew[onCpu] = byCycles;
    skewCycles = skew;
  }

  /** Lets it count fewer bits than it says, in [8, 64]: it wraps before it should. */
  public synchronized void wrapAt(int bits) {
    Settings.check(bits >= 8 && bits <= FULL_WIDTH, "true width", bits, "8 to 64 bits");
    counted = mask & -1L >>> (FULL_WIDTH - bits);
  }

  /** Lets it do something in sleep that it does not say; not UNKNOWN. */
  public synchronized void sleepLike(SuspendBehaviour truth) {
    Settings.check(
        truth != SuspendBehaviour.UNKNOWN, "true suspend behaviour", truth, "a known one");
    nature = truth;
  }

  /** Makes the next read, and no other, wrong by some cycles. */
  public void glitch(long byCycles) {
    nextGlitch.set(byCycles);
  }

  /** Suspends the machine: what the counter does then, its settings say, or {@link #sleepLike}. */
  public synchronized void sleep() {
    law = lawNow().withAsleep(nature != SuspendBehaviour.RUNS_ON);
  }

  /** Resumes the machine. */
  public synchronized void wake() {
    Law now = lawNow();
    if (now.asleep && nature == SuspendBehaviour.RESETS) {
      now = now.withCycles(0);
    }
    law = now.withAsleep(false);
  }

  /** What it reads on one CPU, from 0. */
  public long readOn(int onCpu) {
    if (Mischief.ON) {
      Mischief.counter();
    }
    long[] skews = skewCycles;
    long skew = onCpu < skews.length ? skews[onCpu] : 0;
    long glitch = nextGlitch.get() == 0 ? 0 : nextGlitch.getAndSet(0);
    return (law.cyclesAt(trueNanos.getAsLong()) + skew + glitch) & counted;
  }

  @Override
  public long read() {
    return readOn(cpu.getAsInt());
  }

  @Override
  public String name() {
    return settings.name;
  }

  @Override
  public long id() {
    return settings.id;
  }

  @Override
  public int widthBits() {
    return settings.widthBits;
  }

  @Override
  public long frequencyHz() {
    return settings.frequencyHz;
  }

  @Override
  public int rating() {
    return settings.rating;
  }

  @Override
  public String ratingReason() {
    return "simulated";
  }

  /** Nothing: simulated reads take no time of their own. */
  @Override
  public long readCostNanos() {
    return 0;
  }

  @Override
  public long driftBoundPpb() {
    return settings.driftBoundPpb;
  }

  @Override
  public long skewBoundCycles() {
    return settings.skewBoundCycles;
  }

  @Override
  public SuspendBehaviour suspend() {
    return settings.suspend;
  }

  @Override
  public boolean validForHighResolution() {
    return true;
  }

  private static Slope roundedUp(long frequencyHz) {
    Slope down = Slope.of(frequencyHz, NANOS_PER_SECOND);
    // No carry: the true fraction is a multiple of 10^-9, far from one.
    return frequencyHz % NANOS_PER_SECOND == 0
        ? down
        : new Slope(down.whole(), down.fraction() + 1);
  }

  private Law lawNow() {
    return law.at(trueNanos.getAsLong());
  }
}

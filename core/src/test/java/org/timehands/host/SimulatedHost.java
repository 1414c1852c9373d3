package org.timehands.host;

import java.util.SplittableRandom;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapGuard;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * A host in a test: a counter with its own rate, clocks that are slewed, stepped and put to sleep,
 * and a timeline that follows them; all driven by hand, at virtual time.
 */
final class SimulatedHost implements HostClock, HostTimes, ClockSource, AutoCloseable {
  static final long FREQUENCY = 2_300_000_000L;
  static final long ID = SIMULATED;
  static final long SECOND = 1_000_000_000L;

  private final SplittableRandom random;
  private final long pageAddress = Memory.allocate(Page.totalBytes(64), 64);
  /** True time that has passed while awake. */
  private long awakeNanos;
  /** Cycles so far. */
  private long cycles = 1L << 40;
  private double counterPpm;
  private double monoNanos = 1000.0 * SECOND;
  private double hostPpm;
  private long realOffset = 1_700_000_000L * SECOND;
  private long slept = 17 * SECOND;
  boolean isSynchronized = true;
  long maxErrorNanos = 2_000_000;
  /** What adjtimex announces. */
  int announcedLeap;
  /** So long after the instant the host leaps, as in its next tick. */
  long leapLateNanos;
  private int leapToCome;
  private boolean leapWasDue;
  private double leapAtMono;
  long bracketNanos = 60;
  int taiOffsetSeconds = 37;
  /** What the hypervisor says of disruptions; changes count if {@link #tellsDisruptions}. */
  long marker;
  boolean tellsDisruptions = true;
  /** What happens while a sample is taken. */
  Runnable beforeSample = () -> {};

  final Counters counters = new Counters(this);
  final HostSteering steering;
  final TimelineWriter writer;
  final Timeline timeline;
  final HostFollower follower;
  final Sample sample = new Sample();

  SimulatedHost(long seed, StepPolicy policy, double counterPpm) {
    this.random = new SplittableRandom(seed);
    this.counterPpm = counterPpm;
    HostOptions options = HostOptions.defaults().withPolicy(policy).withSlots(64);
    steering = new HostSteering(this, Slope.ofFrequency(FREQUENCY), 20_000, policy);
    HostSample first = new HostSample();
    sample(first);
    Page page = Page.format(pageAddress, 64, new PageIdentity(1, 2, 3, 4, 5));
    writer = TimelineWriter.begin(page, counters, steering.first(first, this, options));
    GapGuard guard = new GapGuard(this, writer, () -> 7 + (tellsDisruptions ? marker : 0));
    writer.setCounterCheck(guard);
    timeline = new Timeline(page, counters, true, guard);
    follower = new HostFollower(writer, timeline, this, steering, options, this);
    follower.setDisruptionCheck(() -> guard.lookForDisruption(timeline));
  }

  /** Lets true time pass. */
  void pass(long nanos) {
    awakeNanos += nanos;
    cycles += (long) (nanos * (FREQUENCY / 1e9) * (1 + counterPpm / 1e6));
    monoNanos += nanos * (1 + hostPpm / 1e6);
    leap();
  }

  /** The host leaps at its next midnight, and says so before, or not. */
  void announceLeap(int sign, boolean told) {
    long day = 86_400 * SECOND;
    long midnight = (Math.floorDiv(hostReal(), day) + 1) * day;
    leapAtMono = (sign > 0 ? midnight : midnight - SECOND) - realOffset;
    leapToCome = sign;
    leapWasDue = false;
    announcedLeap = told ? sign : 0;
  }

  /** How long until the leap, in the host's MONOTONIC; negative after it. */
  long untilLeapNanos() {
    return (long) Math.ceil(leapAtMono - monoNanos);
  }

  /** The host's REALTIME as it should be: without the tick by which it leaps too late. */
  long trueReal() {
    return hostReal() - (leapWasDue && leapToCome != 0 ? leapToCome * SECOND : 0);
  }

  private void leap() {
    leapWasDue = leapToCome != 0 && monoNanos >= leapAtMono;
    if (leapWasDue && monoNanos >= leapAtMono + leapLateNanos) {
      realOffset -= leapToCome * SECOND;
      taiOffsetSeconds += leapToCome;
      leapToCome = 0;
      announcedLeap = 0;
    }
  }

  /** Another counter of this host, of some frequency and off by some ppm of its own. */
  Second second(long id, long hertz, double ppm) {
    return new Second(id, hertz, ppm);
  }

  /** Another counter, and the host sampled against it. */
  final class Second implements ClockSource, HostClock {
    private final long id;
    private final long hertz;
    private final double ppm;
    boolean stands;

    Second(long id, long hertz, double ppm) {
      this.id = id;
      this.hertz = hertz;
      this.ppm = ppm;
    }

    @Override
    public void sample(HostSample into) {
      SimulatedHost.this.sample(into);
      into.cycles = read();
    }

    @Override
    public long read() {
      return (1L << 41) + (stands ? 0 : (long) (awakeNanos * (hertz / 1e9) * (1 + ppm / 1e6)));
    }

    @Override
    public String name() {
      return "second";
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public int widthBits() {
      return 64;
    }

    @Override
    public long frequencyHz() {
      return hertz;
    }

    @Override
    public int rating() {
      return 1;
    }

    @Override
    public String ratingReason() {
      return "for tests";
    }

    @Override
    public long readCostNanos() {
      return 20;
    }

    @Override
    public long driftBoundPpb() {
      return 50_000;
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
      return true;
    }
  }

  /** Lets true time pass and follows the host meanwhile, as the following thread would. */
  void follow(long nanos) {
    long left = nanos;
    while (left > 0) {
      long part = Math.min(left, steering.intervalNanos());
      pass(part);
      follower.step(false);
      left -= part;
    }
  }

  void setHostPpm(double ppm) {
    hostPpm = ppm;
  }

  void setCounterPpm(double ppm) {
    counterPpm = ppm;
  }

  void stepReal(long nanos) {
    realOffset += nanos;
  }

  /** The machine sleeps; the counter runs on. */
  void sleep(long nanos) {
    cycles += (long) (nanos * (FREQUENCY / 1e9));
    slept += nanos;
    realOffset += nanos;
  }

  /** The machine sleeps; the counter stands still. */
  void sleepWithStoppedCounter(long nanos) {
    slept += nanos;
    realOffset += nanos;
  }

  /** The machine sleeps; the counter begins anew. */
  void sleepWithResetCounter(long nanos) {
    sleepWithStoppedCounter(nanos);
    cycles = 0;
  }

  /** The machine is paused: all host clocks go on, the counter jumps by something else. */
  void jumpCounter(long jumpCycles) {
    cycles += jumpCycles;
  }

  Sample readAll() {
    timeline.sample(sample);
    return sample;
  }

  Segment newest() {
    Segment segment = new Segment();
    writer.newest(segment);
    return segment;
  }

  long hostReal() {
    return monoNanos() + realOffset;
  }

  @Override
  public void sample(HostSample into) {
    beforeSample.run();
    long half = bracketNanos / 2 + 1 + random.nextInt(20);
    into.cycles = cycles;
    into.monoNanos = monoNanos() + random.nextLong(-half + 1, half);
    into.monoHalfNanos = half;
    into.realNanos = hostReal() + random.nextLong(-half + 1, half);
    into.realHalfNanos = half;
    into.rawNanos = rawNanos();
    into.bootNanos = bootNanos();
    into.isQualityKnown = true;
    into.isSynchronized = isSynchronized;
    into.maxErrorNanos = isSynchronized ? maxErrorNanos : Long.MAX_VALUE;
    into.taiOffsetSeconds = taiOffsetSeconds;
    into.leapSign = announcedLeap;
  }

  @Override
  public long monoNanos() {
    return (long) monoNanos;
  }

  @Override
  public long rawNanos() {
    return 900 * SECOND + awakeNanos;
  }

  @Override
  public long bootNanos() {
    return monoNanos() + slept;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public long id() {
    return ID;
  }

  @Override
  public int widthBits() {
    return 64;
  }

  @Override
  public long frequencyHz() {
    return FREQUENCY;
  }

  @Override
  public int rating() {
    return 1;
  }

  @Override
  public String ratingReason() {
    return "for tests";
  }

  @Override
  public long read() {
    return cycles;
  }

  @Override
  public long readCostNanos() {
    return 20;
  }

  @Override
  public long driftBoundPpb() {
    return 50_000;
  }

  @Override
  public long skewBoundCycles() {
    return 0;
  }

  @Override
  public SuspendBehaviour suspend() {
    return SuspendBehaviour.RUNS_ON;
  }

  @Override
  public boolean validForHighResolution() {
    return true;
  }

  @Override
  public void close() {
    follower.close();
    Memory.free(pageAddress);
  }
}

package org.timehands.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.timehands.clockevent.Pause;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.EraClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.TimerFd;
import org.timehands.rate.CounterRate;
import org.timehands.timeline.HostTimes;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * Follows the host's clock: samples it, steers the timeline by it, notices its steps at once and
 * keeps the horizon ahead for readers who may not extend it.
 *
 * <p>Only the process that owns a timeline has one; a process that reads needs no thread. If this
 * is late, stopped or gone, readers go on along the last line, and the bound grows.
 *
 * <pre>
 * field     | read            | write           | guard
 * thread    | under lock      | under lock      | lock
 * failure   | volatile        | volatile        | none: the last one counts
 * closed    | volatile        | volatile, once  | none
 * listener  | volatile        | volatile        | none
 * others    | under lock      | under lock      | lock
 * </pre>
 */
public final class HostFollower implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HostFollower.class.getName());

  /** After so many failures in a row the follower gives up. */
  private static final int FAILURES_LIMIT = 10;

  private final TimelineWriter writer;
  private final Timeline timeline;
  private final HostSteering steering;
  private final HostOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private final HostSample sample = new HostSample();
  private final Segment newest = new Segment();
  private final Sample probe = new Sample();
  private HostClock host;
  private ClockSource counter;
  private long heartbeatCycles;
  private long published;
  private long extensionsBefore;
  private long extensions;
  private Thread thread;
  private TimerFd timer;
  private BooleanSupplier disruption = () -> false;
  private volatile boolean closed;
  private volatile RuntimeException failure;
  private volatile SampleListener listener = SampleListener.NONE;

  /**
   * A follower.
   *
   * @param writer the timeline's writer
   * @param timeline the timeline's reader in this process
   * @param host the host's clock, sampled against the timeline's counter
   * @param steering decides
   * @param options heartbeat and policy
   * @param counter the timeline's counter
   */
  public HostFollower(
      TimelineWriter writer,
      Timeline timeline,
      HostClock host,
      HostSteering steering,
      HostOptions options,
      ClockSource counter) {
    this.writer = Objects.requireNonNull(writer, "writer");
    this.timeline = Objects.requireNonNull(timeline, "timeline");
    this.host = Objects.requireNonNull(host, "host");
    this.steering = Objects.requireNonNull(steering, "steering");
    this.options = Objects.requireNonNull(options, "options");
    this.counter = Objects.requireNonNull(counter, "counter");
    lead(Slope.ofFrequency(counter.frequencyHz()));
  }

  private void lead(Slope slope) {
    long leadNanos = HostOptions.BEATS_AHEAD * options.heartbeatNanos();
    heartbeatCycles = Fixed.cyclesUntil(leadNanos, slope, 0, Long.MAX_VALUE);
    writer.page().setLeadCycles(heartbeatCycles);
  }

  /**
   * Goes on by another counter, while readers run: from any thread. Time stands still at the change
   * for less than a microsecond, as a rule, and never goes back. In force once {@link #awaitChange}
   * returns.
   *
   * @param to the new counter
   * @param rate its calibrated rate
   * @param slopeErrorPpb how far that may be off
   * @param sampler samples the host against it
   * @return how long time may have stood still, in nanoseconds; 0 if it is the present counter
   * @throws IllegalStateException if another process owns the page by now
   */
  public long changeCounter(
      ClockSource to, CounterRate rate, long slopeErrorPpb, HostClock sampler) {
    Slope slope = Slope.of(rate);
    long sequence;
    long standstillNanos;
    lock.lock();
    try {
      // Cycles before the machine was moved have lost their meaning on every counter.
      ClockSource next = EraClockSource.in(to, counter.id() >>> 32);
      if (counter.id() == next.id()) {
        return 0;
      }
      timeline.counters().add(next);
      long counted = writer.extensions();
      Handover handover =
          new Handover(
              writer, timeline, counter,
              change -> steering.change(change, next, slope, slopeErrorPpb));
      sequence = handover.append(next, slope, slopeErrorPpb);
      standstillNanos = handover.standstillNanos();
      steering.changed(next, slope, slopeErrorPpb);
      counter = next;
      host = Objects.requireNonNull(sampler, "sampler");
      extensionsBefore += counted;
      published++;
      lead(slope);
      if (heartbeatCycles > 0) {
        writer.promise(heartbeatCycles);
      }
    } finally {
      lock.unlock();
    }
    LOG.log(System.Logger.Level.DEBUG, "segment {0} is on {1}", sequence, to.name());
    return standstillNanos;
  }

  /**
   * Waits until a change of the counter is in force, about as long as time was promised ahead, a
   * step; if the new counter does not count, no longer than a tenth of a second.
   */
  public void awaitChange() {
    Handover.awaitStart(timeline.counters(), writer);
  }

  /**
   * Says how to find out that the machine was moved; asked before and after each sample, which
   * counts only if it was not.
   */
  void setDisruptionCheck(BooleanSupplier check) {
    lock.lock();
    try {
      disruption = Objects.requireNonNull(check, "check");
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes one sample and publishes what follows from it.
   *
   * @param wasSet whether the kernel said that the host's clock was set
   * @return whether a segment was published
   */
  public boolean step(boolean wasSet) {
    lock.lock();
    try {
      if (isDisrupted()) {
        return false;
      }
      // A read first: if the machine slept, the gap guard repairs the line before we measure it.
      timeline.sample(probe);
      host.sample(sample);
      if (isDisrupted()) {
        return false;
      }
      sample.wasSet = wasSet;
      writer.newest(newest);
      listener.sampled(sample, newest.clocksourceId);
      TimelineWriter.Edit edit = steering.decide(sample, newest);
      if (edit == null) {
        return false;
      }
      long counted = writer.extensions();
      if (writer.appendIf(newest.sequence, edit) < 0) {
        return false;
      }
      extensionsBefore += counted;
      published++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Has somebody told of each sample from now on: a journal, for one. */
  public void setSampleListener(SampleListener next) {
    listener = Objects.requireNonNull(next, "next");
  }

  /** Starts the following in a daemon thread; may be called once. */
  public void start() {
    lock.lock();
    try {
      if (thread != null || closed) {
        throw new IllegalStateException("follower was started already, or is closed: make another");
      }
      timer = openTimer();
      thread = Thread.ofPlatform().daemon().name("timehands-follower").start(this::run);
    } finally {
      lock.unlock();
    }
  }

  private static TimerFd openTimer() {
    try {
      return TimerFd.create();
    } catch (IOException | UnsupportedOperationException refused) {
      LOG.log(
          System.Logger.Level.INFO,
          "steps of the host's clock are noticed at the next sample only: "
              + refused.getMessage());
      return null;
    }
  }

  // Deadlines are on the host's clock: ours may have to stand still until a step mends it.
  private void run() {
    long nextNanos = hostNanos();
    int failures = 0;
    while (!closed && failures < FAILURES_LIMIT) {
      try {
        long wait = nextNanos - hostNanos();
        if (options.heartbeatNanos() > 0) {
          beat();
          wait = Math.min(wait, options.heartbeatNanos());
        }
        boolean wasSet = wait > 0 && await(wait);
        if (!closed && (wasSet || hostNanos() >= nextNanos)) {
          step(wasSet);
          nextNanos = hostNanos() + steering.intervalNanos();
          failures = 0;
        }
      } catch (InterruptedException | IOException ended) {
        failure = new IllegalStateException("following the host's clock ended: " + ended, ended);
        return;
      } catch (RuntimeException trouble) {
        failures++;
        failure = trouble;
        LOG.log(System.Logger.Level.WARNING, "following the host's clock failed", trouble);
        nextNanos = hostNanos() + HostSteering.STEADY_NANOS;
        rest();
      }
    }
    if (failures >= FAILURES_LIMIT) {
      LOG.log(
          System.Logger.Level.ERROR,
          "following the host''s clock has ended after {0} failures in a row; readers go on along"
              + " the last line, whose bound grows",
          failures);
    }
  }

  private void beat() {
    lock.lock();
    try {
      if (!isDisrupted()) {
        writer.promise(heartbeatCycles);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the machine was moved since this was asked last. */
  private boolean isDisrupted() {
    lock.lock();
    try {
      if (!disruption.getAsBoolean()) {
        return false;
      }
      writer.newest(newest);
      ClockSource now = timeline.counters().find(newest.clocksourceId);
      counter = now == null ? counter : now;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static long hostNanos() {
    return HostTimes.SYSTEM.monoNanos();
  }

  /** Between a failure and the next try, so that a failing heartbeat makes no storm. */
  private static void rest() {
    try {
      Pause.upTo(Pause.CHUNK_NANOS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean await(long nanos) throws IOException, InterruptedException {
    if (timer == null) {
      Pause.upTo(nanos);
      return false;
    }
    return timer.awaitClockSet(nanos);
  }

  /** The last trouble in the following thread, or null. */
  public RuntimeException failure() {
    return failure;
  }

  /** What following has come to. */
  public HostStatus status() {
    lock.lock();
    try {
      long counted = writer.extensions();
      extensions = extensionsBefore + counted;
      return new HostStatus(
          steering.offsetNanos(),
          steering.offsetHalfNanos(),
          steering.hostRatePpt(),
          steering.hostRateUncertaintyPpt(),
          extensions,
          published,
          writer.retries(),
          writer.recoveries(),
          steering.steps(),
          steering.lastStepNanos(),
          steering.lastStepAtRealNanos());
    } finally {
      lock.unlock();
    }
  }

  /** Ends the following and waits for its thread; the timeline goes on without it. */
  @Override
  public void close() {
    Thread ending;
    lock.lock();
    try {
      closed = true;
      ending = thread;
    } finally {
      lock.unlock();
    }
    if (ending != null && ending.threadId() != Thread.currentThread().threadId()) {
      wake();
      try {
        ending.join(Duration.ofSeconds(5));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (timer != null) {
      closeTimer();
    }
  }

  private void wake() {
    try {
      if (timer != null) {
        timer.wake();
      }
    } catch (IOException unwoken) {
      LOG.log(System.Logger.Level.DEBUG, "the follower wakes at its next beat", unwoken);
    }
  }

  private void closeTimer() {
    try {
      timer.close();
    } catch (IOException lost) {
      LOG.log(System.Logger.Level.DEBUG, "closing the timer failed", lost);
    }
  }
}

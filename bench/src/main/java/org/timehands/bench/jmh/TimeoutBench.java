package org.timehands.bench.jmh;

import io.netty.util.HashedWheelTimer;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/**
 * Arming and cancelling with many armed, by any number of threads: ours beside what a JVM user
 * could take. Each thread has timeouts of its own and takes them in no order; none ever runs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimeoutBench {
  private static final long DELAY_NANOS = 30_000_000_000L;

  /** How many are armed, by all threads together. */
  @Param("400000")
  public int armed;

  /** Whose timeouts. */
  @Param({"kept", "once", "netty", "stpe", "fjp"})
  public String peer;

  private Timeouts ours;
  private HashedWheelTimer netty;
  private ScheduledThreadPoolExecutor stpe;
  private ForkJoinPool fjp;
  private final AtomicInteger next = new AtomicInteger();

  /** One thread's share. */
  @State(Scope.Thread)
  public static class Share {
    private Object[] handles;
    private long random;

    /** Arms the share. */
    @Setup
    public void fill(TimeoutBench bench, BenchmarkParams params) {
      random = bench.next.incrementAndGet() * 0x9E3779B97F4A7C15L;
      handles = new Object[bench.armed / params.getThreads()];
      for (int i = 0; i < handles.length; i++) {
        handles[i] = bench.arm();
      }
    }

    int place() {
      random = random * 6364136223846793005L + 1442695040888963407L;
      return (int) ((random >>> 33) * handles.length >>> 31);
    }
  }

  /** Starts the peer. */
  @Setup
  public void start() {
    switch (peer) {
      case "kept", "once" -> ours = Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT);
      case "netty" -> netty = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
      case "stpe" -> {
        stpe = new ScheduledThreadPoolExecutor(1);
        stpe.setRemoveOnCancelPolicy(true);
      }
      default -> fjp = new ForkJoinPool(1);
    }
  }

  /** Ends it. */
  @TearDown
  public void stop() {
    if (ours != null) {
      ours.close();
    }
    if (netty != null) {
      netty.stop();
    }
    if (stpe != null) {
      stpe.shutdownNow();
    }
    if (fjp != null) {
      fjp.shutdownNow();
    }
  }

  private Object arm() {
    return switch (peer) {
      case "kept" -> {
        Timeout kept = ours.timeout(timeout -> {});
        ours.arm(kept, DELAY_NANOS);
        yield kept;
      }
      case "once" -> ours.after(DELAY_NANOS, timeout -> {});
      case "netty" -> netty.newTimeout(timeout -> {}, DELAY_NANOS, TimeUnit.NANOSECONDS);
      case "stpe" -> stpe.schedule(() -> {}, DELAY_NANOS, TimeUnit.NANOSECONDS);
      default -> fjp.schedule(() -> {}, DELAY_NANOS, TimeUnit.NANOSECONDS);
    };
  }

  /** Cancels one and arms it, or another in its place. */
  @Benchmark
  public Object cancelAndArm(Share share) {
    int place = share.place();
    Object old = share.handles[place];
    switch (peer) {
      case "kept" -> {
        Timeout kept = (Timeout) old;
        kept.cancel();
        ours.arm(kept, DELAY_NANOS);
        return kept;
      }
      case "once" -> ((Timeout) old).cancel();
      case "netty" -> ((io.netty.util.Timeout) old).cancel();
      default -> ((Future<?>) old).cancel(false);
    }
    Object fresh = arm();
    share.handles[place] = fresh;
    return fresh;
  }

  /** Puts one off: the keep-alive of a connection. Peers must cancel and arm for it. */
  @Benchmark
  public Object putOff(Share share) {
    if (!peer.equals("kept")) {
      return cancelAndArm(share);
    }
    Timeout kept = (Timeout) share.handles[share.place()];
    ours.arm(kept, DELAY_NANOS);
    return kept;
  }
}

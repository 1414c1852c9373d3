package org.timehands.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.timehands.timeout.HandleWheel;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.TimeoutWheel;

/** Bare wheels stepped by hand, one thread: cancel one of many in no order and arm it anew. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WheelBench {
  private static final long DELAY = 500;

  /** How many are armed. */
  @Param("400000")
  public int armed;

  private final HandleWheel handles = new HandleWheel();
  private final TimeoutWheel objects = new TimeoutWheel();
  private final DeadlineTimerWheel agrona =
      new DeadlineTimerWheel(TimeUnit.MILLISECONDS, 0, 1, 1024);
  private long[] ofHandles;
  private long[] ofAgrona;
  private Timeout[] once;
  private Timeout[] kept;
  private long random = 42;

  private long random() {
    random = random * 6364136223846793005L + 1442695040888963407L;
    return random >>> 33;
  }

  private int place() {
    return (int) (random() * armed >>> 31);
  }

  private long expires() {
    return DELAY + (random() & 255);
  }

  /** Arms them all on each wheel. */
  @Setup
  public void fill() {
    ofHandles = new long[armed];
    ofAgrona = new long[armed];
    once = new Timeout[armed];
    kept = new Timeout[armed];
    for (int i = 0; i < armed; i++) {
      ofHandles[i] = handles.add(expires());
      ofAgrona[i] = agrona.scheduleTimer(expires());
      once[i] = objects.add(expires(), timeout -> {});
      kept[i] = objects.timeout(timeout -> {});
      objects.arm(kept[i], expires());
    }
  }

  /** Ours, numbers. */
  @Benchmark
  public long handles() {
    int i = place();
    handles.cancel(ofHandles[i]);
    return ofHandles[i] = handles.add(expires());
  }

  /** Ours, an object for each arming. */
  @Benchmark
  public Object once() {
    int i = place();
    once[i].cancel();
    return once[i] = objects.add(expires(), timeout -> {});
  }

  /** Ours, objects that are kept. */
  @Benchmark
  public boolean kept() {
    Timeout timeout = kept[place()];
    timeout.cancel();
    return objects.arm(timeout, expires());
  }

  /** Agrona's. */
  @Benchmark
  public long agrona() {
    int i = place();
    agrona.cancelTimer(ofAgrona[i]);
    return ofAgrona[i] = agrona.scheduleTimer(expires());
  }
}

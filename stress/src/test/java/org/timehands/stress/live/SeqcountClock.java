package org.timehands.stress.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.timehands.clocksource.ClockSource;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.linux.Fd;
import org.timehands.linux.Mapping;
import org.timehands.linux.Memory;
import org.timehands.timeline.Counters;

/**
 * A clock as most systems have it, written to fail in the live tests: base and slope under a
 * sequence counter that is odd while they change.
 *
 * <p>Its reader waits while the counter is odd. Its writer computes the new base at the cycle it
 * sees and publishes it when it comes to that: time goes back by what the old slope gained
 * meanwhile (the race of S1). live_reader.c reads the same file.
 */
final class SeqcountClock implements LiveClock {
  static final String FILE = "seqcount";
  static final long BYTES = 4096;

  private static final long SEQ = 0;
  private static final long CLOCKSOURCE = 8;
  private static final long BASE_CYCLES = 16;
  private static final long BASE_NANOS = 24;
  private static final long SLOPE_INT = 32;
  private static final long SLOPE_FRAC = 40;

  private final long address;
  private final ClockSource counter;
  private final BooleanSupplier stopped;

  private SeqcountClock(long address, ClockSource counter, BooleanSupplier stopped) {
    this.address = address;
    this.counter = counter;
    this.stopped = stopped;
  }

  /** Opens the clock; a read that waits for its writer ends when stopped. */
  static SeqcountClock open(Path directory, Counters counters, BooleanSupplier stopped)
      throws IOException {
    try (Fd fd = Fd.open(directory.resolve(FILE), true)) {
      long at = Mapping.files(new Mapping.Part(fd, BYTES, true)).address();
      ClockSource counter = counters.find(Memory.get(at + CLOCKSOURCE));
      return new SeqcountClock(at, counter, stopped);
    }
  }

  static SeqcountClock create(Path directory, ClockSource counter, Slope slope)
      throws IOException {
    Files.write(directory.resolve(FILE), new byte[(int) BYTES]);
    try (Fd fd = Fd.open(directory.resolve(FILE), true)) {
      long at = Mapping.files(new Mapping.Part(fd, BYTES, true)).address();
      Memory.set(at + CLOCKSOURCE, counter.id());
      Memory.set(at + BASE_CYCLES, counter.read());
      Memory.set(at + SLOPE_INT, slope.whole());
      Memory.set(at + SLOPE_FRAC, slope.fraction());
      Memory.fullFence();
      return new SeqcountClock(at, counter, () -> false);
    }
  }

  @Override
  public long read() {
    while (!stopped.getAsBoolean()) {
      long seq = Memory.getAcquire(address + SEQ);
      if ((seq & 1) != 0) {
        Thread.onSpinWait();
        continue;
      }
      long nanos = nanosAt(counter.read());
      Memory.loadLoadFence();
      if (Memory.get(address + SEQ) == seq) {
        return nanos;
      }
    }
    return Long.MAX_VALUE;
  }

  @Override
  public long readOnly() {
    return read();
  }

  private long nanosAt(long cycles) {
    return Memory.get(address + BASE_NANOS)
        + Fixed.wholeNanos(
            cycles - Memory.get(address + BASE_CYCLES),
            Memory.get(address + SLOPE_INT),
            Memory.get(address + SLOPE_FRAC),
            0);
  }

  /** Changes the slope; may be stopped at either place. */
  void steer(Slope next, Runnable whenComputed, Runnable whenOdd) {
    long cycles = counter.read();
    long nanos = nanosAt(cycles);
    whenComputed.run();
    Memory.setRelease(address + SEQ, Memory.get(address + SEQ) + 1);
    Memory.storeStoreFence();
    Memory.set(address + BASE_CYCLES, cycles);
    Memory.set(address + BASE_NANOS, nanos);
    whenOdd.run();
    Memory.set(address + SLOPE_INT, next.whole());
    Memory.set(address + SLOPE_FRAC, next.fraction());
    Memory.setRelease(address + SEQ, Memory.get(address + SEQ) + 1);
  }
}

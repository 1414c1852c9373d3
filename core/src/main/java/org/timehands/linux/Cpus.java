package org.timehands.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/**
 * The machine's processors, by the kernel's numbers, and threads bound to one of them.
 *
 * <p>All methods may be called from any thread.
 */
public final class Cpus {
  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

  /* More than any kernel is built for (8192). */
  private static final int LIMIT = 65536;

  /* Where a mask begins; the kernel says EINVAL if it has more processors than fit. */
  private static final long FIRST_MASK_BYTES = 128;

  private Cpus() {}

  /** The processors that are switched on, ascending; 0, 1, ... where the system does not tell. */
  public static int[] online() {
    try {
      return parseList(Files.readString(ONLINE).strip());
    } catch (IOException | IllegalArgumentException | SecurityException untold) {
      return IntStream.range(0, Runtime.getRuntime().availableProcessors()).toArray();
    }
  }

  /**
   * The processors the calling thread may run on, ascending.
   *
   * @throws ErrnoException if the system refuses
   * @throws UnsupportedOperationException where native access is denied
   */
  public static int[] affinity() throws ErrnoException {
    NativeAccess.require("asking for a thread's processors");
    for (long bytes = FIRST_MASK_BYTES; ; bytes *= 2) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment mask = arena.allocate(bytes, 8);
        int result = Libc.callInt("sched_getaffinity", 0, bytes, mask.address());
        if (result == -Errno.EINVAL && bytes < LIMIT / 8) {
          continue;
        }
        Libc.check("sched_getaffinity", "", result);
        return BitSet.valueOf(mask.toArray(ValueLayout.JAVA_LONG)).stream().toArray();
      }
    }
  }

  /**
   * Runs a task on a new daemon thread that is bound to one processor.
   *
   * <p>Returns once the thread is bound; the task may have begun.
   *
   * @param cpu the kernel's number of the processor
   * @param task what to run
   * @return the task's end; {@link Future#get} throws what the task threw
   * @throws ErrnoException if the thread cannot be bound: EINVAL if the processor is off or not
   *     given to this process
   * @throws UnsupportedOperationException where native access is denied
   */
  public static Future<?> runOn(int cpu, Runnable task) throws IOException {
    NativeAccess.require("binding a thread to a processor");
    if (cpu < 0 || cpu >= LIMIT) {
      throw new IllegalArgumentException("cpu " + cpu + " is outside 0.." + (LIMIT - 1));
    }
    FutureTask<Void> future = new FutureTask<>(task, null);
    CountDownLatch bound = new CountDownLatch(1);
    int[] result = new int[1];
    Thread.ofPlatform()
        .daemon()
        .name("timehands-cpu-" + cpu)
        .start(
            () -> {
              // If binding itself fails with an exception, EINVAL stands and the latch opens.
              result[0] = -Errno.EINVAL;
              try {
                result[0] = bind(cpu);
              } finally {
                bound.countDown();
              }
              if (result[0] == 0) {
                future.run();
              }
            });
    awaitUninterruptibly(bound);
    Libc.check("sched_setaffinity", "cpu " + cpu, result[0]);
    return future;
  }

  /**
   * Binds the calling thread to one processor, for as long as it lives. Not for virtual threads.
   *
   * @param cpu the kernel's number of the processor
   * @throws ErrnoException as {@link #runOn} does
   */
  public static void bindThread(int cpu) throws ErrnoException {
    NativeAccess.require("binding a thread to a processor");
    if (cpu < 0 || cpu >= LIMIT) {
      throw new IllegalArgumentException("cpu " + cpu + " is outside 0.." + (LIMIT - 1));
    }
    Libc.check("sched_setaffinity", "cpu " + cpu, bind(cpu));
  }

  /**
   * The processor that the calling thread is on; it may be on another one when this returns.
   *
   * @throws UnsupportedOperationException where native access is denied
   */
  public static int current() {
    NativeAccess.require("asking for a thread's processor");
    return Libc.callInt("sched_getcpu");
  }

  /** Reads a list such as {@code 0-3,5,7-8}. */
  static int[] parseList(String text) {
    IntStream all = IntStream.empty();
    for (String piece : text.split(",", -1)) {
      String[] ends = piece.split("-", 2);
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      if (first < 0 || last < first || last >= LIMIT) {
        throw new IllegalArgumentException("processor list " + text);
      }
      all = IntStream.concat(all, IntStream.rangeClosed(first, last));
    }
    return all.sorted().distinct().toArray();
  }

  private static int bind(int cpu) {
    BitSet one = new BitSet();
    one.set(cpu);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask =
          arena.allocateFrom(
              ValueLayout.JAVA_LONG, Arrays.copyOf(one.toLongArray(), cpu / Long.SIZE + 1));
      return Libc.callInt("sched_setaffinity", 0, mask.byteSize(), mask.address());
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException noted) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

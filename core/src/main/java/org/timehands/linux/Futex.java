package org.timehands.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/**
 * A number on which a thread waits until another changes it or an instant of the host's MONOTONIC
 * clock has come: futex(2) with an absolute timeout, which sleeps as {@code clock_nanosleep} does
 * but can be woken.
 *
 * <p>Thread-safe. A waiter should be a platform thread, because the wait holds its carrier. A wait
 * does not hold up a safepoint.
 */
public final class Futex {
  /*
   * field | read     | write       | guard
   * VALUE | volatile | atomic add  | none: the kernel compares it again before it sleeps
   */
  private static final VarHandle VALUE = ValueLayout.JAVA_INT.varHandle();

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /* Private to this process. The bit set makes the timeout absolute. */
  private static final int WAIT_BITSET_PRIVATE = 9 | 128;
  private static final int WAKE_PRIVATE = 1 | 128;
  private static final long ALL_BITS = 0xffff_ffffL;
  private static final long SYSTEM_CALL = Arch.current() == Arch.ARM64 ? 98 : 202;
  private static final int ETIMEDOUT = 110;

  /* A seventh argument: one more than Libc's shape has. Made when the first thread waits. */
  private static final class Calls {
    static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();
    static final long ERRNO =
        CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    static final MethodHandle SYSCALL =
        Linker.nativeLinker()
            .downcallHandle(
                Libc.symbol("syscall"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
  }

  private final MemorySegment word = Arena.ofAuto().allocate(8, 8);

  /**
   * A futex whose value is 0.
   *
   * @throws UnsupportedOperationException where native access is denied
   */
  public Futex() {
    NativeAccess.require("a futex");
  }

  /** The value now. */
  public int value() {
    return (int) VALUE.getVolatile(word, 0L);
  }

  /** Changes the value and wakes whoever waits. */
  public void signal() {
    int before = (int) VALUE.getAndAdd(word, 0L, 1);
    try {
      long result = Libc.callLong("syscall", SYSTEM_CALL, word.address(), WAKE_PRIVATE, 1);
      if (result < 0) {
        throw new IllegalStateException(
            "futex wake of value " + before + " failed: " + Errno.name((int) -result));
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Waits until the value is not the one that was seen, or the instant has come. Returns early on a
   * signal.
   *
   * @param seen the value that was seen
   * @param deadlineNanos the instant, on the host's MONOTONIC clock; {@link Long#MAX_VALUE} for
   *     none
   */
  public void await(int seen, long deadlineNanos) {
    try (Arena arena = Arena.ofConfined()) {
      long timeout = 0;
      if (deadlineNanos != Long.MAX_VALUE) {
        MemorySegment spec = arena.allocate(16, 8);
        long nanos = Math.max(0, deadlineNanos);
        spec.set(ValueLayout.JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
        spec.set(ValueLayout.JAVA_LONG, 8, nanos % NANOS_PER_SECOND);
        timeout = spec.address();
      }
      MemorySegment state = arena.allocate(Calls.CAPTURE);
      long result =
          (long)
              Calls.SYSCALL.invokeExact(
                  state, SYSTEM_CALL, word.address(), (long) WAIT_BITSET_PRIVATE,
                  seen & ALL_BITS, timeout, 0L, ALL_BITS);
      int errno = result < 0 ? state.get(ValueLayout.JAVA_INT, Calls.ERRNO) : 0;
      if (errno != 0 && errno != Errno.EAGAIN && errno != Errno.EINTR && errno != ETIMEDOUT) {
        throw new IllegalStateException("futex wait failed: " + Errno.name(errno));
      }
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}

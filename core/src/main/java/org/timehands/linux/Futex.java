package org.timehands.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
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
 * <p>One thread waits at a time, and it should be a platform thread, because the wait holds its
 * carrier; the rest may be called by any thread. A wait does not hold up a safepoint.
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

  /* One block of native memory: the word, struct timespec. */
  private static final long SPEC = 8;
  private static final long BYTES = SPEC + 16;

  private static final class Calls {
    /* A call of syscall(2) by fewer arguments than it might take: no float is among them, so that
       its being variadic makes no difference. Short, and cannot block. */
    static final MethodHandle WAKE =
        Libc.critical(
            Libc.symbol("syscall").address(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));

    /* A seventh argument: one more than Libc's shape has. */
    static final MethodHandle WAIT =
        Libc.blocking(
            "syscall",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));
  }

  private final MemorySegment word = Arena.ofAuto().allocate(BYTES, 8);
  private final MemorySegment state = Arena.ofAuto().allocate(Libc.captureBytes(), 8);

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
    long result;
    try {
      result =
          (long) Calls.WAKE.invokeExact(SYSTEM_CALL, word.address(), (long) WAKE_PRIVATE, 1L);
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    } finally {
      Reference.reachabilityFence(this);
    }
    if (result < 0) {
      throw new IllegalStateException("futex wake of value " + before + " failed");
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
    long timeout = 0;
    if (deadlineNanos != Long.MAX_VALUE) {
      long nanos = Math.max(0, deadlineNanos);
      word.set(ValueLayout.JAVA_LONG, SPEC, nanos / NANOS_PER_SECOND);
      word.set(ValueLayout.JAVA_LONG, SPEC + 8, nanos % NANOS_PER_SECOND);
      timeout = word.address() + SPEC;
    }
    long result;
    try {
      result =
          (long)
              Calls.WAIT.invokeExact(
                  state, SYSTEM_CALL, word.address(), (long) WAIT_BITSET_PRIVATE,
                  seen & ALL_BITS, timeout, 0L, ALL_BITS);
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    } finally {
      Reference.reachabilityFence(this);
    }
    int errno = result < 0 ? Libc.errno(state) : 0;
    if (errno != 0 && errno != Errno.EAGAIN && errno != Errno.EINTR && errno != ETIMEDOUT) {
      throw new IllegalStateException("futex wait failed: " + Errno.name(errno));
    }
  }
}

package org.timehands.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * The host kernel's clocks, read by {@code clock_gettime} in nanoseconds.
 *
 * <p>The numbers are Linux's clock ids. Which of them a kernel offers differs: ask {@link
 * #supported}. Clocks of real time count from 1970-01-01T00:00:00Z, the others from a moment of the
 * kernel's choice, mostly the boot. Nothing here can set a clock.
 *
 * <p>Where native access is denied, MONOTONIC is {@link System#nanoTime} and REALTIME is {@link
 * Instant#now()}; the others are not supported, and no resolution is known.
 *
 * <p>All methods may be called from any thread; {@link #nanos} neither locks nor allocates and
 * makes no system call for the clocks the kernel's vDSO answers (REALTIME, MONOTONIC, RAW, TAI,
 * BOOTTIME and the coarse two, unless the kernel's own clocksource is one the vDSO cannot read).
 */
public final class HostClocks {
  /** Time of day; stepped and slewed by whoever steers the host. */
  public static final int CLOCK_REALTIME = 0;

  /** Time since boot without sleep; slewed, never stepped. */
  public static final int CLOCK_MONOTONIC = 1;

  /** CPU time of this process. */
  public static final int CLOCK_PROCESS_CPUTIME = 2;

  /** CPU time of the calling thread; a virtual thread sees its carrier's. */
  public static final int CLOCK_THREAD_CPUTIME = 3;

  /** Time since boot without sleep; neither stepped nor slewed. */
  public static final int CLOCK_MONOTONIC_RAW = 4;

  /** REALTIME at the last tick. */
  public static final int CLOCK_REALTIME_COARSE = 5;

  /** MONOTONIC at the last tick. */
  public static final int CLOCK_MONOTONIC_COARSE = 6;

  /** MONOTONIC plus the time asleep. */
  public static final int CLOCK_BOOTTIME = 7;

  /** REALTIME, for timers that wake the machine. */
  public static final int CLOCK_REALTIME_ALARM = 8;

  /** BOOTTIME, for timers that wake the machine. */
  public static final int CLOCK_BOOTTIME_ALARM = 9;

  /** REALTIME plus the TAI offset the kernel was told; equal to REALTIME while it was told none. */
  public static final int CLOCK_TAI = 11;

  /** The first of the auxiliary clocks of Linux 6.18 and later. */
  public static final int CLOCK_AUX_FIRST = 16;

  /** The last of the auxiliary clocks. */
  public static final int CLOCK_AUX_LAST = 23;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /* struct timespec: seconds at 0, nanoseconds at 8. */
  private static final long TIMESPEC_BYTES = 16;

  private static final String[] NAMES = {
    "REALTIME",
    "MONOTONIC",
    "PROCESS_CPUTIME",
    "THREAD_CPUTIME",
    "MONOTONIC_RAW",
    "REALTIME_COARSE",
    "MONOTONIC_COARSE",
    "BOOTTIME",
    "REALTIME_ALARM",
    "BOOTTIME_ALARM",
    "",
    "TAI"
  };

  private static final MethodHandle NANOS = load();

  /* A constant, so that the JIT compiler sees which way nanos() goes. */
  private static final boolean DIRECT = NANOS != null;

  private HostClocks() {}

  /**
   * Reads a clock.
   *
   * @param clock a clock id, such as {@link #CLOCK_MONOTONIC_RAW}
   * @return nanoseconds since the clock's origin
   * @throws IllegalArgumentException if this kernel has no such clock; the message says why
   */
  public static long nanos(int clock) {
    if (!DIRECT) {
      return indirectNanos(clock);
    }
    long nanos;
    try {
      nanos = (long) NANOS.invokeExact(clock);
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    }
    return nanos != HostClockCode.FAILED ? nanos : indirectNanos(clock);
  }

  /** Whether this kernel has the clock and lets it be read. */
  public static boolean supported(int clock) {
    if (!NativeAccess.available()) {
      return clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME;
    }
    try (Arena arena = Arena.ofConfined()) {
      return ask("clock_gettime", clock, arena.allocate(TIMESPEC_BYTES, 8)) == 0;
    }
  }

  /**
   * A clock if it can be read here, else MONOTONIC, which always can.
   *
   * @param clock a clock id
   */
  public static int orMonotonic(int clock) {
    return supported(clock) ? clock : CLOCK_MONOTONIC;
  }

  /**
   * The step in which a clock counts, as the kernel states it.
   *
   * @param clock a clock id
   * @return nanoseconds; empty where native access is denied
   * @throws IllegalArgumentException if this kernel has no such clock
   */
  public static OptionalLong resolutionNanos(int clock) {
    if (!NativeAccess.available()) {
      fallbackNanos(clock);
      return OptionalLong.empty();
    }
    return OptionalLong.of(ask("clock_getres", clock));
  }

  /** A clock's name without the prefix, such as {@code "MONOTONIC_RAW"}; for messages. */
  public static String name(int clock) {
    if (clock >= CLOCK_AUX_FIRST && clock <= CLOCK_AUX_LAST) {
      return "AUX" + (clock - CLOCK_AUX_FIRST);
    }
    boolean known = clock >= 0 && clock < NAMES.length && !NAMES[clock].isEmpty();
    return known ? NAMES[clock] : "clock " + clock;
  }

  /** How a clock is read, in words, for reports. */
  public static String method() {
    if (DIRECT) {
      return "clock_gettime";
    }
    return NativeAccess.available()
        ? "clock_gettime by the slow way: no code page can be made"
        : "the JVM's own clocks: " + NativeAccess.whyNot();
  }

  private static MethodHandle load() {
    if (!NativeAccess.available()) {
      return null;
    }
    try {
      byte[] code =
          HostClockCode.bytes(Arch.current(), Libc.symbol("clock_gettime").address());
      return Libc.critical(
          CodePage.load(List.of(code)).getFirst(),
          FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    } catch (IOException | UnsupportedOperationException refused) {
      System.getLogger("org.timehands.linux")
          .log(
              System.Logger.Level.WARNING,
              "Timehands reads host clocks the slow way, because no code page can be made: {0}",
              refused.getMessage());
      return null;
    }
  }

  /** Reads a clock without the code page, or says why it cannot be read. */
  static long indirectNanos(int clock) {
    return NativeAccess.available()
        ? ask("clock_gettime", clock)
        : fallbackNanos(clock);
  }

  private static long fallbackNanos(int clock) {
    return switch (clock) {
      case CLOCK_MONOTONIC -> System.nanoTime();
      case CLOCK_REALTIME -> {
        Instant now = Instant.now();
        yield now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
      }
      default ->
          throw new IllegalArgumentException(
              "the host's clock "
                  + name(clock)
                  + " cannot be read, only MONOTONIC and REALTIME: "
                  + NativeAccess.whyNot());
    };
  }

  private static long ask(String function, int clock) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(TIMESPEC_BYTES, 8);
      int result = ask(function, clock, answer);
      if (result < 0) {
        throw new IllegalArgumentException(
            "the host's clock "
                + name(clock)
                + " (id "
                + clock
                + ") cannot be read: "
                + Errno.name(-result)
                + "; this kernel ("
                + HostInfo.kernelRelease()
                + ") lacks it or has it switched off");
      }
      return answer.get(ValueLayout.JAVA_LONG, 0) * NANOS_PER_SECOND
          + answer.get(ValueLayout.JAVA_LONG, 8);
    }
  }

  /** Calls a function of the shape {@code int f(clockid_t, struct timespec *)}. */
  private static int ask(String function, int clock, MemorySegment answer) {
    return Libc.callInt(function, clock, answer.address());
  }
}

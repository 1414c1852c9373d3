package org.timehands.bench.bed;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.timehands.linux.HostClocks;

/** Single reads that the benchmarks compare with and that no library offers. */
public final class Reads {
  /* Two instructions of C: what remains is what any critical downcall costs. */
  private static final MethodHandle LABS =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("labs").orElseThrow(),
              FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
              Linker.Option.critical(false));

  private Reads() {}

  /** A critical downcall that does as good as nothing. */
  public static long emptyDowncall(long argument) {
    try {
      return (long) LABS.invokeExact(argument);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Five clocks by five calls: the sum, so that no call is left out. */
  public static long fiveClocks() {
    return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC)
        + HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW)
        + HostClocks.nanos(HostClocks.CLOCK_REALTIME)
        + HostClocks.nanos(HostClocks.CLOCK_BOOTTIME)
        + HostClocks.nanos(HostClocks.CLOCK_TAI);
  }
}

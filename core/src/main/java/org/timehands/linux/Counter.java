package org.timehands.linux;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.timehands.mischief.Mischief;

/**
 * The processor's own counter: the time stamp counter (TSC) on x86-64, the virtual counter
 * (CNTVCT) on arm64; read without a system call.
 *
 * <p>Values are 64-bit counts of unstated frequency; differences are taken modulo 2^64. That the
 * counter may be read does not say that it may drive a clock: whether it runs evenly, goes on
 * through sleep and agrees between processors is for the clocksource to find out.
 *
 * <p>Where it cannot be read, {@link #available} is false and every read throws {@link
 * IllegalStateException} with the reason. All methods may be called from any thread and allocate
 * nothing.
 */
public final class Counter {
  /*
   * Each read is a few bytes of machine code called through a constant method handle, which the
   * JIT compiler turns into a plain call: no thread state change (the option "critical"), no
   * argument, no lookup. A handle that is not a constant costs half as much again.
   *
   * Why ordered. A thread that has seen another's message must not read an older count than the
   * sender did, but a processor may run rdtsc before an earlier load has its value:
   *
   *   sender                       receiver
   *   c1 = count                   c2 = count   (ran early, while the load waits)
   *   store message                load message
   *                                c2 < c1 although the message was seen
   *
   * rdtscp, or lfence before rdtsc, or isb on arm64, make the count wait for the loads before it.
   * Nothing is needed after it: a store is not seen before the instructions ahead of it retire.
   * CounterTest.orderedReadsNeverGoBackBetweenThreads holds this.
   */
  private static final FunctionDescriptor READ = FunctionDescriptor.of(ValueLayout.JAVA_LONG);

  private static final boolean HAS_RDTSCP =
      Arch.current() == Arch.X86_64 && HostInfo.cpuFlags().contains("rdtscp");

  private static final String WHY_NOT;
  private static final MethodHandle RELAXED;
  private static final MethodHandle ORDERED;
  private static final MethodHandle FENCED;
  private static final MethodHandle FREQUENCY;

  static {
    Map<CounterCode.Kind, MethodHandle> reads = new EnumMap<>(CounterCode.Kind.class);
    WHY_NOT = load(reads);
    MethodHandle refuse = refusal();
    RELAXED = reads.getOrDefault(CounterCode.Kind.RELAXED, refuse);
    ORDERED =
        reads.getOrDefault(
            Arch.current() == Arch.X86_64 && !HAS_RDTSCP
                ? CounterCode.Kind.FENCED
                : CounterCode.Kind.ORDERED,
            refuse);
    FENCED = reads.getOrDefault(CounterCode.Kind.FENCED, refuse);
    FREQUENCY = reads.get(CounterCode.Kind.FREQUENCY);
  }

  private Counter() {}

  /** Whether the counter can be read in this JVM. */
  public static boolean available() {
    return WHY_NOT.isEmpty();
  }

  /** Why the counter cannot be read; empty if it can. */
  public static String whyNot() {
    return WHY_NOT;
  }

  /**
   * Reads the counter after every load that precedes the call in this thread.
   *
   * <p>So a thread that has seen what another wrote after its read gets a count not below that
   * one's, on processors whose counters agree. Uses {@code rdtscp}; {@code lfence; rdtsc} where
   * the processor lacks it; {@code isb; mrs cntvct_el0} on arm64.
   *
   * @return the count
   * @throws IllegalStateException if not {@link #available}
   */
  public static long readOrdered() {
    if (Mischief.ON) {
      Mischief.counter();
    }
    try {
      return (long) ORDERED.invokeExact();
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    }
  }

  /**
   * Reads the counter at any time the processor likes, within its window of execution.
   *
   * <p>Cheaper than {@link #readOrdered}, and enough for one thread's own intervals; between
   * threads it may seem to run backwards by some microseconds. Uses {@code rdtsc}, or {@code mrs
   * cntvct_el0} alone.
   *
   * @return the count
   * @throws IllegalStateException if not {@link #available}
   */
  public static long readRelaxed() {
    if (Mischief.ON) {
      Mischief.counter();
    }
    try {
      return (long) RELAXED.invokeExact();
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    }
  }

  /**
   * Reads the counter in the order of {@link #readOrdered}, always by a fence and the plain read.
   *
   * <p>For comparing the two; {@link #readOrdered} has chosen already.
   *
   * @return the count
   * @throws IllegalStateException if not {@link #available}
   */
  public static long readFenced() {
    if (Mischief.ON) {
      Mischief.counter();
    }
    try {
      return (long) FENCED.invokeExact();
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    }
  }

  /** The instructions {@link #readOrdered} uses, in the words of an assembler. */
  public static String orderedInstructions() {
    return switch (Arch.current()) {
      case X86_64 -> HAS_RDTSCP ? "rdtscp" : "lfence; rdtsc";
      case ARM64 -> "isb; mrs cntvct_el0";
      case OTHER -> "none";
    };
  }

  /**
   * The frequency in Hz that the architecture itself states (arm64's CNTFRQ_EL0); 0 on x86-64,
   * where it must be measured, or if not {@link #available}.
   */
  public static long statedFrequencyHz() {
    if (FREQUENCY == null) {
      return 0;
    }
    try {
      return (long) FREQUENCY.invokeExact();
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    }
  }

  /** Fills in the reads, or says why there are none. */
  private static String load(Map<CounterCode.Kind, MethodHandle> reads) {
    if (!NativeAccess.available()) {
      return NativeAccess.whyNot();
    }
    List<CounterCode.Kind> kinds = kinds(Arch.current());
    List<byte[]> code = new ArrayList<>();
    for (CounterCode.Kind kind : kinds) {
      code.add(CounterCode.bytes(Arch.current(), kind));
    }
    try {
      List<Long> addresses = CodePage.load(code);
      for (int i = 0; i < kinds.size(); i++) {
        reads.put(kinds.get(i), Libc.critical(addresses.get(i), READ));
      }
      return "";
    } catch (IOException | UnsupportedOperationException refused) {
      return "the system lets no code page be made: " + refused.getMessage();
    }
  }

  private static List<CounterCode.Kind> kinds(Arch arch) {
    List<CounterCode.Kind> kinds = new ArrayList<>(List.of(CounterCode.Kind.values()));
    if (arch == Arch.X86_64) {
      kinds.remove(CounterCode.Kind.FREQUENCY);
    }
    return kinds;
  }

  private static MethodHandle refusal() {
    LongSupplier refuse =
        () -> {
          throw new IllegalStateException("the counter cannot be read: " + WHY_NOT);
        };
    try {
      return MethodHandles.lookup()
          .findVirtual(LongSupplier.class, "getAsLong", MethodType.methodType(long.class))
          .bindTo(refuse);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError("LongSupplier.getAsLong", impossible);
    }
  }
}

package org.timehands.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls into the C library that may block or fail: every result is either what the function
 * returned or the negative error number.
 *
 * <p>Load this class only if {@link NativeAccess#available()}. All methods may be called from any
 * thread; a blocking call does not hold up a safepoint, because nothing here is a critical call.
 */
final class Libc {
  /*
   * One shape for all. On x86-64 and arm64 an integer argument travels in a register, up to six of
   * them on both, and a callee looks only at those it declares; a C int is read from the low half.
   * So one handle of six longs serves every function, and the JVM spins one call stub in place of
   * thirty. firstVariadicArg covers open, fcntl and prctl (on x86-64 it clears al, which counts
   * floating-point arguments); it changes nothing for the others.
   */
  private static final Linker LINKER = Linker.nativeLinker();

  private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();

  private static final long ERRNO_OFFSET =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(0));

  private static final ConcurrentHashMap<String, MemorySegment> SYMBOLS =
      new ConcurrentHashMap<>();

  private Libc() {}

  /** Calls a function that returns a C int. */
  static int callInt(String function, long... arguments) {
    return (int) call(function, true, arguments);
  }

  /** Calls a function that returns a C long or a pointer. */
  static long callLong(String function, long... arguments) {
    return call(function, false, arguments);
  }

  /** As {@link #callInt}, with a negative result thrown. */
  static int checkInt(String function, String path, long... arguments) throws ErrnoException {
    return (int) check(function, path, callInt(function, arguments));
  }

  /** As {@link #callLong}, with a negative result thrown. */
  static long checkLong(String function, String path, long... arguments) throws ErrnoException {
    return check(function, path, callLong(function, arguments));
  }

  /** Passes a result through, or throws what a negative one stands for. */
  static long check(String function, String path, long result) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(function, path, (int) -result);
    }
    return result;
  }

  /** Writes a zero-terminated string that lives as long as the arena. */
  static long string(Arena arena, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a name may not contain a zero byte");
    }
    return arena.allocateFrom(text, StandardCharsets.UTF_8).address();
  }

  /** The address of a C library function. */
  static MemorySegment symbol(String function) {
    return SYMBOLS.computeIfAbsent(
        function,
        name ->
            LINKER
                .defaultLookup()
                .find(name)
                .orElseThrow(
                    () ->
                        new UnsupportedOperationException(
                            "this system's C library has no function " + name)));
  }

  static boolean has(String function) {
    return LINKER.defaultLookup().find(function).isPresent();
  }

  /** A call that does not leave Java: for short functions that cannot block. */
  static MethodHandle critical(long address, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        MemorySegment.ofAddress(address), descriptor, Linker.Option.critical(false));
  }

  /**
   * A call of one function that may block, so it leaves Java: safepoints do not wait for it. Its
   * first argument is where errno is captured, of {@link #captureBytes} bytes; for those who call
   * too often to look the function up and to make room each time.
   */
  static MethodHandle blocking(String function, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        symbol(function),
        descriptor,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(0));
  }

  /** How much room a blocking call wants for errno. */
  static long captureBytes() {
    return CAPTURE.byteSize();
  }

  /** What a blocking call has captured. */
  static int errno(MemorySegment state) {
    return state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
  }

  private static long call(String function, boolean narrow, long[] given) {
    MemorySegment target = symbol(function);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CAPTURE);
      long raw =
          (long)
              CALL.invokeExact(
                  target,
                  state,
                  argument(given, 0),
                  argument(given, 1),
                  argument(given, 2),
                  argument(given, 3),
                  argument(given, 4),
                  argument(given, 5));
      // The upper half of a register that carries a C int is undefined.
      long result = narrow ? (int) raw : raw;
      return result == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET) : result;
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    }
  }

  private static long argument(long[] given, int index) {
    return index < given.length ? given[index] : 0;
  }
}

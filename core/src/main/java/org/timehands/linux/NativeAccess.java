package org.timehands.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Whether this JVM lets us call native code on a platform we know: 64-bit Linux on x86-64 or
 * arm64.
 *
 * <p>The answer is found once, when the class is loaded, and never changes. If it is no, that is
 * logged once as a warning and every part of the library that needs native code falls back or
 * refuses with the same reason. All methods may be called from any thread.
 */
public final class NativeAccess {
  private static final String LOGGER = "org.timehands.linux";

  private static final String WHY_NOT;

  static {
    WHY_NOT = probe();
    if (WHY_NOT != null) {
      System.getLogger(LOGGER)
          .log(System.Logger.Level.WARNING, "Timehands runs without native code: {0}", WHY_NOT);
    }
  }

  private NativeAccess() {}

  /** Whether native code may be called. */
  public static boolean available() {
    return WHY_NOT == null;
  }

  /** Why native code may not be called and what to do about it; empty if it may be called. */
  public static String whyNot() {
    return WHY_NOT == null ? "" : WHY_NOT;
  }

  /**
   * Refuses to go on without native code.
   *
   * @throws UnsupportedOperationException if native code may not be called; the message says why
   */
  static void require(String what) {
    if (WHY_NOT != null) {
      throw new UnsupportedOperationException(what + " needs native access: " + WHY_NOT);
    }
  }

  /** The whole address space; call only if {@link #available}. */
  static MemorySegment everything() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /** Turns what a method handle threw into something a caller need not declare. */
  static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    throw new AssertionError(thrown);
  }

  private static String probe() {
    String os = System.getProperty("os.name", "");
    if (!os.equals("Linux")) {
      return "the operating system is " + os + ", and only Linux is known here";
    }
    if (Arch.current() == Arch.OTHER) {
      return "the architecture is "
          + System.getProperty("os.arch")
          + ", and only amd64 and aarch64 are known here";
    }
    try {
      everything();
      Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG));
      return null;
    } catch (IllegalCallerException denied) {
      return "this JVM denies it ("
          + denied.getMessage()
          + "); start java with --enable-native-access="
          + user();
    } catch (UnsupportedOperationException | LinkageError broken) {
      return "the JVM's linker does not work here: " + broken;
    }
  }

  private static String user() {
    Module module = NativeAccess.class.getModule();
    return module.isNamed() ? module.getName() : "ALL-UNNAMED";
  }
}

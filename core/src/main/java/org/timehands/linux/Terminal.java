package org.timehands.linux;

import java.io.Console;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Whether a file descriptor is a terminal, and how large that is.
 *
 * <p>Where native access is denied, {@link #isTerminal} knows only what the JVM tells of both
 * standard streams together, and no size is known. All methods may be called from any thread.
 */
public final class Terminal {
  /* The same on x86-64 and arm64; ioctl_tty(2). */
  private static final long TIOCGWINSZ = 0x5413;

  /* struct winsize: rows, columns, and two pixel counts, 16 bits each. */
  private static final long WINSIZE_BYTES = 8;

  private Terminal() {}

  /**
   * The size of a terminal in characters.
   *
   * @param columns positive
   * @param rows positive
   */
  public record Size(int columns, int rows) {}

  /** Whether a file descriptor, such as 1 for standard output, is a terminal. */
  public static boolean isTerminal(int fd) {
    if (!NativeAccess.available()) {
      return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
    try (Arena arena = Arena.ofConfined()) {
      return ask(fd, arena.allocate(WINSIZE_BYTES, 8)) == 0;
    }
  }

  /** The present size; empty if it is no terminal, or one that does not know. */
  public static Optional<Size> size(int fd) {
    if (!NativeAccess.available()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(WINSIZE_BYTES, 8);
      if (ask(fd, size) != 0) {
        return Optional.empty();
      }
      int rows = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 0));
      int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 2));
      return rows > 0 && columns > 0 ? Optional.of(new Size(columns, rows)) : Optional.empty();
    }
  }

  private static int ask(int fd, MemorySegment size) {
    return Libc.callInt("ioctl", fd, TIOCGWINSZ, size.address());
  }
}

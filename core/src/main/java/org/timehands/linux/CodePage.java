package org.timehands.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of machine code that never is writable and executable at once.
 *
 * <p>It is written through a writable mapping that is then turned executable; where a policy
 * refuses that turn (PR_SET_MDWE, some SELinux rules), the bytes go to an anonymous memory file
 * that is mapped executable from the start. The page stays for the life of the JVM, since a thread
 * may be inside it at any time.
 */
final class CodePage {
  /** How the page becomes executable. */
  enum Way {
    /** Write, then mprotect. */
    PROTECT,
    /** Write a memfd, then map it read-only and executable. */
    MEMORY_FILE
  }

  private static final int EXECUTABLE = Pages.PROT_READ | Pages.PROT_EXEC;
  private static final int MFD_CLOEXEC = 1;

  /* A function begins on a cache line of its own, so that no read straddles two. */
  private static final int ALIGNMENT = 64;

  private CodePage() {}

  /**
   * Makes functions executable, by the first way the system allows.
   *
   * @param functions each at most some hundred bytes; together at most a page
   * @return their addresses, in the same order
   * @throws IOException if the system refuses every way; the last refusal is the message
   */
  static List<Long> load(List<byte[]> functions) throws IOException {
    try {
      return load(functions, Way.PROTECT);
    } catch (ErrnoException refused) {
      try {
        return load(functions, Way.MEMORY_FILE);
      } catch (IOException alsoRefused) {
        alsoRefused.addSuppressed(refused);
        throw alsoRefused;
      }
    }
  }

  static List<Long> load(List<byte[]> functions, Way way) throws IOException {
    long pageBytes = Pages.pageBytes();
    byte[] image = new byte[(int) pageBytes];
    List<Integer> offsets = new ArrayList<>();
    int end = 0;
    for (byte[] function : functions) {
      offsets.add(end);
      System.arraycopy(function, 0, image, end, function.length);
      end = Math.ceilDiv(end + function.length, ALIGNMENT) * ALIGNMENT;
    }
    long base = way == Way.PROTECT ? protect(image) : memoryFile(image);
    return offsets.stream().map(offset -> base + offset).toList();
  }

  private static long protect(byte[] image) throws ErrnoException {
    long address = Pages.anonymous(image.length, Pages.PROT_READ | Pages.PROT_WRITE);
    // On arm64 the write must come before the first mprotect to executable: the kernel then makes
    // the instruction cache see it.
    MemorySegment page = MemorySegment.ofAddress(address).reinterpret(image.length);
    MemorySegment.copy(image, 0, page, ValueLayout.JAVA_BYTE, 0, image.length);
    int result = Libc.callInt("mprotect", address, image.length, EXECUTABLE);
    if (result < 0) {
      Pages.unmap(address, image.length);
      throw new ErrnoException("mprotect", "code page", -result);
    }
    return address;
  }

  private static long memoryFile(byte[] image) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          Libc.checkInt(
              "memfd_create", "code page", Libc.string(arena, "timehands-code"), MFD_CLOEXEC);
      try {
        MemorySegment buffer = arena.allocateFrom(ValueLayout.JAVA_BYTE, image);
        long written = Libc.checkLong("write", "code page", fd, buffer.address(), image.length);
        if (written != image.length) {
          throw new IOException("wrote " + written + " of " + image.length + " bytes of code");
        }
        return Libc.checkLong(
            "mmap", "code page", 0, image.length, EXECUTABLE, Pages.MAP_PRIVATE, fd, 0);
      } finally {
        Libc.callInt("close", fd);
      }
    }
  }
}

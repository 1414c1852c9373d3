package org.timehands.linux;

import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import org.timehands.mischief.Mischief;

/**
 * 64-bit words at absolute addresses, with each kind of memory access by name.
 *
 * <p>One constant segment spans all of memory, so that the JIT compiler sees a constant base and
 * an access costs what a field access costs; that is the reason for this class. The price is that
 * nothing guards an address: reading or writing one that was not handed out by {@link #allocate}
 * or a mapping, or that has been freed, ends the JVM. Where native access is denied, the
 * same calls work on a block of the Java heap, and a wrong address throws {@link
 * IndexOutOfBoundsException}.
 *
 * <p>Every address of a word must be divisible by 8; otherwise {@link IllegalArgumentException} is
 * thrown. Words are in the machine's byte order, which is little-endian on every supported
 * platform. All methods may be called from any thread; the names say what they order.
 *
 * <p>While {@link Mischief#ON}, each access first announces itself there.
 */
public final class Memory {
  /*
   * field  | read                           | write | guard
   * BLOCKS | concurrent map                 | same  | itself
   * WORD   | as the name of the method says | same  | none: the pairing stands where it is called
   */

  /** Name of the system property that sets the heap arena's size in bytes. */
  static final String ARENA_PROPERTY = "timehands.heapArenaBytes";

  /* Some 24 timelines of the default depth. */
  private static final long ARENA_DEFAULT_BYTES = 32L << 20;
  private static final long ARENA_LIMIT_BYTES = 8L << 30;

  /* Larger requests are a defect of the caller; 4096 segments need 1.3 MiB. */
  private static final long BLOCK_LIMIT_BYTES = 1L << 40;
  private static final long ALIGNMENT_LIMIT_BYTES = 1L << 30;

  /* x86-64 gives processes 47 or 56 bits, arm64 48 or 52. */
  private static final long KNOWN_BITS = (1L << 56) - 8;

  private static final HeapArena HEAP =
      NativeAccess.available() ? null : new HeapArena(arenaBytes());

  private static final MemorySegment ALL =
      NativeAccess.available() ? NativeAccess.everything() : HEAP.segment();

  private static final VarHandle WORD =
      ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

  private static final ConcurrentHashMap<Long, Block> BLOCKS = new ConcurrentHashMap<>();

  private record Block(long mapAddress, long mapBytes) {}

  private Memory() {}

  /** Whether words live outside the Java heap, where other processes can share them. */
  public static boolean isNative() {
    return HEAP == null;
  }

  /**
   * Allocates zeroed memory.
   *
   * <p>Native memory is taken from the kernel by the page: allocate blocks, not words.
   *
   * @param bytes size, 1 to 2^40
   * @param alignment a power of two, 1 to 2^30; 8 is the least that is given
   * @return the address, never 0
   * @throws IllegalArgumentException if an argument is out of range
   * @throws OutOfMemoryError if there is no room
   */
  public static long allocate(long bytes, long alignment) {
    checkRange("bytes", bytes, BLOCK_LIMIT_BYTES);
    checkRange("alignment", alignment, ALIGNMENT_LIMIT_BYTES);
    if (Long.bitCount(alignment) != 1) {
      throw new IllegalArgumentException("alignment " + alignment + " is not a power of two");
    }
    if (HEAP != null) {
      return HEAP.allocate(bytes, Math.max(8, alignment));
    }
    // The kernel aligns to a page; for more than that, take more and use the aligned part of it.
    long slack = alignment > Pages.pageBytes() ? alignment : 0;
    long mapBytes = Pages.roundUp(bytes + slack);
    try {
      long mapAddress = Pages.anonymous(mapBytes, Pages.PROT_READ | Pages.PROT_WRITE);
      long address = Math.ceilDiv(mapAddress, alignment) * alignment;
      BLOCKS.put(address, new Block(mapAddress, mapBytes));
      return address;
    } catch (ErrnoException refused) {
      OutOfMemoryError error = new OutOfMemoryError(refused.getMessage());
      error.initCause(refused);
      throw error;
    }
  }

  /**
   * Gives back a block.
   *
   * <p>Nobody may use the block afterwards; for native memory the next access ends the JVM.
   *
   * @param address what {@link #allocate} returned
   * @throws IllegalArgumentException if no block begins there, or it was freed before
   */
  public static void free(long address) {
    if (HEAP != null) {
      HEAP.free(address);
      return;
    }
    Block block = BLOCKS.remove(address);
    if (block == null) {
      throw new IllegalArgumentException("no block is allocated at address " + address);
    }
    try {
      Pages.unmap(block.mapAddress, block.mapBytes);
    } catch (ErrnoException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * The address of a word itself, in a form that shows the JIT compiler what the caller knows: that
   * it is divisible by 8 and lies below 2^56, where every mapping lies.
   *
   * <p>The compiler then drops the checks from each access at a small constant distance from the
   * result, five instructions apiece; docs/measurements.md says what that is worth. An address that
   * breaks the condition is cut to one that does not: only for addresses that were computed from a
   * mapping's own.
   */
  public static long known(long address) {
    return address & KNOWN_BITS;
  }

  /** Reads a word, ordered with nothing. */
  public static long get(long address) {
    if (Mischief.ON) {
      Mischief.load(address);
    }
    return (long) WORD.get(ALL, address);
  }

  /** Reads a word; no later access of this thread happens before it. */
  public static long getAcquire(long address) {
    if (Mischief.ON) {
      Mischief.load(address);
    }
    return (long) WORD.getAcquire(ALL, address);
  }

  /** Reads a word in the one order of all volatile accesses. */
  public static long getVolatile(long address) {
    if (Mischief.ON) {
      Mischief.load(address);
    }
    return (long) WORD.getVolatile(ALL, address);
  }

  /** Writes a word, ordered with nothing. */
  public static void set(long address, long value) {
    if (Mischief.ON) {
      Mischief.store(address);
    }
    WORD.set(ALL, address, value);
  }

  /** Writes a word; every earlier access of this thread happens before it. */
  public static void setRelease(long address, long value) {
    if (Mischief.ON) {
      Mischief.store(address);
    }
    WORD.setRelease(ALL, address, value);
  }

  /** Writes a word in the one order of all volatile accesses. */
  public static void setVolatile(long address, long value) {
    if (Mischief.ON) {
      Mischief.store(address);
    }
    WORD.setVolatile(ALL, address, value);
  }

  /**
   * Replaces a word if it holds what is expected, as one step, volatile on both sides.
   *
   * @return whether it was replaced
   */
  public static boolean compareAndSet(long address, long expected, long value) {
    if (Mischief.ON) {
      Mischief.cas(address);
    }
    return WORD.compareAndSet(ALL, address, expected, value);
  }

  /** Keeps loads before the fence from moving behind loads after it. */
  public static void loadLoadFence() {
    VarHandle.loadLoadFence();
  }

  /** Keeps stores before the fence from moving behind stores after it. */
  public static void storeStoreFence() {
    VarHandle.storeStoreFence();
  }

  /** Keeps every access before the fence from moving behind any access after it. */
  public static void fullFence() {
    VarHandle.fullFence();
  }

  /** Sets a range of words to zero with plain stores; bytes is a multiple of 8. */
  public static void clear(long address, long bytes) {
    for (long offset = 0; offset < bytes; offset += 8) {
      set(address + offset, 0);
    }
  }

  private static void checkRange(String what, long value, long limit) {
    if (value < 1 || value > limit) {
      throw new IllegalArgumentException(what + " " + value + " is outside 1.." + limit);
    }
  }

  private static long arenaBytes() {
    String text = System.getProperty(ARENA_PROPERTY);
    if (text == null) {
      return ARENA_DEFAULT_BYTES;
    }
    try {
      long bytes = Long.parseLong(text.strip());
      if (bytes >= HeapArena.FIRST_ADDRESS && bytes <= ARENA_LIMIT_BYTES) {
        return bytes;
      }
    } catch (NumberFormatException notNumber) {
      // Falls through to the message below, which names the value.
    }
    System.getLogger("org.timehands.linux")
        .log(
            System.Logger.Level.WARNING,
            "-D" + ARENA_PROPERTY + "=" + text + " is ignored: it must be a number of bytes from "
                + HeapArena.FIRST_ADDRESS + " to " + ARENA_LIMIT_BYTES + "; the default of "
                + ARENA_DEFAULT_BYTES + " is used");
    return ARENA_DEFAULT_BYTES;
  }
}

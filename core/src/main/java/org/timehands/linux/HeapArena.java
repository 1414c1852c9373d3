package org.timehands.linux;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A fixed piece of the Java heap that stands in for native memory: an address is an offset into
 * it.
 *
 * <p>Blocks are cut from the front and, once freed, handed out again whole. An alignment above 8
 * holds for the address, not for the machine's cache lines, since the collector places the array.
 * All methods may be called from any thread.
 */
final class HeapArena {
  /** No block begins below this, so that 0 never is a valid address. */
  static final long FIRST_ADDRESS = 4096;

  private final long[] words;
  private final Map<Long, Long> used = new HashMap<>();
  private final TreeMap<Long, Long> free = new TreeMap<>();
  private long end = FIRST_ADDRESS;

  HeapArena(long bytes) {
    words = new long[Math.toIntExact(bytes >>> 3)];
  }

  MemorySegment segment() {
    return MemorySegment.ofArray(words);
  }

  synchronized long allocate(long bytes, long alignment) {
    long rounded = Math.ceilDiv(bytes, 8) * 8;
    long address = reuse(rounded, alignment);
    if (address == 0) {
      address = Math.ceilDiv(end, alignment) * alignment;
      long limit = words.length * 8L;
      if (address > limit - rounded) {
        throw new OutOfMemoryError(
            "the heap arena of "
                + limit
                + " bytes is full (asked for "
                + bytes
                + "); close timelines that are not used, raise -D"
                + Memory.ARENA_PROPERTY
                + ", or allow native access");
      }
      end = address + rounded;
      used.put(address, rounded);
    }
    return address;
  }

  synchronized void free(long address) {
    Long bytes = used.remove(address);
    if (bytes == null) {
      throw new IllegalArgumentException("no block is allocated at address " + address);
    }
    free.put(address, bytes);
  }

  private long reuse(long bytes, long alignment) {
    for (Iterator<Map.Entry<Long, Long>> i = free.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Long, Long> block = i.next();
      long address = block.getKey();
      long size = block.getValue();
      if (size >= bytes && address % alignment == 0) {
        i.remove();
        used.put(address, size);
        Arrays.fill(words, (int) (address >>> 3), (int) ((address + size) >>> 3), 0);
        return address;
      }
    }
    return 0;
  }
}

package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HeapArenaTest {
  private static final long SEED = 0x7153_0001L;

  @Test
  void blocksAreAlignedAndNeverZero() {
    HeapArena arena = new HeapArena(1 << 20);
    assertTrue(arena.allocate(1, 8) >= HeapArena.FIRST_ADDRESS);
    assertEquals(0, arena.allocate(3, 65536) % 65536);
  }

  @Test
  void aFreedBlockIsUsedAgainWholeAndZeroed() {
    HeapArena arena = new HeapArena(1 << 20);
    long first = arena.allocate(256, 8);
    arena.segment().set(ValueLayout.JAVA_LONG, first + 248, 1);
    arena.free(first);
    long again = arena.allocate(64, 8);
    assertEquals(first, again);
    assertEquals(0, arena.segment().get(ValueLayout.JAVA_LONG, first + 248));
    assertNotEquals(first, arena.allocate(64, 8));
  }

  @Test
  void freeingTwiceIsRefused() {
    HeapArena arena = new HeapArena(1 << 20);
    long block = arena.allocate(8, 8);
    arena.free(block);
    assertThrows(IllegalArgumentException.class, () -> arena.free(block));
    assertThrows(IllegalArgumentException.class, () -> arena.free(block + 8));
  }

  @Test
  void aFullArenaSaysWhatToDo() {
    HeapArena arena = new HeapArena(8192);
    arena.allocate(4096, 8);
    OutOfMemoryError full = assertThrows(OutOfMemoryError.class, () -> arena.allocate(8, 8));
    assertTrue(full.getMessage().contains(Memory.ARENA_PROPERTY));
  }

  @Test
  void randomBlocksNeverOverlap() {
    System.out.println(
        "HeapArenaTest seed " + SEED + ", replay: mvn -pl core test -Dtest=HeapArenaTest");
    Random random = new Random(SEED);
    HeapArena arena = new HeapArena(1 << 22);
    TreeMap<Long, Long> live = new TreeMap<>();
    for (int step = 0; step < 20_000; step++) {
      if (live.size() > 40) {
        Long victim = live.floorKey(live.lastKey() - random.nextInt(1000));
        live.remove(victim);
        arena.free(victim);
      } else {
        long bytes = 1 + random.nextInt(500);
        long alignment = 8L << random.nextInt(6);
        long address = arena.allocate(bytes, alignment);
        assertEquals(0, address % alignment);
        Map.Entry<Long, Long> below = live.lowerEntry(address + bytes);
        assertTrue(below == null || below.getKey() + below.getValue() <= address);
        live.put(address, bytes);
      }
    }
  }
}

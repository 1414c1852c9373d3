package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CounterTest {
  private static final int ROUNDS = 200_000;

  @BeforeAll
  static void needed() {
    assertTrue(Counter.available(), Counter.whyNot());
  }

  @Test
  void allReadsAreOfOneCounter() {
    // Each read is between two of another kind, so that a half lost or shifted would show.
    for (int i = 0; i < 1000; i++) {
      long before = Counter.readOrdered();
      long fenced = Counter.readFenced();
      long relaxed = Counter.readRelaxed();
      long after = Counter.readOrdered();
      assertTrue(before - fenced <= 0 && fenced - after <= 0, before + " " + fenced);
      assertTrue(relaxed - after <= 0, relaxed + " " + after);
    }
  }

  @Test
  void theCounterRuns() {
    long start = Counter.readOrdered();
    long until = System.nanoTime() + 1_000_000;
    while (System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    // The slowest architectural counter runs at 1 MHz, so a millisecond is never nothing.
    assertTrue(Counter.readOrdered() - start >= 500);
  }

  @Test
  void orderedReadsNeverGoBackBetweenThreads() throws Exception {
    assertEquals(0, backwardSteps(Counter::readOrdered));
    assertEquals(0, backwardSteps(Counter::readFenced));
  }

  @Test
  void theOrderCheckSeesACounterThatGoesBack() throws Exception {
    AtomicLong reads = new AtomicLong();
    LongSupplier planted =
        () -> Counter.readOrdered() - (reads.incrementAndGet() % 1000 == 0 ? 1_000_000_000 : 0);
    assertNotEquals(0, backwardSteps(planted));
  }

  @Test
  void theCodeIsReadableAndExecutableOnly() throws Exception {
    List<byte[]> code = List.of(CounterCode.bytes(Arch.current(), CounterCode.Kind.RELAXED));
    for (CodePage.Way way : CodePage.Way.values()) {
      long address = CodePage.load(code, way).getFirst();
      MemoryMap.Range range = maps().at(address).orElseThrow();
      assertEquals("r-x", range.permissions().substring(0, 3), way.name());
    }
  }

  @Test
  void bothWaysOfLoadingCodeGiveTheSameCounter() throws Exception {
    List<byte[]> code = List.of(CounterCode.bytes(Arch.current(), CounterCode.Kind.ORDERED));
    for (CodePage.Way way : CodePage.Way.values()) {
      var read =
          Libc.critical(
              CodePage.load(code, way).getFirst(),
              java.lang.foreign.FunctionDescriptor.of(
                  java.lang.foreign.ValueLayout.JAVA_LONG));
      long before = Counter.readOrdered();
      long loaded;
      try {
        loaded = (long) read.invokeExact();
      } catch (Throwable t) {
        throw new AssertionError(t);
      }
      assertTrue(before - loaded <= 0 && loaded - Counter.readOrdered() <= 0);
    }
  }

  /** Counts reads below what another thread had published before. */
  private static long backwardSteps(LongSupplier counter) throws InterruptedException {
    long shared = Memory.allocate(64, 64);
    Memory.set(shared, counter.getAsLong());
    AtomicLong backward = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < ROUNDS; i++) {
                      long seen = Memory.getAcquire(shared);
                      long now = counter.getAsLong();
                      if (now - seen < 0) {
                        backward.incrementAndGet();
                      } else {
                        Memory.setRelease(shared, now);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Memory.free(shared);
    return backward.get();
  }

  private static MemoryMap maps() throws Exception {
    return MemoryMap.read(Files.readString(Path.of("/proc/self/maps")));
  }
}

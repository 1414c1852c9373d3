package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CpusTest {
  @Test
  void weRunOnProcessorsThatAreOn() throws Exception {
    int[] online = Cpus.online();
    int[] ours = Cpus.affinity();
    assertTrue(ours.length >= 1);
    for (int cpu : ours) {
      assertTrue(Arrays.binarySearch(online, cpu) >= 0, "cpu " + cpu);
    }
  }

  @Test
  void aThreadIsBoundToEachOfOurs() throws Exception {
    int[] ours = Cpus.affinity();
    for (int cpu : ours) {
      AtomicReference<Object> seen = new AtomicReference<>();
      Cpus.runOn(
              cpu,
              () -> {
                try {
                  seen.set(Cpus.affinity());
                } catch (ErrnoException e) {
                  seen.set(e);
                }
              })
          .get();
      assertArrayEquals(new int[] {cpu}, (int[]) seen.get());
    }
    assertArrayEquals(ours, Cpus.affinity());
  }

  @Test
  void whatTheTaskThrowsIsPassedOn() throws Exception {
    var future =
        Cpus.runOn(
            Cpus.affinity()[0],
            () -> {
              throw new IllegalStateException("planted");
            });
    Throwable cause = assertThrows(ExecutionException.class, future::get).getCause();
    assertInstanceOf(IllegalStateException.class, cause);
  }

  @Test
  void processorsThatAreNotThereAreRefused() {
    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> Cpus.runOn(65535, () -> {}));
    assertEquals("sched_setaffinity(cpu 65535) failed: EINVAL (the kernel refuses the argument)",
        refused.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Cpus.runOn(-1, () -> {}));
    assertThrows(IllegalArgumentException.class, () -> Cpus.runOn(65536, () -> {}));
    assertThrows(IllegalArgumentException.class, () -> Cpus.bindThread(-1));
    assertThrows(IllegalArgumentException.class, () -> Cpus.bindThread(65536));
  }

  @Test
  void anInterruptIsKept() throws Exception {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              Cpus.runOn(Cpus.affinity()[0], () -> {});
              return Thread.interrupted();
            });
    Thread.ofPlatform().start(task);
    assertTrue(task.get());
  }

  @Test
  void listsAreReadAsTheKernelWritesThem() {
    assertArrayEquals(new int[] {0}, Cpus.parseList("0"));
    assertArrayEquals(new int[] {0, 1, 2, 3, 5, 7, 8}, Cpus.parseList("0-3,5,7-8"));
    for (String bad : new String[] {"", "x", "3-1", "-1", "0-99999999", "1,,2"}) {
      assertThrows(IllegalArgumentException.class, () -> Cpus.parseList(bad), bad);
    }
  }
}

package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ThreadTuningTest {
  private static <T> T onThread(Thread.Builder kind, Callable<T> call) throws Exception {
    FutureTask<T> task = new FutureTask<>(call);
    kind.start(task);
    try {
      return task.get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    }
  }

  @Test
  void theSlackIsTheThreadsOwn() throws Exception {
    long before = ThreadTuning.timerSlackNanos();
    long set =
        onThread(
            Thread.ofPlatform(),
            () -> {
              ThreadTuning.setTimerSlackNanos(1);
              return ThreadTuning.timerSlackNanos();
            });
    assertEquals(1, set);
    assertEquals(before, ThreadTuning.timerSlackNanos());
    assertThrows(IllegalArgumentException.class, () -> ThreadTuning.setTimerSlackNanos(0));
    assertThrows(
        IllegalArgumentException.class, () -> ThreadTuning.setTimerSlackNanos(1_000_000_001));
  }

  @Test
  void aVirtualThreadIsRefused() {
    assertThrows(
        IllegalStateException.class,
        () -> onThread(Thread.ofVirtual(), ThreadTuning::timerSlackNanos));
  }

  @Test
  void aPriorityIsTakenOrRefusedByName() throws Exception {
    assertThrows(IllegalArgumentException.class, () -> ThreadTuning.setFifo(0));
    assertThrows(IllegalArgumentException.class, () -> ThreadTuning.setFifo(100));
    String found =
        onThread(
            Thread.ofPlatform(),
            () -> {
              try {
                ThreadTuning.setFifo(1);
              } catch (ErrnoException refused) {
                return refused.errnoName();
              }
              boolean fifo = ThreadTuning.isFifo();
              ThreadTuning.setNormal();
              return fifo && !ThreadTuning.isFifo() ? "taken" : "lost";
            });
    assertTrue(found.equals("taken") || found.equals("EPERM"), found);
    assertFalse(ThreadTuning.isFifo());
  }
}

package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class WakeTimerTest {
  @Test
  void theKernelHasWhatWasAskedFor() throws Exception {
    try (WakeTimer timer = WakeTimer.create()) {
      timer.set(HostClocks.nanos(HostClocks.CLOCK_MONOTONIC) + 3_600_000_000_000L);
      String info = Files.readString(Path.of("/proc/self/fdinfo/" + timer.timerNumber()));
      assertTrue(info.contains("clockid: 1\n"), info);
      assertTrue(info.contains("settime flags: 01\n"), info);
      assertTrue(info.contains("it_interval: (0, 0)"), info);
      assertFalse(info.contains("it_value: (0, 0)"), info);
      timer.set(WakeTimer.NEVER);
      info = Files.readString(Path.of("/proc/self/fdinfo/" + timer.timerNumber()));
      assertTrue(info.contains("it_value: (0, 0)"), info);
    }
  }

  /** A value of 0 would unset the timer, and the wait never end. */
  @Test
  void whatIsPastExpiresAtOnceAndStaysExpired() throws Exception {
    try (WakeTimer timer = WakeTimer.create()) {
      for (long deadline : new long[] {0, 1, -1, Long.MIN_VALUE}) {
        timer.set(deadline);
        assertTrue(timer.await());
        assertTrue(timer.await());
      }
      timer.set(WakeTimer.NEVER);
      timer.wake();
      assertFalse(timer.await(), "setting anew clears what has expired");
    }
  }

  @Test
  void aWakeAndAnExpiryAtOnceAreBothSeen() throws Exception {
    try (WakeTimer timer = WakeTimer.create()) {
      timer.set(1);
      timer.wake();
      assertTrue(timer.await());
      timer.set(WakeTimer.NEVER);
      timer.wake();
      timer.wake();
      assertFalse(timer.await());
    }
  }

  @Test
  void closingEndsTheWait() throws Exception {
    WakeTimer timer = WakeTimer.create();
    FutureTask<Boolean> wait = new FutureTask<>(timer::await);
    Thread.ofPlatform().daemon().start(wait);
    timer.close();
    ExecutionException ended = assertThrows(ExecutionException.class, wait::get);
    // Closed while waiting, or before.
    assertInstanceOf(ClosedChannelException.class, ended.getCause());
    assertTrue(
        ended.getCause() instanceof AsynchronousCloseException
            || ended.getCause().getClass() == ClosedChannelException.class);
    assertThrows(ClosedChannelException.class, timer::await);
    assertThrows(IllegalStateException.class, () -> timer.set(1));
    timer.wake();
    timer.close();
  }
}

package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Await;

/**
 * Nothing here sets the host's clock, so the one thing that is not tried is the kernel's own part:
 * that it cancels the timer. That it was asked to is read from its account of the descriptor.
 */
class TimerFdTest {
  @Test
  void theKernelWasAskedToCancelOnSet() throws Exception {
    try (TimerFd watch = TimerFd.create()) {
      String info = Files.readString(Path.of("/proc/self/fdinfo/" + watch.timerNumber()));
      assertTrue(info.contains("clockid: 0\n"), info);
      assertTrue(info.contains("settime flags: 03\n"), info);
      assertTrue(info.contains("it_interval: (0, 0)"), info);
      // Armed: an unarmed timer has no time left.
      assertFalse(info.contains("it_value: (0, 0)"), info);
      String flags = info.lines().filter(l -> l.startsWith("flags:")).findFirst().orElseThrow();
      long closeOnExec = Long.parseLong(flags.substring(6).strip(), 8) & 02000000;
      assertTrue(closeOnExec != 0, info);
    }
  }

  @Test
  void withoutASetTheTimeRunsOut() throws Exception {
    try (TimerFd watch = TimerFd.create()) {
      assertFalse(watch.awaitClockSet(2_000_000));
      assertFalse(watch.awaitClockSet(0));
      assertFalse(watch.awaitClockSet(-5));
      assertFalse(watch.awaitClockSet(Long.MIN_VALUE));
    }
  }

  @Test
  void answersOfTheKernelAreJudged() throws Exception {
    assertTrue(TimerFd.tellsClockSet(-Errno.ECANCELED));
    assertTrue(TimerFd.tellsClockSet(8));
    assertFalse(TimerFd.tellsClockSet(-Errno.EAGAIN));
    assertFalse(TimerFd.tellsClockSet(-Errno.EINTR));
    ErrnoException failure =
        assertThrows(ErrnoException.class, () -> TimerFd.tellsClockSet(-Errno.EINVAL));
    assertEquals("EINVAL", failure.errnoName());
    assertTrue(TimerFd.armingTellsClockSet(-Errno.ECANCELED));
    assertFalse(TimerFd.armingTellsClockSet(0));
    assertThrows(ErrnoException.class, () -> TimerFd.armingTellsClockSet(-Errno.EINVAL));
  }

  @Test
  void wakingEndsTheWait() throws Exception {
    try (TimerFd watch = TimerFd.create()) {
      FutureTask<Boolean> wait = waiting(watch, () -> watch.awaitClockSet(Long.MAX_VALUE));
      watch.wake();
      assertFalse(wait.get());
    }
  }

  @Test
  void aWakeIsKeptForTheNextWaitAndOnlyForThat() throws Exception {
    try (TimerFd watch = TimerFd.create()) {
      watch.wake();
      watch.wake();
      assertFalse(watch.awaitClockSet(Long.MAX_VALUE));
      FutureTask<Boolean> wait = waiting(watch, () -> watch.awaitClockSet(Long.MAX_VALUE));
      assertFalse(wait.isDone());
      watch.wake();
      assertFalse(wait.get());
    }
  }

  @Test
  void closingEndsTheWait() throws Exception {
    TimerFd watch = TimerFd.create();
    int number = watch.timerNumber();
    FutureTask<Boolean> wait = waiting(watch, () -> watch.awaitClockSet(Long.MAX_VALUE));
    watch.close();
    ExecutionException failure = assertThrows(ExecutionException.class, wait::get);
    assertInstanceOf(AsynchronousCloseException.class, failure.getCause());
    assertTrue(watch.isClosed());
    // The number may be in use again, but not for a timer: this JVM has no other.
    Path info = Path.of("/proc/self/fdinfo/" + number);
    assertFalse(Files.exists(info) && Files.readString(info).contains("clockid"));
    assertThrows(ClosedChannelException.class, () -> watch.awaitClockSet(0));
    watch.wake();
    watch.close();
  }

  @Test
  void aSecondWaiterIsRefused() throws Exception {
    try (TimerFd watch = TimerFd.create()) {
      FutureTask<Boolean> wait = waiting(watch, () -> watch.awaitClockSet(Long.MAX_VALUE));
      assertThrows(IllegalStateException.class, () -> watch.awaitClockSet(0));
      watch.wake();
      assertFalse(wait.get());
    }
  }

  @Test
  void manyWakesAndClosesLeaveNothingBehind() throws Exception {
    // Those of timers that the process shares, if another test has begun them.
    long before = timerDescriptors();
    for (int i = 0; i < 200; i++) {
      TimerFd watch = TimerFd.create();
      FutureTask<Boolean> wait =
          new FutureTask<>(
              () -> {
                while (true) {
                  watch.awaitClockSet(Long.MAX_VALUE);
                }
              });
      Thread.ofPlatform().start(wait);
      watch.wake();
      watch.close();
      ExecutionException failure = assertThrows(ExecutionException.class, wait::get);
      assertInstanceOf(ClosedChannelException.class, failure.getCause());
    }
    assertTrue(timerDescriptors() <= before, before + " -> " + timerDescriptors());
  }

  /** Starts a wait and returns once the thread is inside it. */
  private static FutureTask<Boolean> waiting(TimerFd watch, Callable<Boolean> wait) {
    FutureTask<Boolean> task = new FutureTask<>(wait);
    Thread.ofPlatform().start(task);
    Await.until(watch::isWaiting, "the thread waits");
    return task;
  }

  private static long timerDescriptors() throws IOException {
    long count = 0;
    for (Path info : Files.newDirectoryStream(Path.of("/proc/self/fdinfo"))) {
      try {
        count += Files.readString(info).contains("clockid") ? 1 : 0;
      } catch (IOException goneMeanwhile) {
        // The directory's own descriptor, or one closed since it was listed.
        continue;
      }
    }
    return count;
  }
}

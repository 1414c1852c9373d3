package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.testing.Await;

/** A deadline that is passed down ends what blocks, and leaves no trace; bugs: GuardMutantTest. */
class GuardedCallTest {
  private final HandTime time = new HandTime();
  private final Timeouts timeouts = Timeouts.byHand(time, TimeoutsOptions.DEFAULT);
  private final SynchronousQueue<String> queue = new SynchronousQueue<>();

  private Deadline in(long millis) {
    return Deadline.after(time, Duration.ofMillis(millis));
  }

  /** A thread, and what the test in it answers; it must not stay interrupted. */
  private record Guarded(Thread thread, FutureTask<Object> outcome) {
    static Guarded start(boolean virtual, Callable<Object> work) {
      FutureTask<Object> outcome =
          new FutureTask<>(
              () -> {
                Object answer = work.call();
                assertFalse(Thread.interrupted(), "an interrupt was left behind");
                return answer;
              });
      Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
      return new Guarded(builder.start(outcome), outcome);
    }

    void awaitWaiting() {
      Await.state(thread, Thread.State.WAITING);
    }
  }

  @AfterEach
  void nothingStaysOnTheWheel() {
    assertFalse(Thread.interrupted());
    time.run(timeouts, 1);
    assertEquals(0, timeouts.stats().places());
    assertEquals(0, timeouts.stats().failed());
  }

  private TimeoutException late(Deadline deadline, ScopedValue.CallableOp<?, ?> work) {
    return assertThrows(TimeoutException.class, () -> deadline.guard(timeouts, work));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTakeEndsAtTheDeadlineAndNotBefore(boolean virtual) throws Exception {
    Deadline deadline = in(20);
    Guarded guarded = Guarded.start(virtual, () -> late(deadline, queue::take));
    guarded.awaitWaiting();
    time.run(timeouts, 19);
    guarded.awaitWaiting();
    time.run(timeouts, 20);
    TimeoutException thrown = (TimeoutException) guarded.outcome().get();
    assertInstanceOf(InterruptedException.class, thrown.getCause());
  }

  /** Lets time pass once a guarded thread is about to read; what ended its call. */
  private Object endedByTime(boolean virtual, ScopedValue.CallableOp<?, IOException> read)
      throws Exception {
    Deadline deadline = in(5);
    CountDownLatch begun = new CountDownLatch(1);
    ScopedValue.CallableOp<?, IOException> work =
        () -> {
          begun.countDown();
          return read.call();
        };
    Guarded guarded = Guarded.start(virtual, () -> late(deadline, work).getCause());
    begun.await();
    time.run(timeouts, 10);
    return guarded.outcome().get();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aChannelThatIsReadIsClosed(boolean virtual) throws Exception {
    Pipe pipe = Pipe.open();
    try (Pipe.SinkChannel sink = pipe.sink()) {
      assertTrue(sink.isOpen());
      Object ended = endedByTime(virtual, () -> pipe.source().read(ByteBuffer.allocate(1)));
      assertInstanceOf(ClosedByInterruptException.class, ended);
    }
  }

  @Test
  void aSocketOnAVirtualThreadIsClosed() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket silent = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      Object ended = endedByTime(true, () -> silent.getInputStream().read());
      assertInstanceOf(SocketException.class, ended);
      assertTrue(silent.isClosed());
      assertFalse(accepted.isClosed());
    }
  }

  @Test
  void whatEndsInTimeIsLeftAlone() throws Exception {
    assertEquals("x", in(20).guard(timeouts, () -> "x"));
    IOException own = new IOException("planted");
    Deadline deadline = in(20);
    assertSame(
        own,
        assertThrows(
            IOException.class,
            () ->
                deadline.guard(
                    timeouts,
                    () -> {
                      throw own;
                    })));
    time.run(timeouts, 40);
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals("x", Deadline.NEVER.guard(timeouts, () -> "x"));
  }

  @Test
  void aResultIsReturnedHoweverLate() throws Exception {
    assertTrue(
        in(20)
            .guard(
                timeouts,
                () -> {
                  time.run(timeouts, 40);
                  return Thread.currentThread().isInterrupted();
                }));
    assertFalse(Thread.interrupted());
  }

  @Test
  void whatIsPastIsNotCalled() {
    Deadline past = in(0);
    late(past, () -> "called");
    timeouts.close();
    assertThrows(IllegalStateException.class, () -> in(20).guard(timeouts, () -> "called"));
  }

  /** The wheel says so for both policies; one that ignores late arms would leave it unguarded. */
  @Test
  void timeoutsThatIgnoreLateArmsGuardNothingEither() {
    TimeoutsOptions ignoring = TimeoutsOptions.DEFAULT.withLateArms(LateArms.IGNORE);
    Timeouts closed = Timeouts.byHand(time, ignoring);
    closed.close();
    assertThrows(IllegalStateException.class, () -> in(20).guard(closed, () -> "called"));
  }

  @Test
  void aDeadlineBeyondTheWheelIsLookedAtAgain() throws Exception {
    long nanos = 3 * timeouts.maxDelayNanos();
    Deadline deadline = Deadline.after(time, Duration.ofNanos(nanos));
    long due = time.nanos + nanos;
    deadline.guard(
        timeouts,
        () -> {
          while (!Thread.currentThread().isInterrupted()) {
            long next = timeouts.poll();
            time.nanos = Math.max(time.nanos, next == Long.MIN_VALUE ? time.nanos : next);
          }
          return null;
        });
    assertTrue(time.nanos >= due);
  }

  private Object runThenThrow(long millis) throws IOException {
    time.run(timeouts, millis);
    throw new IOException("planted");
  }

  @Test
  void theSoonerOfTwoDeadlinesFails() throws Exception {
    Deadline later = in(200);
    Deadline soon = in(20);
    Guarded inner =
        Guarded.start(
            false, () -> later.guard(timeouts, () -> late(soon, queue::take).getCause()));
    inner.awaitWaiting();
    time.run(timeouts, 40);
    assertInstanceOf(InterruptedException.class, inner.outcome().get());
    Deadline outermost = in(20);
    Guarded outer =
        Guarded.start(
            false,
            () -> late(outermost, () -> later.guard(timeouts, queue::take)).getCause());
    outer.awaitWaiting();
    time.run(timeouts, 40);
    assertInstanceOf(InterruptedException.class, outer.outcome().get());
  }

  /** Both deadlines interrupt the inner call, whose end must leave the later one's interrupt. */
  @Test
  void theEndOfAnInnerCallLeavesTheOuterInterrupt() {
    Deadline outer = in(20);
    Deadline inner = in(10);
    TimeoutException thrown =
        late(
            outer,
            () -> {
              late(inner, () -> runThenThrow(40));
              return queue.take();
            });
    assertInstanceOf(InterruptedException.class, thrown.getCause());
  }

  @Test
  void whatSwallowedTheOuterInterruptBeginsNoOtherCall() {
    Deadline outer = in(20);
    Deadline later = in(200);
    TimeoutException thrown =
        late(
            outer,
            () -> {
              time.run(timeouts, 40);
              assertTrue(Thread.interrupted());
              return later.guard(timeouts, () -> "called");
            });
    assertInstanceOf(TimeoutException.class, thrown.getCause());
  }

  @Test
  void anInterruptBySomebodyElseStays() throws Exception {
    assertEquals(true, afterAnInterruptBySomebodyElse(() -> runThenThrow(0)));
  }

  /** What it ended in the call is told as a timeout: who calls would never hear of it. */
  @Test
  void anInterruptBySomebodyElseStaysThoughItHasEndedTheCall() throws Exception {
    assertEquals(true, afterAnInterruptBySomebodyElse(queue::take));
  }

  /** Interrupted before the deadline, goes on until after it; whether it is interrupted then. */
  private Object afterAnInterruptBySomebodyElse(ScopedValue.CallableOp<?, Exception> end)
      throws Exception {
    Deadline deadline = in(20);
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    ScopedValue.CallableOp<?, Exception> deaf =
        () -> {
          Thread.currentThread().interrupt();
          begun.countDown();
          Await.until(over::get, "the deadline is over");
          return end.call();
        };
    Callable<Object> work =
        () -> {
          late(deadline, deaf);
          return Thread.interrupted();
        };
    Guarded guarded = Guarded.start(false, work);
    begun.await();
    time.run(timeouts, 40);
    over.set(true);
    return guarded.outcome().get();
  }
}

package org.timehands.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;

/**
 * A watch on the host's REALTIME clock: it tells that somebody has set or stepped it, at once and
 * without asking over and over.
 *
 * <p>It is a timer of {@code timerfd_create} that never fires but is cancelled by a discontinuous
 * change: {@code clock_settime}, a step by {@code adjtimex}, a leap second, resuming from sleep.
 * Slewing is not such a change. A change between two waits is kept for the next.
 *
 * <p>Threads: one waits at a time, and it should be a platform thread, because the wait holds its
 * carrier; {@link #wake} and {@link #close} may be called from any thread. A wait does not hold up
 * a safepoint.
 */
public final class TimerFd implements Closeable {
  /*
   * field      | read         | write        | guard
   * waiting    | synchronized | synchronized | this
   * closed     | synchronized | synchronized | this
   * pendingSet | the waiter   | the waiter   | waiting, which one thread sets at a time
   *
   * Closing while another thread waits. A descriptor closed under a poll may be given out anew, and
   * the poll would then watch, and read from, someone else's file:
   *
   *   waiter                        closer              anybody
   *   poll(7)
   *                                 close(7)
   *                                                     open(...) = 7
   *   poll returns; read(7)  <- takes 8 bytes of another's file
   *
   * So close only marks and wakes; the descriptors are closed by whichever of waiter and closer
   * comes last. TimerFdTest.closingEndsTheWait holds this.
   */
  private static final int CLOCK_REALTIME = 0;
  private static final int TFD_NONBLOCK_CLOEXEC = 0x80800;
  private static final int EFD_NONBLOCK_CLOEXEC = 0x80800;
  private static final int TFD_ABSTIME_CANCEL_ON_SET = 3;

  /* A time that is not reached unless someone sets the clock to it: the end of time_t. */
  private static final long FAR_SECONDS = Long.MAX_VALUE;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final short POLLIN = 1;

  /* One block of native memory for a wait. */
  private static final long TIMER_POLLFD = 0;
  private static final long WAKER_POLLFD = 8;
  private static final long TIMEOUT = 16;
  private static final long BUFFER = 32;
  private static final long SCRATCH_BYTES = 40;
  private static final long REVENTS = 6;

  private final int timer;
  private final int waker;
  private boolean pendingSet;
  private boolean waiting;
  private boolean closed;

  private TimerFd(int timer, int waker) {
    this.timer = timer;
    this.waker = waker;
  }

  /**
   * Begins to watch.
   *
   * @throws ErrnoException if the system refuses
   * @throws UnsupportedOperationException where native access is denied
   */
  public static TimerFd create() throws IOException {
    NativeAccess.require("watching the host's clock");
    int timer =
        Libc.checkInt("timerfd_create", "REALTIME", CLOCK_REALTIME, TFD_NONBLOCK_CLOEXEC);
    int waker = Libc.callInt("eventfd", 0, EFD_NONBLOCK_CLOEXEC);
    if (waker < 0) {
      Libc.callInt("close", timer);
      throw new ErrnoException("eventfd", "", -waker);
    }
    TimerFd watch = new TimerFd(timer, waker);
    try {
      watch.pendingSet = watch.arm();
      return watch;
    } catch (IOException refused) {
      watch.close();
      throw refused;
    }
  }

  /**
   * Waits until the host's clock is set.
   *
   * @param timeoutNanos how long at most; 0 or less only looks; {@link Long#MAX_VALUE} is 292
   *     years
   * @return true if the clock was set since the last call that said so; false at the end of the
   *     time or after {@link #wake}
   * @throws ClosedChannelException if closed before or while waiting
   * @throws IllegalStateException if another thread is waiting
   */
  public boolean awaitClockSet(long timeoutNanos) throws IOException {
    enter();
    try (Arena arena = Arena.ofConfined()) {
      if (pendingSet) {
        pendingSet = false;
        return true;
      }
      // Below 0 the subtraction of what has passed could wrap to a wait of centuries.
      return await(arena.allocate(SCRATCH_BYTES, 8), Math.max(0, timeoutNanos));
    } finally {
      leave();
    }
  }

  /** Ends the wait that is going on, or the next one if none is. */
  public synchronized void wake() throws IOException {
    if (closed) {
      return;
    }
    notifyWaiter();
  }

  /** Whether {@link #close} has been called. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** Ends the watch; a waiting thread gets {@link AsynchronousCloseException}. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (waiting) {
      notifyWaiter();
    } else {
      release();
    }
  }

  /** What reading the timer says of the clock; negative results are error numbers. */
  static boolean tellsClockSet(long readResult) throws ErrnoException {
    if (readResult == -Errno.EAGAIN || readResult == -Errno.EINTR) {
      return false;
    }
    // Cancelled by a set; or fired, which takes a set to the end of time.
    if (readResult == -Errno.ECANCELED || readResult > 0) {
      return true;
    }
    throw new ErrnoException("read", "timerfd", (int) -readResult);
  }

  /** What arming says of the clock: the timer is armed by either answer. */
  static boolean armingTellsClockSet(long settimeResult) throws ErrnoException {
    if (settimeResult == -Errno.ECANCELED) {
      return true;
    }
    Libc.check("timerfd_settime", "REALTIME", settimeResult);
    return false;
  }

  /** Whether a thread is between the beginning and the end of a wait. */
  synchronized boolean isWaiting() {
    return waiting;
  }

  /** The timer's descriptor, so that a test can look at it. */
  int timerNumber() {
    return timer;
  }

  private boolean await(MemorySegment scratch, long timeoutNanos) throws IOException {
    scratch.set(ValueLayout.JAVA_INT, TIMER_POLLFD, timer);
    scratch.set(ValueLayout.JAVA_SHORT, TIMER_POLLFD + 4, POLLIN);
    scratch.set(ValueLayout.JAVA_INT, WAKER_POLLFD, waker);
    scratch.set(ValueLayout.JAVA_SHORT, WAKER_POLLFD + 4, POLLIN);
    long startNanos = System.nanoTime();
    while (true) {
      long leftNanos = timeoutNanos - (System.nanoTime() - startNanos);
      poll(scratch, Math.max(0, leftNanos));
      if (isClosed()) {
        throw new AsynchronousCloseException();
      }
      if (isReady(scratch, TIMER_POLLFD) && tellsClockSet(readWord(timer, scratch))) {
        arm();
        return true;
      }
      if (isReady(scratch, WAKER_POLLFD)) {
        readWord(waker, scratch);
        return false;
      }
      if (leftNanos <= 0) {
        return false;
      }
    }
  }

  /** Waits for either descriptor; returns early on a signal. */
  private static void poll(MemorySegment scratch, long timeoutNanos) throws ErrnoException {
    scratch.set(ValueLayout.JAVA_LONG, TIMEOUT, timeoutNanos / NANOS_PER_SECOND);
    scratch.set(ValueLayout.JAVA_LONG, TIMEOUT + 8, timeoutNanos % NANOS_PER_SECOND);
    scratch.set(ValueLayout.JAVA_SHORT, TIMER_POLLFD + REVENTS, (short) 0);
    scratch.set(ValueLayout.JAVA_SHORT, WAKER_POLLFD + REVENTS, (short) 0);
    long base = scratch.address();
    int result = Libc.callInt("ppoll", base, 2, base + TIMEOUT, 0);
    if (result != -Errno.EINTR) {
      Libc.check("ppoll", "timerfd", result);
    }
  }

  private static boolean isReady(MemorySegment scratch, long pollFd) {
    return scratch.get(ValueLayout.JAVA_SHORT, pollFd + REVENTS) != 0;
  }

  private static long readWord(int fd, MemorySegment scratch) {
    return Libc.callLong("read", fd, scratch.address() + BUFFER, 8);
  }

  /** Arms the timer, and tells whether the clock was set since it was armed before. */
  private boolean arm() throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      // struct itimerspec: interval (none) at 0, value at 16.
      MemorySegment spec = arena.allocate(32, 8);
      spec.set(ValueLayout.JAVA_LONG, 16, FAR_SECONDS);
      return armingTellsClockSet(
          Libc.callInt("timerfd_settime", timer, TFD_ABSTIME_CANCEL_ON_SET, spec.address(), 0));
    }
  }

  private void notifyWaiter() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1).address();
      long result = Libc.callLong("write", waker, one, 8);
      // EAGAIN: the counter is full, so the waiter will wake all the same.
      if (result != -Errno.EAGAIN) {
        Libc.check("write", "eventfd", result);
      }
    }
  }

  private synchronized void enter() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (waiting) {
      throw new IllegalStateException("another thread is waiting for the host's clock to be set");
    }
    waiting = true;
  }

  private synchronized void leave() throws IOException {
    waiting = false;
    if (closed) {
      release();
    }
  }

  private void release() throws IOException {
    int first = Libc.callInt("close", timer);
    int second = Libc.callInt("close", waker);
    Libc.check("close", "timerfd", first);
    Libc.check("close", "eventfd", second);
  }
}

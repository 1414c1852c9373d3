package org.timehands.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;

/**
 * A one-shot timer of the host's MONOTONIC clock that one thread waits for and any thread may set:
 * a timerfd and an eventfd in one epoll set.
 *
 * <p>Setting it anew does not wake the waiter: the kernel moves the timer under it. The timer stays
 * expired until it is set anew, so that no expiry can be lost between two waits. timerfd is not
 * subject to the thread's timer slack.
 *
 * <p>Threads: one waits at a time, and it should be a platform thread, because the wait holds its
 * carrier; {@link #set}, {@link #wake} and {@link #close} may be called from any thread. A wait
 * does not hold up a safepoint; after one it returns to Java when the safepoint is over.
 */
public final class WakeTimer implements Closeable {
  /*
   * field   | read         | write        | guard
   * waiting | synchronized | synchronized | this
   * closed  | synchronized | synchronized | this
   *
   * The memory of the timer's setting is written by set, under this; that of the events by the one
   * waiter. Descriptors are closed by whichever of waiter and closer comes last, because one that
   * is closed under a wait may be given out anew, to somebody else's file (as in TimerFd).
   */
  /** A setting that never expires. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int CLOCK_MONOTONIC = 1;
  private static final int NONBLOCK_CLOEXEC = 0x80800;
  private static final int CLOEXEC = 0x80000;
  private static final int TFD_ABSTIME = 1;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLLIN = 1;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /* struct epoll_event is packed on x86-64 only. */
  private static final long EVENT_DATA = Arch.current() == Arch.X86_64 ? 4 : 8;
  private static final long EVENT_BYTES = EVENT_DATA + 8;
  private static final int EVENTS = 2;

  /* One block of native memory: struct itimerspec, the events, a word to read, a constant 1. */
  private static final long SPEC = 0;
  private static final long VALUE = 16;
  private static final long RECEIVED = 32;
  private static final long WORD = RECEIVED + 32;
  private static final long ONE = WORD + 8;
  private static final long BYTES = ONE + 8;

  /** Short calls that cannot block: a critical call saves the way out of Java and back. */
  private static final class Calls {
    static final MethodHandle SETTIME =
        Libc.critical(
            Libc.symbol("timerfd_settime").address(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));

    static final MethodHandle WRITE =
        Libc.critical(
            Libc.symbol("write").address(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));

    /* Not critical: it blocks. */
    static final MethodHandle WAIT =
        Libc.blocking(
            "epoll_wait",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
  }

  private final int timer;
  private final int waker;
  private final int epoll;
  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 8);
  private final MemorySegment state = Arena.ofAuto().allocate(Libc.captureBytes(), 8);
  private boolean waiting;
  private boolean closed;

  private WakeTimer(int timer, int waker, int epoll) {
    this.timer = timer;
    this.waker = waker;
    this.epoll = epoll;
    memory.set(ValueLayout.JAVA_LONG, ONE, 1);
  }

  /**
   * Makes a timer that is not set.
   *
   * @throws ErrnoException if the system refuses
   * @throws UnsupportedOperationException where native access is denied
   */
  public static WakeTimer create() throws IOException {
    NativeAccess.require("a timerfd");
    int[] fds = {-1, -1, -1};
    try {
      fds[0] =
          Libc.checkInt("timerfd_create", "MONOTONIC", CLOCK_MONOTONIC, NONBLOCK_CLOEXEC);
      fds[1] = Libc.checkInt("eventfd", "", 0, NONBLOCK_CLOEXEC);
      fds[2] = Libc.checkInt("epoll_create1", "", CLOEXEC);
      add(fds[2], fds[0]);
      add(fds[2], fds[1]);
      return new WakeTimer(fds[0], fds[1], fds[2]);
    } catch (IOException refused) {
      for (int fd : fds) {
        if (fd >= 0) {
          Libc.callInt("close", fd);
        }
      }
      throw refused;
    }
  }

  /**
   * Sets the timer, in place of what it was set to.
   *
   * @param deadlineNanos when it expires, on the host's MONOTONIC clock; one that is past, zero or
   *     negative expires at once; {@link #NEVER} unsets
   * @throws IllegalStateException if closed
   */
  public synchronized void set(long deadlineNanos) {
    if (closed) {
      throw new IllegalStateException("this timer is closed: it cannot be set to " + deadlineNanos);
    }
    // A value of 0 would unset the timer: what is past expires all the same.
    long value = deadlineNanos == NEVER ? 0 : Math.max(1, deadlineNanos);
    memory.set(ValueLayout.JAVA_LONG, VALUE, value / NANOS_PER_SECOND);
    memory.set(ValueLayout.JAVA_LONG, VALUE + 8, value % NANOS_PER_SECOND);
    int result;
    try {
      result = (int) Calls.SETTIME.invokeExact(timer, TFD_ABSTIME, memory.address() + SPEC, 0L);
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    }
    if (result < 0) {
      throw new IllegalStateException("the kernel refused to set a timer to " + deadlineNanos);
    }
  }

  /**
   * Waits until the timer has expired, or {@link #wake} is called. Returns early on a signal.
   *
   * @return whether the timer has expired; false after a wake or a signal
   * @throws ClosedChannelException if closed before or while waiting
   * @throws IllegalStateException if another thread is waiting
   */
  public boolean await() throws IOException {
    enter();
    int count = 0;
    try {
      count = (int) Calls.WAIT.invokeExact(state, epoll, memory.address() + RECEIVED, EVENTS, -1);
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    } finally {
      Reference.reachabilityFence(this);
      leave();
    }
    if (count < 0) {
      int errno = Libc.errno(state);
      if (errno == Errno.EINTR) {
        return false;
      }
      throw new ErrnoException("epoll_wait", "", errno);
    }
    return isExpired(count);
  }

  /**
   * Looks which descriptor is ready; takes the wake, leaves the timer expired. Closed in between,
   * the number may be somebody else's by now: then nothing is read.
   */
  private synchronized boolean isExpired(int count) {
    boolean expired = false;
    for (int i = 0; i < count; i++) {
      long data = RECEIVED + i * EVENT_BYTES + EVENT_DATA;
      int fd = memory.get(ValueLayout.JAVA_INT_UNALIGNED, data);
      if (fd == waker && !closed) {
        Libc.callLong("read", waker, memory.address() + WORD, 8);
      } else if (fd == timer) {
        expired = true;
      }
    }
    return expired;
  }

  /** Ends the wait that is going on, or the next one if none is. */
  public synchronized void wake() {
    if (!closed) {
      notifyWaiter();
    }
  }

  /** Whether {@link #close} has been called. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** Ends this; a waiting thread gets {@link AsynchronousCloseException}. */
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

  /** The timer's descriptor, so that a test can look at it. */
  int timerNumber() {
    return timer;
  }

  private static void add(int epoll, int fd) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(EVENT_BYTES, 8);
      event.set(ValueLayout.JAVA_INT, 0, EPOLLIN);
      event.set(ValueLayout.JAVA_INT_UNALIGNED, EVENT_DATA, fd);
      Libc.checkInt("epoll_ctl", "", epoll, EPOLL_CTL_ADD, fd, event.address());
    }
  }

  private void notifyWaiter() {
    try {
      // It fails only when the counter is full, and then the waiter wakes all the same.
      long ignored = (long) Calls.WRITE.invokeExact(waker, memory.address() + ONE, 8L);
    } catch (Throwable t) {
      throw NativeAccess.unexpected(t);
    }
  }

  private synchronized void enter() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (waiting) {
      throw new IllegalStateException("another thread is waiting for this timer");
    }
    waiting = true;
  }

  private synchronized void leave() throws IOException {
    waiting = false;
    if (closed) {
      release();
      throw new AsynchronousCloseException();
    }
  }

  private void release() throws IOException {
    int first = Libc.callInt("close", epoll);
    int second = Libc.callInt("close", timer);
    int third = Libc.callInt("close", waker);
    Libc.check("close", "epoll", first);
    Libc.check("close", "timerfd", second);
    Libc.check("close", "eventfd", third);
  }
}

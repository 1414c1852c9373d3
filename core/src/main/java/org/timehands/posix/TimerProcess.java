package org.timehands.posix;

import static org.timehands.posix.PosixNumbers.*;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.Timers;

/** The timers of one process. */
/*
 * field       | read         | write        | guard
 * all of them | synchronized | synchronized | this, also those of its timers
 *
 * Signals are queued without the lock: a sink may call back.
 */
final class TimerProcess implements PosixTime.Process {
  /** More timers than this of one process are refused with EAGAIN. */
  static final int TIMER_MAX = 1 << 16;

  static final int SIGEV_SIGNAL = 0;
  static final int SIGEV_NONE = 1;
  static final int SIGEV_THREAD = 2;
  static final int SIGEV_THREAD_ID = 4;

  private static final int SIGALRM = 14;
  private static final int SIGNAL_MAX = 64;
  private static final int ITIMER = -1;
  private static final int FIELDS = 4;
  private static final long NANOS_PER_MICRO = 1000;
  private static final long MICROS_PER_SECOND = 1_000_000;

  private final Timers timers;
  private final PosixTime.SignalSink sink;
  private final Map<Integer, ProcessTimer> byId = new HashMap<>();
  private final ProcessTimer itimer;
  private int nextId;
  private boolean closed;

  TimerProcess(Timers timers, PosixTime.SignalSink sink) {
    this.timers = timers;
    this.sink = Objects.requireNonNull(sink, "sink");
    PosixTime.Event alarm = new PosixTime.Event(SIGEV_SIGNAL, SIGALRM, 0, 0);
    this.itimer = new ProcessTimer(this, ITIMER, ClockId.MONOTONIC, alarm);
  }

  Timers timers() {
    return timers;
  }

  PosixTime.SignalSink sink() {
    return sink;
  }

  /** Lock held. */
  boolean isClosed() {
    return closed;
  }

  /** Has the next timer get this id, or the next free one; for tests of what follows the last. */
  synchronized void countFrom(int id) {
    nextId = id;
  }

  @Override
  public synchronized int timerCreate(int clock, PosixTime.Event ev) {
    ClockId id = TimersPosixTime.timerClock(clock);
    if (!TimersPosixTime.isClock(clock) || closed) {
      return -EINVAL;
    }
    if (id == null) {
      return -EOPNOTSUPP;
    }
    if (byId.size() >= TIMER_MAX) {
      return -EAGAIN;
    }
    while (byId.containsKey(nextId)) {
      nextId = (nextId + 1) & Integer.MAX_VALUE;
    }
    int number = nextId;
    nextId = (nextId + 1) & Integer.MAX_VALUE;
    // Linux looks at the event when the timer has its number already: that one is used up.
    if (ev != null && !isEvent(ev)) {
      return -EINVAL;
    }
    PosixTime.Event event =
        ev != null ? ev : new PosixTime.Event(SIGEV_SIGNAL, SIGALRM, number, 0);
    byId.put(number, new ProcessTimer(this, number, id, event));
    return number;
  }

  private static boolean isEvent(PosixTime.Event ev) {
    boolean signal = ev.signo() >= 1 && ev.signo() <= SIGNAL_MAX;
    return switch (ev.kind()) {
      case SIGEV_NONE -> true;
      case SIGEV_SIGNAL, SIGEV_THREAD -> signal;
      case SIGEV_THREAD_ID -> signal && ev.tid() > 0;
      default -> false;
    };
  }

  @Override
  public synchronized int timerSetTime(int id, int flags, long[] its, long[] oldOrNull) {
    if (its == null) {
      return -EINVAL;
    }
    if (its.length < FIELDS) {
      return -EFAULT;
    }
    ProcessTimer timer = byId.get(id);
    boolean valid =
        TimersPosixTime.isValid(its[0], its[1]) && TimersPosixTime.isValid(its[2], its[3]);
    if (!valid || timer == null) {
      return -EINVAL;
    }
    long value = TimersPosixTime.nanos(its[0], its[1]);
    long interval = TimersPosixTime.nanos(its[2], its[3]);
    // Linux writes the old setting when the new one is in force.
    boolean told = oldOrNull == null || oldOrNull.length >= FIELDS;
    if (oldOrNull != null && told) {
      tell(timer, oldOrNull);
    }
    if (!timer.set((flags & TIMER_ABSTIME) != 0, value, interval)) {
      return -ENODEV;
    }
    return told ? 0 : -EFAULT;
  }

  private static void tell(ProcessTimer timer, long[] its) {
    TimersPosixTime.put(timer.remainingNanos(), its, 0);
    TimersPosixTime.put(timer.intervalNanos(), its, 2);
  }

  @Override
  public synchronized int timerGetTime(int id, long[] its) {
    ProcessTimer timer = byId.get(id);
    if (timer == null) {
      return -EINVAL;
    }
    if (its == null || its.length < FIELDS) {
      return -EFAULT;
    }
    tell(timer, its);
    return 0;
  }

  @Override
  public synchronized int timerGetOverrun(int id) {
    ProcessTimer timer = byId.get(id);
    return timer == null ? -EINVAL : timer.lastOverrun();
  }

  @Override
  public synchronized int timerDelete(int id) {
    ProcessTimer timer = byId.remove(id);
    if (timer == null) {
      return -EINVAL;
    }
    timer.delete();
    return 0;
  }

  @Override
  public synchronized int setITimer(long[] its, long[] oldOrNull) {
    // Linux takes no setting at all for one that disarms.
    long[] setting = its == null ? new long[FIELDS] : its;
    if (setting.length < FIELDS) {
      return -EFAULT;
    }
    if (!isValidMicros(setting, 0) || !isValidMicros(setting, 2) || closed) {
      return -EINVAL;
    }
    boolean told = oldOrNull == null || oldOrNull.length >= FIELDS;
    if (oldOrNull != null && told) {
      tellMicros(oldOrNull);
    }
    if (!itimer.set(false, nanosOfMicros(setting, 0), nanosOfMicros(setting, 2))) {
      return -ENODEV;
    }
    return told ? 0 : -EFAULT;
  }

  @Override
  public synchronized int getITimer(long[] its) {
    if (its == null || its.length < FIELDS) {
      return -EFAULT;
    }
    tellMicros(its);
    return 0;
  }

  private static boolean isValidMicros(long[] its, int at) {
    return its[at] >= 0 && its[at + 1] >= 0 && its[at + 1] < MICROS_PER_SECOND;
  }

  private static long nanosOfMicros(long[] its, int at) {
    return TimersPosixTime.nanos(its[at], its[at + 1] * NANOS_PER_MICRO);
  }

  private void tellMicros(long[] its) {
    // What has not expired has a microsecond left at least.
    long value = itimer.queuedRemainingNanos();
    putMicros(value == 0 ? 0 : Math.max(NANOS_PER_MICRO, value), its, 0);
    putMicros(itimer.intervalNanos(), its, 2);
  }

  private static void putMicros(long nanos, long[] its, int at) {
    long micros = nanos / NANOS_PER_MICRO;
    its[at] = micros / MICROS_PER_SECOND;
    its[at + 1] = micros % MICROS_PER_SECOND;
  }

  /** Deletes all timers; signals on their way are not delivered any more. */
  @Override
  public synchronized void close() {
    closed = true;
    byId.values().forEach(ProcessTimer::delete);
    byId.clear();
    itimer.delete();
  }
}

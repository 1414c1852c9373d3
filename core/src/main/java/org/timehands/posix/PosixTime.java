package org.timehands.posix;

/**
 * The time calls of Linux 6.18 on a timeline of ours: numbers in, numbers out, no exceptions.
 *
 * <p>Every result is 0 or more, or a negated error number ({@link PosixNumbers}). What is invalid
 * is refused before what is not allowed. A time is two longs, seconds and nanoseconds in
 * [0, 999999999]; an array that is null or too short is a bad address, {@code -EFAULT}. A change
 * that is valid and allowed, but comes at the wrong time, changes nothing: {@code -EBUSY} while the
 * clocks are suspended, {@code -ENODEV} when they or the timers were closed, {@code -EDEADLK} from
 * inside a writer's step or a hard timer's callback; {@code -EIO} if a page is damaged. Nothing
 * here ever touches the host's clock; only CPU times are the host's, and those are only read.
 * Thread-safe.
 */
public interface PosixTime {
  /**
   * Reads a clock, as clock_gettime(2).
   *
   * @param clock one of {@code CLOCK_}
   * @param secNsec receives seconds and nanoseconds
   * @return 0, {@code -EINVAL} for no clock, {@code -ENODEV} for an auxiliary one that is disabled,
   *     {@code -EFAULT}
   */
  int clockGetTime(int clock, long[] secNsec);

  /**
   * Tells the resolution of a clock, as clock_getres(2): 1 ns, or with timers that are woken by a
   * beat, a tick.
   *
   * @param clock one of {@code CLOCK_}
   * @param secNsec receives seconds and nanoseconds; null asks only whether there is such a clock
   * @return 0, {@code -EINVAL}, {@code -EFAULT}
   */
  int clockGetRes(int clock, long[] secNsec);

  /**
   * Sets a clock, as clock_settime(2); whoever reads it afterwards reads what was set.
   *
   * @param clock REALTIME or an enabled auxiliary one
   * @param sec seconds, in [0, 8277292036), and for REALTIME no less than MONOTONIC
   * @param nsec nanoseconds, in [0, 999999999]
   * @return 0, {@code -EINVAL}, {@code -EPERM}, {@code -ENODEV}
   */
  int clockSetTime(int clock, long sec, long nsec);

  /**
   * Disciplines a clock, as clock_adjtime(2).
   *
   * @param clock REALTIME or an enabled auxiliary one
   * @param timex the 21 fields of {@code struct timex} in order, in and out; untouched by an error
   * @return state of the clock, 0 to 5; {@code -EINVAL}, {@code -EOPNOTSUPP}, {@code -EPERM},
   *     {@code -ENODEV}, {@code -EFAULT}
   */
  int clockAdjTime(int clock, long[] timex);

  /**
   * Sleeps, as clock_nanosleep(2), never too short; {@link Thread#interrupt} ends it.
   *
   * @param clock one of {@code CLOCK_}
   * @param flags 0 or {@code TIMER_ABSTIME}
   * @param sec seconds
   * @param nsec nanoseconds
   * @param remOrNull receives what is left of a relative sleep
   * @return 0; {@code -EINTR} if the thread was interrupted, whose interrupted status is cleared
   *     then; {@code -EINVAL}, {@code -EOPNOTSUPP}, {@code -EFAULT}; {@code -ENODEV} if the timers
   *     are closed, {@code -EDEADLK} from a {@link SignalSink}, whose thread would have to end the
   *     sleep; {@code -ENOSYS} if this has no timers
   */
  int clockNanosleep(int clock, int flags, long sec, long nsec, long[] remOrNull);

  /**
   * Opens what a process owns: its timers and interval timer. Every call of it answers {@code
   * -ENOSYS} if this has no timers ({@link PosixTimes#withTimers}).
   *
   * @param sink where signals go
   */
  Process open(SignalSink sink);

  /**
   * The timers of one process, as timer_create(2) and setitimer(2). A setting is four longs: the
   * value and the interval, each as seconds and nanoseconds (microseconds for ITIMER_REAL). A
   * timer that is relative counts where no set of its clock reaches it. Of each timer one signal at
   * most is on its way; what expires meanwhile is counted as overrun. Thread-safe.
   */
  interface Process extends AutoCloseable {
    /**
     * Creates a timer, disarmed.
     *
     * @param clock REALTIME, MONOTONIC, BOOTTIME or TAI
     * @param ev what happens at each expiry; null for SIGALRM with the timer's id
     * @return its id: they count up from 0, and after 2^31 - 1 begin anew with those that are free;
     *     {@code -EINVAL} for no clock, an event that is none, or after {@link #close}; {@code
     *     -EOPNOTSUPP} for a clock without timers; {@code -EAGAIN} if there are 65536 timers
     */
    int timerCreate(int clock, Event ev);

    /**
     * Arms or disarms a timer, and makes void a signal that is on its way. An instant that is past
     * expires at once, and counts the intervals since as overrun.
     *
     * @param id the timer
     * @param flags {@code TIMER_ABSTIME} for an instant of the clock; other bits are ignored
     * @param its value sec, nsec, interval sec, nsec; a value of 0 disarms; both must be valid
     *     whatever the value is
     * @param oldOrNull receives what was set, as {@link #timerGetTime} tells it; if that is too
     *     short, {@code -EFAULT}, and the timer is set all the same
     * @return 0; {@code -EINVAL} for no timer, no setting (null) or one that is not valid; {@code
     *     -EFAULT} for one that is too short; {@code -ENODEV} if the timers are closed
     */
    int timerSetTime(int id, int flags, long[] its, long[] oldOrNull);

    /**
     * Tells what is left until a timer's next expiry: 0 if it is disarmed or has expired for good,
     * at least 1 ns else.
     *
     * @param id the timer
     * @param its receives value sec, nsec, interval sec, nsec
     * @return 0, {@code -EINVAL} for no timer, {@code -EFAULT}
     */
    int timerGetTime(int id, long[] its);

    /**
     * Tells how many expiries the last delivered signal stands for, less one.
     *
     * @param id the timer
     * @return the count, at most 2^31 - 1; {@code -EINVAL} for no timer
     */
    int timerGetOverrun(int id);

    /**
     * Deletes a timer; a signal of it that is on its way is not delivered any more.
     *
     * @param id the timer
     * @return 0, {@code -EINVAL} for no timer
     */
    int timerDelete(int id);

    /**
     * Arms or disarms ITIMER_REAL, which counts on MONOTONIC and sends SIGALRM. A signal that is on
     * its way stays so.
     *
     * @param its value sec, usec, interval sec, usec; a value of 0, or null, disarms
     * @param oldOrNull receives what was set
     * @return 0; {@code -EINVAL} for a setting that is not valid, or after {@link #close}; {@code
     *     -EFAULT} for an array that is too short; {@code -ENODEV} if the timers are closed
     */
    int setITimer(long[] its, long[] oldOrNull);

    /**
     * Tells what is left until ITIMER_REAL's next expiry: at least 1 us while it runs, 0 while its
     * signal is on its way.
     *
     * @param its receives value sec, usec, interval sec, usec
     * @return 0, {@code -EFAULT}
     */
    int getITimer(long[] its);

    /** Deletes all timers; signals on their way are not delivered any more. */
    @Override
    void close();
  }

  /**
   * What happens when a timer expires.
   *
   * @param kind SIGEV_SIGNAL 0, NONE 1, THREAD 2, THREAD_ID 4
   * @param signo number of the signal
   * @param value what goes with it
   * @param tid the thread, for THREAD_ID
   */
  record Event(int kind, int signo, long value, int tid) {}

  /** Where the signals of a process go. */
  interface SignalSink {
    /**
     * Takes a signal: once per expiry, and not again for that timer until it was delivered or the
     * timer set anew, which makes void what is on its way. Delivering it here, at once, is allowed.
     *
     * <p>A sink that never delivers a signal ignores it: a periodic timer then rests, and counts
     * its overruns. One that throws has lost it: that is reported as of any callback ({@link
     * org.timehands.timer.TimerReports#failed}), and the timer goes on as if it had been delivered.
     *
     * @param s the signal
     */
    void queue(TimerSignal s);
  }

  /** A signal on its way. */
  interface TimerSignal {
    /** The timer; -1 for the interval timer. */
    int timerId();

    /** What the timer was created with. */
    Event event();

    /**
     * Delivers it, which arms a periodic timer again.
     *
     * @return the overrun count, or -1 if the timer was set anew or deleted meanwhile
     */
    int deliver();
  }
}

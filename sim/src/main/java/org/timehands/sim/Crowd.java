package org.timehands.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.timehands.timer.TimerWaits;

/**
 * The threads of a virtual world: who runs, who sleeps, who is to be woken next. Virtual time may
 * pass only while all of them sleep. Thread-safe.
 */
/*
 * field                         | read       | write      | guard
 * known, numbers, wakes, called | under lock | under lock | lock
 * nextNumber, waits, closed     | under lock | under lock | lock
 * woken (of a Wait)             | volatile   | once, true | none: the driver, or who closes
 * driver                        | volatile   | volatile   | none: the one thread that drives
 *
 * Whoever wakes a thread marks it as running before it can run, so nobody is overlooked between the
 * wake-up and its effect. Threads are woken one after the other, each when the one before sleeps
 * again: what they do depends on the order of their expiries alone, not on the machine.
 *
 * Who waits for what time brings about sleeps until the driver finds that over, or its while: it
 * looks when all are asleep, and wakes one after the other, too.
 *
 * A pool's thread is woken by its queue, which does not know which one will come. So calls are
 * counted until they are answered.
 */
final class Crowd implements TimerWaits {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int FRAMES = 6;
  private static final long LOOK_MILLIS = 2;

  /** What a known thread does. */
  private enum Deed {
    RUNS,
    SLEEPS,
    /** Waits for what is not ours, and said so. */
    ASIDE
  }

  private record Wake(Thread thread, Runnable wake) {}

  /** A thread's wait for what time brings about. */
  private static final class Wait {
    final Thread thread = Thread.currentThread();
    final BooleanSupplier over;
    final long untilNanos;
    volatile boolean woken;

    Wait(BooleanSupplier over, long untilNanos) {
      this.over = over;
      this.untilNanos = untilNanos;
    }

    void wake() {
      woken = true;
      LockSupport.unpark(thread);
    }

    /** Until woken or interrupted; leaves the status of that alone, the driver looks at it. */
    void park() {
      while (!woken && !thread.isInterrupted()) {
        LockSupport.park(this);
      }
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Thread, Deed> known = new LinkedHashMap<>();
  private final Deque<Wake> wakes = new ArrayDeque<>();
  private final long patienceMillis;
  private final DrivenBy drive;
  private final Map<Thread, Long> numbers = new HashMap<>();
  private long nextNumber;
  private final List<Wait> waits = new ArrayList<>();
  private int called;
  private boolean closed;
  private volatile Thread driver = Thread.currentThread();

  /** Lets time pass until somebody is satisfied. */
  interface DrivenBy {
    /** Drives the world on the calling thread until a sleep is over. */
    void sleep(BooleanSupplier over);

    /** Drives it for so long at most; false if time stands and the caller waits by itself. */
    boolean await(BooleanSupplier over, long mostNanos);

    /** The true time. */
    long now();
  }

  Crowd(long patienceMillis, DrivenBy drive) {
    this.patienceMillis = patienceMillis;
    this.drive = drive;
  }

  /** Takes the calling thread for the one that drives. */
  void drivenHere() {
    lock.lock();
    try {
      if (known.containsKey(Thread.currentThread())) {
        throw new IllegalStateException(
            "thread '" + Thread.currentThread().getName()
                + "' belongs to the virtual world: it sleeps there, and cannot advance its time");
      }
      driver = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  private void mark(Thread thread, Deed deed) {
    lock.lock();
    try {
      known.put(thread, deed);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void forget(Thread thread) {
    lock.lock();
    try {
      known.remove(thread);
      numbers.remove(thread);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What a thread of this world runs. */
  private Runnable inside(Runnable task) {
    return () -> {
      mark(Thread.currentThread(), Deed.RUNS);
      try {
        task.run();
      } finally {
        forget(Thread.currentThread());
      }
    };
  }

  /**
   * A pool's thread: it runs from the interrupt on, not only when it says so. In between it has
   * cleared its status, and nothing tells it from one that sleeps:
   *
   * <pre>
   *   thread of a pool                     driver
   *                                        shutdown(): interrupt()
   *   its wait clears the status
   *                                        awaitTermination(): all sleep, a day passes
   *   answers(): runs, and ends the pool
   * </pre>
   *
   * <p>(CrowdTest.whoWasInterruptedRunsBeforeItSaysSo.)
   */
  private final class PoolThread extends Thread {
    PoolThread(Runnable task) {
      super(task, "virtual-world");
      setDaemon(true);
    }

    @Override
    public void interrupt() {
      // Under the lock, so that it does not go to sleep in between.
      lock.lock();
      try {
        known.replace(this, Deed.SLEEPS, Deed.RUNS);
        super.interrupt();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Makes threads for a pool. */
  ThreadFactory threads() {
    return task -> {
      Thread thread = new PoolThread(inside(task));
      // It runs from now on: the pool starts it at once.
      mark(thread, Deed.RUNS);
      number(thread);
      return thread;
    };
  }

  /** Runs a task on a thread of its own, when those who were to be woken before have had theirs. */
  void start(Runnable task) {
    Thread thread = Thread.ofVirtual().name("virtual-world").unstarted(inside(task));
    number(thread);
    ends(thread, thread::start);
  }

  void aside(boolean on) {
    mark(Thread.currentThread(), on ? Deed.ASIDE : Deed.RUNS);
  }

  boolean isKnownHere() {
    lock.lock();
    try {
      return known.containsKey(Thread.currentThread());
    } finally {
      lock.unlock();
    }
  }

  /* ---- what timers tell -------------------------------------------------------------------- */

  @Override
  public void sleeps(BooleanSupplier over) {
    if (Thread.currentThread().equals(driver)) {
      drive.sleep(over);
    } else {
      mark(Thread.currentThread(), Deed.SLEEPS);
    }
  }

  @Override
  public boolean awaits(BooleanSupplier over, long mostNanos) {
    if (over.getAsBoolean()) {
      return true;
    }
    if (Thread.currentThread().isInterrupted()) {
      return false;
    }
    long most = Math.max(0, mostNanos);
    return Thread.currentThread().equals(driver)
        ? drive.await(over, most)
        : awaitDriver(over, most);
  }

  /** A stranger is left alone: nobody has to wait until it does something else. */
  private boolean awaitDriver(BooleanSupplier over, long mostNanos) {
    long now = drive.now();
    Wait wait = new Wait(over, mostNanos < NEVER - now ? now + mostNanos : NEVER);
    Deed before;
    lock.lock();
    try {
      before = closed ? null : known.replace(wait.thread, Deed.SLEEPS);
      if (before == null) {
        return false;
      }
      waits.add(wait);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    wait.park();
    lock.lock();
    try {
      waits.remove(wait);
      known.replace(wait.thread, before);
      changed.signalAll();
      if (closed) {
        throw new IllegalStateException(
            "this virtual world was closed while a thread waited in it");
      }
      return wait.woken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void wakes() {
    if (!Thread.currentThread().equals(driver)) {
      mark(Thread.currentThread(), Deed.RUNS);
    }
  }

  @Override
  public void ends(Thread thread, Runnable wake) {
    lock.lock();
    try {
      wakes.add(new Wake(thread, wake));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void idles() {
    lock.lock();
    try {
      // Its wait ends at once if it was interrupted.
      if (!Thread.currentThread().isInterrupted()) {
        mark(Thread.currentThread(), Deed.SLEEPS);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void calls() {
    lock.lock();
    try {
      called++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void answers() {
    lock.lock();
    try {
      called = Math.max(0, called - 1);
      mark(Thread.currentThread(), Deed.RUNS);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long number() {
    return number(Thread.currentThread());
  }

  /** Numbers go by the order in which threads were made here, not by their ids. */
  private long number(Thread thread) {
    lock.lock();
    try {
      return numbers.computeIfAbsent(thread, added -> nextNumber++);
    } finally {
      lock.unlock();
    }
  }

  /* ---- what the driver asks ------------------------------------------------------------------ */

  /**
   * Waits until all known threads sleep and nobody is to be woken.
   *
   * @throws IllegalStateException if that takes too long: the message says who does what
   */
  void settle() {
    long leftNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    for (;;) {
      if (isAllQuiet()) {
        Wake next = nextWake();
        if (next == null) {
          return;
        }
        if (!next.thread.equals(driver)) {
          mark(next.thread, Deed.RUNS);
        }
        next.wake.run();
        leftNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        continue;
      }
      leftNanos -= await(true);
      if (leftNanos <= 0) {
        throw new IllegalStateException(complaint());
      }
    }
  }

  private Wake nextWake() {
    List<Wait> waiting;
    lock.lock();
    try {
      Wake next = wakes.poll();
      if (next != null) {
        return next;
      }
      waiting = List.copyOf(waits);
    } finally {
      lock.unlock();
    }
    // Without the lock: what they look at may have one of its own.
    for (Wait each : waiting) {
      if (!each.woken && (each.untilNanos <= drive.now() || each.over.getAsBoolean())) {
        return new Wake(each.thread, each::wake);
      }
    }
    return null;
  }

  /** The true time at which the first wait is over, whatever happens; Long.MAX_VALUE for never. */
  long nextDeadline() {
    lock.lock();
    try {
      return waits.stream().mapToLong(each -> each.untilNanos).min().orElse(NEVER);
    } finally {
      lock.unlock();
    }
  }

  /** Who waits gets an exception. */
  void close() {
    lock.lock();
    try {
      closed = true;
      waits.forEach(Wait::wake);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits a moment for a thread that waits aside.
   *
   * @return how long, in nanoseconds; -1 if there is none
   */
  long awaitAside() {
    lock.lock();
    try {
      return known.containsValue(Deed.ASIDE) ? await(false) : -1;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while time stands; false if patience is over before. */
  boolean awaitStanding(BooleanSupplier over) {
    long leftNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    while (!over.getAsBoolean()) {
      leftNanos -= await(false);
      if (leftNanos <= 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isAllQuiet() {
    lock.lock();
    try {
      return isQuiet();
    } finally {
      lock.unlock();
    }
  }

  private boolean isQuiet() {
    boolean quiet = called == 0;
    boolean gone = false;
    for (Map.Entry<Thread, Deed> each : known.entrySet()) {
      Thread thread = each.getKey();
      // One that was interrupted in its sleep is about to run.
      if (each.getValue() == Deed.RUNS
          || each.getValue() == Deed.SLEEPS && thread.isInterrupted()) {
        gone |= thread.getState() == Thread.State.TERMINATED;
        quiet &= thread.getState() == Thread.State.TERMINATED;
      }
    }
    if (gone) {
      // A thread that is not of our making has slept here, and then come to its end.
      known.keySet().removeIf(each -> each.getState() == Thread.State.TERMINATED);
    }
    return quiet;
  }

  /** Waits for a change, for a moment of real time; returns for how long. */
  private long await(boolean untilQuiet) {
    long most = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    lock.lock();
    try {
      if (untilQuiet && isQuiet()) {
        return 0;
      }
      return most - changed.awaitNanos(most);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while virtual time stood still", interrupted);
    } finally {
      lock.unlock();
    }
  }

  private String complaint() {
    StringBuilder words = new StringBuilder();
    words.append("virtual time cannot pass: for ").append(patienceMillis);
    words.append(" ms of real time these threads have not come to sleep in it:");
    lock.lock();
    try {
      known.forEach(
          (thread, deed) -> {
            if (deed == Deed.RUNS) {
              words.append("\n  ").append(thread.getName()).append(' ').append(thread.getState());
              StackTraceElement[] stack = thread.getStackTrace();
              for (int i = 0; i < Math.min(FRAMES, stack.length); i++) {
                words.append("\n    at ").append(stack[i]);
              }
            }
          });
    } finally {
      lock.unlock();
    }
    return words.append("\nhave them wait by the world's Sleeper or executors, or put what they")
        .append(" wait for into VirtualWorld.aside, or forget the thread").toString();
  }
}

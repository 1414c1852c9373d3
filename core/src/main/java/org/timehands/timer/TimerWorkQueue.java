package org.timehands.timer;

import java.util.AbstractQueue;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * The queue of a {@link TimerExecutor}: gives its first task to one of the waiting threads when the
 * task is due. Thread-safe.
 */
/*
 * field                  | read       | write      | guard
 * heap, size, armedNanos | under lock | under lock | lock
 * ranks                  | under lock | under lock | lock
 *
 * One timer stands for the first task; its callback wakes one waiting thread. Whoever takes a task
 * sees to the next: it wakes another thread if that is due, else arms the timer. So a wake-up is
 * never lost: a thread waits only while the first task is not due and the timer is armed for it.
 *
 * A task of ours knows its place in the heap, so that cancelling finds it at once. One that a
 * subclass of the pool has made of it is asked for its delay, and is looked for.
 */
final class TimerWorkQueue extends AbstractQueue<Runnable> implements BlockingQueue<Runnable> {
  private static final int FIRST_CAPACITY = 16;
  private static final long NOT_ARMED = Long.MAX_VALUE;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition available = lock.newCondition();
  private final Timers timers;
  private final ClockTimer timer;
  private RunnableScheduledFuture<?>[] heap = new RunnableScheduledFuture<?>[FIRST_CAPACITY];
  private int size;
  private long ranks;
  private long armedNanos = NOT_ARMED;

  TimerWorkQueue(Timers timers) {
    this.timers = Objects.requireNonNull(timers, "timers");
    this.timer = timers.timer((expiring, nowNanos) -> due());
  }

  long nextRank() {
    lock.lock();
    try {
      return ranks++;
    } finally {
      lock.unlock();
    }
  }

  private Next due() {
    lock.lock();
    try {
      armedNanos = NOT_ARMED;
      attend();
    } finally {
      lock.unlock();
    }
    return Next.DONE;
  }

  /** Sees to the first task: wakes a thread for it, or has the timer do that. Lock held. */
  private void attend() {
    if (size == 0) {
      return;
    }
    long now = timers.nanos(ClockId.MONOTONIC);
    long trigger = triggerNanos(heap[0], now);
    if (trigger <= now) {
      call();
    } else if (trigger < armedNanos) {
      armedNanos = trigger;
      timer.arm(ClockId.MONOTONIC, trigger);
    }
  }

  private static long triggerNanos(RunnableScheduledFuture<?> task, long nowNanos) {
    return task instanceof ScheduledTask<?> ours
        ? ours.triggerNanos()
        : Periods.sum(nowNanos, Math.max(0, task.getDelay(TimeUnit.NANOSECONDS)));
  }

  private boolean isFirstDue() {
    long now = timers.nanos(ClockId.MONOTONIC);
    return size > 0 && triggerNanos(heap[0], now) <= now;
  }

  @Override
  public boolean offer(Runnable work) {
    Objects.requireNonNull(work, "task");
    RunnableScheduledFuture<?> task = (RunnableScheduledFuture<?>) work;
    lock.lock();
    try {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      up(size++, task);
      if (heap[0].equals(task)) {
        attend();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the first task if it is due, and sees to the next. Lock held. */
  private RunnableScheduledFuture<?> takeDue() {
    if (!isFirstDue()) {
      attend();
      return null;
    }
    RunnableScheduledFuture<?> task = heap[0];
    removeAt(0);
    attend();
    return task;
  }

  /** Wakes a waiting thread, if there is one. Lock held. */
  private void call() {
    TimerWaits waits = timers.waits();
    if (waits != null && lock.hasWaiters(available)) {
      waits.calls();
    }
    available.signal();
  }

  private TimerWaits idle() {
    TimerWaits waits = timers.waits();
    if (waits != null) {
      waits.idles();
    }
    return waits;
  }

  private static void goOn(TimerWaits waits) {
    if (waits != null) {
      waits.answers();
    }
  }

  @Override
  public Runnable take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (;;) {
        RunnableScheduledFuture<?> task = takeDue();
        if (task != null) {
          return task;
        }
        TimerWaits waits = idle();
        try {
          available.await();
        } finally {
          goOn(waits);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(timeout);
    lock.lockInterruptibly();
    try {
      for (;;) {
        RunnableScheduledFuture<?> task = takeDue();
        if (task != null || left <= 0) {
          return task;
        }
        TimerWaits waits = idle();
        try {
          left = available.awaitNanos(left);
        } finally {
          goOn(waits);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Runnable poll() {
    lock.lock();
    try {
      return takeDue();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Runnable peek() {
    lock.lock();
    try {
      return size == 0 ? null : heap[0];
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean remove(Object work) {
    lock.lock();
    try {
      int at = find(work);
      if (at >= 0) {
        removeAt(at);
      }
      return at >= 0;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean contains(Object work) {
    lock.lock();
    try {
      return find(work) >= 0;
    } finally {
      lock.unlock();
    }
  }

  /** Where a task stands; -1 if nowhere. Lock held. */
  private int find(Object work) {
    if (work instanceof ScheduledTask<?> ours) {
      int at = ours.position;
      return at >= 0 && at < size && heap[at].equals(ours) ? at : -1;
    }
    for (int i = 0; i < size; i++) {
      if (heap[i].equals(work)) {
        return i;
      }
    }
    return -1;
  }

  /** Takes out all tasks, due or not. */
  @Override
  public void clear() {
    lock.lock();
    try {
      while (size > 0) {
        removeAt(size - 1);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int remainingCapacity() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void put(Runnable work) {
    offer(work);
  }

  @Override
  public boolean offer(Runnable work, long timeout, TimeUnit unit) {
    return offer(work);
  }

  @Override
  public int drainTo(Collection<? super Runnable> into) {
    return drainTo(into, Integer.MAX_VALUE);
  }

  /** Takes out the tasks that are due, as {@link #poll} does one by one. */
  @Override
  public int drainTo(Collection<? super Runnable> into, int most) {
    Objects.requireNonNull(into, "collection");
    if (into instanceof TimerWorkQueue) {
      throw new IllegalArgumentException("a queue of timed tasks cannot be drained into one");
    }
    lock.lock();
    try {
      int drained = 0;
      while (drained < most && isFirstDue()) {
        into.add(heap[0]);
        removeAt(0);
        drained++;
      }
      return drained;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Object[] toArray() {
    lock.lock();
    try {
      return Arrays.copyOf(heap, size, Object[].class);
    } finally {
      lock.unlock();
    }
  }

  /** Over a copy; what is removed is removed from the queue. */
  @Override
  public Iterator<Runnable> iterator() {
    Object[] copy = toArray();
    return new Iterator<>() {
      private int next;
      private int last = -1;

      @Override
      public boolean hasNext() {
        return next < copy.length;
      }

      @Override
      public Runnable next() {
        if (next >= copy.length) {
          throw new NoSuchElementException();
        }
        last = next++;
        return (Runnable) copy[last];
      }

      @Override
      public void remove() {
        if (last < 0) {
          throw new IllegalStateException("there is nothing to remove: call next() before");
        }
        TimerWorkQueue.this.remove(copy[last]);
        last = -1;
      }
    };
  }

  private void removeAt(int hole) {
    place(heap[hole], -1);
    RunnableScheduledFuture<?> last = heap[--size];
    heap[size] = null;
    if (hole == size) {
      return;
    }
    down(hole, last);
    if (heap[hole].equals(last)) {
      up(hole, last);
    }
  }

  private void up(int from, RunnableScheduledFuture<?> task) {
    int at = from;
    while (at > 0 && task.compareTo(heap[(at - 1) >> 1]) < 0) {
      put(at, heap[(at - 1) >> 1]);
      at = (at - 1) >> 1;
    }
    put(at, task);
  }

  private void down(int from, RunnableScheduledFuture<?> task) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      int right = child + 1;
      int least = right < size && heap[right].compareTo(heap[child]) < 0 ? right : child;
      if (task.compareTo(heap[least]) <= 0) {
        break;
      }
      put(at, heap[least]);
      at = least;
    }
    put(at, task);
  }

  private void put(int at, RunnableScheduledFuture<?> task) {
    heap[at] = task;
    place(task, at);
  }

  private static void place(RunnableScheduledFuture<?> task, int at) {
    if (task instanceof ScheduledTask<?> ours) {
      ours.position = at;
    }
  }
}

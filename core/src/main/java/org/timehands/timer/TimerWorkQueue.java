package org.timehands.timer;

import java.util.AbstractQueue;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
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
 */
final class TimerWorkQueue extends AbstractQueue<Runnable> implements BlockingQueue<Runnable> {
  private static final int FIRST_CAPACITY = 16;
  private static final long NOT_ARMED = Long.MAX_VALUE;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition available = lock.newCondition();
  private final Timers timers;
  private final ClockTimer timer;
  private ScheduledTask<?>[] heap = new ScheduledTask<?>[FIRST_CAPACITY];
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
    long trigger = heap[0].triggerNanos();
    if (trigger <= timers.nanos(ClockId.MONOTONIC)) {
      available.signal();
    } else if (trigger < armedNanos) {
      armedNanos = trigger;
      timer.arm(ClockId.MONOTONIC, trigger);
    }
  }

  @Override
  public boolean offer(Runnable work) {
    ScheduledTask<?> task = (ScheduledTask<?>) Objects.requireNonNull(work, "task");
    lock.lock();
    try {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      up(size++, task);
      if (task.position == 0) {
        attend();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the first task if it is due, and sees to the next. Lock held. */
  private ScheduledTask<?> takeDue() {
    if (size == 0 || heap[0].triggerNanos() > timers.nanos(ClockId.MONOTONIC)) {
      attend();
      return null;
    }
    ScheduledTask<?> task = heap[0];
    removeAt(0);
    attend();
    return task;
  }

  @Override
  public Runnable take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (;;) {
        ScheduledTask<?> task = takeDue();
        if (task != null) {
          return task;
        }
        available.await();
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
        ScheduledTask<?> task = takeDue();
        if (task != null || left <= 0) {
          return task;
        }
        left = available.awaitNanos(left);
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
      boolean here =
          work instanceof ScheduledTask<?> task
              && task.position >= 0
              && task.position < size
              && heap[task.position].equals(task);
      if (here) {
        removeAt(((ScheduledTask<?>) work).position);
      }
      return here;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean contains(Object work) {
    return Arrays.asList(toArray()).contains(work);
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

  /** Takes out tasks, due or not: who shuts a pool down wants them all. */
  @Override
  public int drainTo(Collection<? super Runnable> into, int most) {
    if (into instanceof TimerWorkQueue) {
      throw new IllegalArgumentException("a queue of timed tasks cannot be drained into one");
    }
    lock.lock();
    try {
      int drained = 0;
      while (drained < most && size > 0) {
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

      @Override
      public boolean hasNext() {
        return next < copy.length;
      }

      @Override
      public Runnable next() {
        if (next >= copy.length) {
          throw new NoSuchElementException();
        }
        return (Runnable) copy[next++];
      }

      @Override
      public void remove() {
        if (next == 0) {
          throw new IllegalStateException("next() has not been called");
        }
        TimerWorkQueue.this.remove(copy[next - 1]);
      }
    };
  }

  private void removeAt(int hole) {
    heap[hole].position = -1;
    ScheduledTask<?> last = heap[--size];
    heap[size] = null;
    if (hole == size) {
      return;
    }
    down(hole, last);
    if (heap[hole].equals(last)) {
      up(hole, last);
    }
  }

  private void up(int from, ScheduledTask<?> task) {
    int at = from;
    while (at > 0 && task.precedes(heap[(at - 1) >> 1])) {
      put(at, heap[(at - 1) >> 1]);
      at = (at - 1) >> 1;
    }
    put(at, task);
  }

  private void down(int from, ScheduledTask<?> task) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      int least = child + 1 < size && heap[child + 1].precedes(heap[child]) ? child + 1 : child;
      if (task.precedes(heap[least])) {
        break;
      }
      put(at, heap[least]);
      at = least;
    }
    put(at, task);
  }

  private void put(int at, ScheduledTask<?> task) {
    heap[at] = task;
    task.position = at;
  }
}

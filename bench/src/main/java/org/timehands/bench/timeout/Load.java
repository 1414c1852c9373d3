package org.timehands.bench.timeout;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.timehands.bench.timeout.subject.Subject;

/**
 * One thread's load on a share of the places, taken in no order. Each share belongs to one thread,
 * as connections do.
 */
final class Load {
  /**
   * What a slice came to.
   *
   * @param operations how many were done
   * @param elapsedNanos in how long
   * @param bytes what the thread allocated for them
   */
  record Slice(long operations, long elapsedNanos, long bytes) {}

  private static final int BATCH = 512;
  private static final int MORE_BITS = 8;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Subject subject;
  private final int first;
  private final int places;
  private long random;

  Load(Subject subject, int first, int places, long seed) {
    this.subject = subject;
    this.first = first;
    this.places = places;
    this.random = seed * 0x9E3779B97F4A7C15L + 1;
  }

  private static long next(long state) {
    return state * 6364136223846793005L + 1442695040888963407L;
  }

  private static long drawn(long state) {
    return state >>> 32;
  }

  private int place(long drawn) {
    return first + (int) ((drawn * places) >>> 32);
  }

  private static int more(long drawn) {
    return (int) drawn & ((1 << MORE_BITS) - 1);
  }

  /** Arms at each place. */
  void fill() {
    long before = System.nanoTime();
    for (int i = 0; i < places; i++) {
      subject.arm(first + i, more(i * 31L));
      if (i % BATCH == BATCH - 1) {
        long now = System.nanoTime();
        subject.worked(now - before);
        before = now;
      }
    }
  }

  /** Does one operation after the other for so long. */
  Slice run(Operation operation, long nanos) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    long operations = 0;
    long now = start;
    do {
      long before = now;
      batch(operation);
      operations += BATCH;
      now = System.nanoTime();
      subject.worked(now - before);
    } while (now - start < nanos);
    return new Slice(
        operations, now - start, THREADS.getCurrentThreadAllocatedBytes() - bytes);
  }

  /*
   * A method for each operation: the compiler decides for each by itself what to inline, as it does
   * for a user who needs one of them. In one method, what is measured first pays for the others.
   * The state of the random numbers is kept in a register: a field would be written each time.
   */
  private void batch(Operation operation) {
    switch (operation) {
      case CANCEL_ARM -> cancelAndArm();
      case ARM_ANEW -> armAnew();
      case PUT_OFF -> putOff();
    }
  }

  private void cancelAndArm() {
    long state = random;
    for (int i = 0; i < BATCH; i++) {
      state = next(state);
      subject.cancelAndArm(place(drawn(state)), more(drawn(state)));
    }
    random = state;
  }

  private void armAnew() {
    long state = random;
    for (int i = 0; i < BATCH; i++) {
      state = next(state);
      subject.armAnew(place(drawn(state)), more(drawn(state)));
    }
    random = state;
  }

  private void putOff() {
    long state = random;
    for (int i = 0; i < BATCH; i++) {
      state = next(state);
      subject.putOff(place(drawn(state)), more(drawn(state)));
    }
    random = state;
  }

  /**
   * Times operations one by one; the clock is read once for each, which is in the figure.
   *
   * @return each operation's nanoseconds, ascending
   */
  long[] each(Operation operation, int count) {
    long[] took = new long[count];
    long before = System.nanoTime();
    for (int i = 0; i < count; i++) {
      random = next(random);
      long drawn = drawn(random);
      operation.once(subject, place(drawn), more(drawn));
      long now = System.nanoTime();
      took[i] = now - before;
      before = now;
      subject.worked(took[i]);
    }
    Arrays.sort(took);
    return took;
  }
}

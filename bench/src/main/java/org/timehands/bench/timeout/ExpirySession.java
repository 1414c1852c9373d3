package org.timehands.bench.timeout;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.timehands.bench.timeout.subject.Subject;
import org.timehands.bench.timeout.subject.Subjects;

/** A JVM in which many timeouts run: spread over a second, then all at one instant. */
final class ExpirySession {
  private static final long SEED = 20261121;
  private static final long SPAN_NANOS = 1_000_000_000;
  private static final long MILLI = 1_000_000;
  private static final int LEAD_PER_TIMEOUT_NANOS = 4_000;
  private static final long LEAD_NANOS = 500 * MILLI;
  private static final long PATIENCE_NANOS = 10_000 * MILLI;
  private static final int MOST_PATIENCE = 9;
  private static final int PROBES = 200;
  private static final int WARM = 100_000;
  /** So often, lest the compilers' time be in the figures: after one they were at it for 60 ms. */
  private static final int WARM_UPS = 3;
  private static final int BUDGET = 256;
  private static final double P99 = 0.99;

  /** What ran, and how late. */
  private static final class Runs {
    final long[] late;
    final AtomicInteger count = new AtomicInteger();
    volatile long firstRan;
    volatile long lastRan;

    Runs(int room) {
      late = new long[room];
    }

    void ran(long lateNanos, long now) {
      int index = count.getAndIncrement();
      if (index < late.length) {
        late[index] = lateNanos;
      }
      if (index == 0) {
        firstRan = now;
      }
      lastRan = now;
    }

    long[] sorted() {
      long[] ran = Arrays.copyOf(late, Math.min(late.length, count.get()));
      Arrays.sort(ran);
      return ran;
    }
  }

  /** One timeout. */
  private static final class Due implements Runnable {
    private final Runs runs;
    private final long deadline;

    Due(Runs runs, long deadline) {
      this.runs = runs;
      this.deadline = deadline;
    }

    @Override
    public void run() {
      long now = System.nanoTime();
      runs.ran(now - deadline, now);
    }
  }

  private ExpirySession() {}

  /** The session's program. Arguments: the subject's name, how many expire, how many at once. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    Reports reports = new Reports(out);
    Subjects.Entry entry = Subjects.named(args[0]);
    int many = Integer.parseInt(args[1]);
    int atOnce = Integer.parseInt(args[2]);
    try (Subject subject = entry.make().get()) {
      if (entry.isShared()) {
        for (int i = 0; i < WARM_UPS; i++) {
          spread(subject, WARM, 1);
        }
        reports.send(spreadInTime(subject, many).toArray());
        reports.send(burst(subject, atOnce).toArray());
      }
    }
    if (!entry.isShared()) {
      pause(entry, atOnce); // to compile what is measured
      reports.send(pause(entry, atOnce).toArray());
    }
    out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  /** Armed in time, if need be with more time for it: else arming is what would be measured. */
  private static List<Object> spreadInTime(Subject subject, int many)
      throws InterruptedException {
    List<Object> done = List.of();
    long leadMillis = -1;
    for (int patience = 1; leadMillis < 0 && patience <= MOST_PATIENCE; patience *= 3) {
      done = spread(subject, many, patience);
      leadMillis = (Long) done.getLast();
    }
    return done;
  }

  /** Deadlines all over a second, armed in no order. */
  private static List<Object> spread(Subject subject, int many, int patience)
      throws InterruptedException {
    Runs runs = new Runs(many);
    List<Long> offsets = new ArrayList<>(many);
    for (int i = 0; i < many; i++) {
      offsets.add(i * SPAN_NANOS / many);
    }
    Collections.shuffle(offsets, new Random(SEED));
    System.gc();
    long start =
        System.nanoTime() + (LEAD_NANOS + (long) many * LEAD_PER_TIMEOUT_NANOS) * patience;
    for (long offset : offsets) {
      long deadline = start + offset;
      subject.run(deadline - System.nanoTime(), new Due(runs, deadline));
    }
    long armedBefore = start - System.nanoTime();
    offsets.clear();
    Thread.sleep(Math.max(0, (start - System.nanoTime()) / MILLI - 20));
    long cpu = cpuNanos();
    await(runs, many, start + SPAN_NANOS);
    cpu = cpuNanos() - cpu;
    long[] late = runs.sorted();
    long early = Arrays.stream(late).filter(each -> each < 0).count();
    return List.of(
        "expiry", cpu / 1e9, quantile(late, 0.5) / 1e6, quantile(late, P99) / 1e6,
        quantile(late, 1) / 1e6, early, many - runs.count.get(), armedBefore / MILLI);
  }

  private static double quantile(long[] sorted, double part) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) ((sorted.length - 1) * part)];
  }

  private static void await(Runs runs, int many, long last) throws InterruptedException {
    while (runs.count.get() < many && System.nanoTime() - last < PATIENCE_NANOS) {
      Thread.sleep(20);
    }
  }

  /** All at one instant, and what is due in the 200 ms after it. */
  private static List<Object> burst(Subject subject, int many) throws InterruptedException {
    Runs runs = new Runs(many);
    Runs probes = new Runs(PROBES);
    System.gc();
    long at = System.nanoTime() + LEAD_NANOS + (long) many * LEAD_PER_TIMEOUT_NANOS;
    for (int i = 0; i < many; i++) {
      subject.run(at - System.nanoTime(), new Due(runs, at));
    }
    for (int i = 1; i <= PROBES; i++) {
      long due = at + i * MILLI;
      subject.run(due - System.nanoTime(), new Due(probes, due));
    }
    await(runs, many, at);
    await(probes, PROBES, at);
    return List.of(
        "burst", (runs.lastRan - at) / 1e6, (runs.lastRan - runs.firstRan) / 1e6,
        quantile(probes.sorted(), 1) / 1e6, many + PROBES - runs.count.get() - probes.count.get());
  }

  /** One by hand: all in one bucket, taken out by a limited number at a time. */
  private static List<Object> pause(Subjects.Entry entry, int many) {
    try (Subject subject = entry.make().get()) {
      subject.prepare(many);
      for (int i = 0; i < many; i++) {
        subject.arm(i, 0);
      }
      long worst = 0;
      long all = 0;
      int ran = 0;
      for (int tick = 1; ran < many && tick < 1_000_000; tick++) {
        long before = System.nanoTime();
        // The clock stands still once the bucket is reached, until it is empty.
        ran += subject.advance(Math.min(tick, 600), BUDGET);
        long took = System.nanoTime() - before;
        worst = Math.max(worst, took);
        all += took;
      }
      return List.of("pause", worst / 1e6, all / 1e6, many - ran);
    }
  }
}

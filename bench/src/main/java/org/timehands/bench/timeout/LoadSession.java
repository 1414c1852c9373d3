package org.timehands.bench.timeout;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.timehands.bench.bed.Noise;
import org.timehands.bench.bed.NoiseMeter;
import org.timehands.bench.bed.PinnedExecutor;
import org.timehands.bench.timeout.subject.Subject;
import org.timehands.bench.timeout.subject.Subjects;

/** A JVM that measures one subject with ever more timeouts armed. */
final class LoadSession {
  private static final int TAIL_OPERATIONS = 100_000;
  private static final int PER_THOUSAND = 1000;

  private final Subjects.Entry entry;
  private final Reports reports;
  private final long sliceNanos;
  private final int slices;
  private final ExecutorService one;
  private final ExecutorService two;

  private LoadSession(Subjects.Entry entry, Reports reports, long sliceNanos, int slices)
      throws IOException {
    this.entry = entry;
    this.reports = reports;
    this.sliceNanos = sliceNanos;
    this.slices = slices;
    this.one = new PinnedExecutor(1, "one");
    this.two = new PinnedExecutor(2, "two");
  }

  /**
   * The session's program. Arguments: the subject's name, nanoseconds of a slice, how many slices,
   * then how many are armed, several times.
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    LoadSession session =
        new LoadSession(
            Subjects.named(args[0]),
            new Reports(out),
            Long.parseLong(args[1]),
            Integer.parseInt(args[2]));
    NoiseMeter meter = new NoiseMeter(() -> 0);
    for (int i = 3; i < args.length; i++) {
      session.measure(Integer.parseInt(args[i]));
    }
    Noise noise = meter.lap();
    session.reports.send("noise", noise.others(), noise.steal());
    out.flush();
    // Some peers have threads that do not end.
    Runtime.getRuntime().halt(0);
  }

  private void measure(int armed) throws Exception {
    try (Subject subject = entry.make().get()) {
      long empty = used();
      subject.prepare(armed);
      long prepared = used();
      Load all = new Load(subject, 0, armed, 0);
      one.submit(all::fill).get();
      settle();
      long full = used();
      reports.send(
          "memory", armed, (full - prepared) / (double) armed, (full - empty) / (double) armed);
      // What is armed is then as old as in a wheel that has run for long.
      run(one, List.of(all), Operation.CANCEL_ARM, subject.ageNanos());
      for (Operation operation : Operation.values()) {
        if (operation.isOwn(subject)) {
          operation(subject, armed, operation);
        }
      }
      reports.send("size", armed);
    }
  }

  /** Lets a thread of the subject take over what was armed. */
  private static void settle() throws InterruptedException {
    Thread.sleep(100);
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private void operation(Subject subject, int armed, Operation operation) throws Exception {
    Load all = new Load(subject, 0, armed, 1);
    List<Load> halves =
        List.of(new Load(subject, 0, armed / 2, 2), new Load(subject, armed / 2, armed / 2, 3));
    run(one, List.of(all), operation, 3 * sliceNanos);
    for (int i = 0; i < slices; i++) {
      report(armed, operation, 1, run(one, List.of(all), operation, sliceNanos));
    }
    long[] each = one.submit(() -> all.each(operation, TAIL_OPERATIONS)).get();
    reports.send(
        "tail", armed, operation, each[each.length - 1 - each.length / PER_THOUSAND],
        each[each.length - 1]);
    if (entry.isShared()) {
      run(two, halves, operation, 2 * sliceNanos);
      for (int i = 0; i < slices; i++) {
        report(armed, operation, 2, run(two, halves, operation, sliceNanos));
      }
    }
  }

  private static List<Load.Slice> run(
      ExecutorService threads, List<Load> loads, Operation operation, long nanos)
      throws InterruptedException, ExecutionException {
    CyclicBarrier together = new CyclicBarrier(loads.size());
    List<Future<Load.Slice>> running = new ArrayList<>();
    for (Load load : loads) {
      Callable<Load.Slice> slice =
          () -> {
            together.await();
            return load.run(operation, nanos);
          };
      running.add(threads.submit(slice));
    }
    List<Load.Slice> done = new ArrayList<>();
    for (Future<Load.Slice> each : running) {
      done.add(each.get());
    }
    return done;
  }

  /** The mean cost of an operation to the thread that does it. */
  private void report(int armed, Operation operation, int threads, List<Load.Slice> slices) {
    double operations = slices.stream().mapToLong(Load.Slice::operations).sum();
    double nanos = slices.stream().mapToLong(Load.Slice::elapsedNanos).sum();
    double bytes = slices.stream().mapToLong(Load.Slice::bytes).sum();
    reports.send("cost", armed, operation, threads, nanos / operations, bytes / operations);
  }
}

package org.timehands.testing;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Ends a JVM in which no test has begun or ended for too long, after it has said which ones run and
 * what each thread does. Timeouts of JUnit interrupt, and a test that is deaf to that ran for ever,
 * silently: this one asks nobody. Found by every module's test run as a service.
 *
 * <p>{@code -Dtimehands.hang.seconds=N} for tests that take longer; 0 for no end.
 */
public final class HangWatch implements TestExecutionListener {
  /** How long nothing may happen, in seconds; 0 for ever. */
  public static final String LIMIT = "timehands.hang.seconds";

  /** How the JVM ends. */
  public static final int EXIT = 86;

  private static final long DEFAULT_SECONDS = 600;
  private static final long DUMP_MILLIS = 30_000;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  /** Surefire's stream writes what was printed a tenth of a second later, whoever flushes it. */
  private static final long PRINT_MILLIS = 2_000;

  // Before a test replaces it.
  private final PrintStream out = System.err;
  private final Set<TestIdentifier> running = new LinkedHashSet<>();
  private long events;
  private TestPlan plan;

  @Override
  public synchronized void testPlanExecutionStarted(TestPlan begun) {
    long seconds = Long.getLong(LIMIT, DEFAULT_SECONDS);
    plan = begun;
    if (seconds > 0) {
      Thread.ofPlatform().daemon().name("hang-watch").start(() -> watch(begun, seconds));
    }
  }

  @Override
  public synchronized void testPlanExecutionFinished(TestPlan ended) {
    plan = null;
    notifyAll();
  }

  @Override
  public synchronized void executionStarted(TestIdentifier test) {
    running.add(test);
    events++;
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    running.remove(test);
    events++;
  }

  private void watch(TestPlan begun, long seconds) {
    try {
      if (!isHanging(begun, TimeUnit.SECONDS.toNanos(seconds))) {
        return;
      }
    } catch (InterruptedException stopped) {
      return; // as if all were over
    }
    // Whatever holds up the dump, such as a thread that hangs with the stream's lock.
    Thread.ofPlatform().daemon().name("hang-end").start(() -> endIn(DUMP_MILLIS));
    out.println("HANG: no test has begun or ended for " + seconds + " s, while this ran:");
    running().forEach(
        test -> out.println("HANG: " + test.getUniqueId() + " " + test.getDisplayName()));
    dump();
    out.println("HANG: this JVM ends; -D" + LIMIT + "=SECONDS for tests that take longer");
    out.flush();
    endIn(PRINT_MILLIS);
  }

  private synchronized List<TestIdentifier> running() {
    return List.copyOf(running);
  }

  /**
   * Whether nothing happens for so long before the plan is over. What it sleeps beyond a look is
   * not counted: then this JVM was stopped, or has no processor, and the tests as well.
   */
  private synchronized boolean isHanging(TestPlan begun, long limitNanos)
      throws InterruptedException {
    long seen = events;
    long quietNanos = 0;
    while (begun.equals(plan) && quietNanos < limitNanos) {
      long before = System.nanoTime();
      TimeUnit.NANOSECONDS.timedWait(this, LOOK_NANOS);
      long lookNanos = Math.min(LOOK_NANOS, System.nanoTime() - before);
      quietNanos = events == seen ? quietNanos + lookNanos : 0;
      seen = events;
    }
    return begun.equals(plan);
  }

  private static void endIn(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException ignored) {
      // Nobody knows this thread.
    }
    Runtime.getRuntime().halt(EXIT);
  }

  /** Platform and virtual threads. */
  private void dump() {
    try {
      Path dir = Files.createTempDirectory("hang");
      Path file = dir.resolve("threads.txt");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
      Files.readAllLines(file).forEach(out::println);
      Files.delete(file);
      Files.delete(dir);
    } catch (IOException | RuntimeException failed) {
      out.println("HANG: no dump: " + failed);
      Thread.getAllStackTraces()
          .forEach(
              (thread, stack) -> {
                out.println(thread + " " + thread.getState());
                for (StackTraceElement frame : stack) {
                  out.println("    at " + frame);
                }
              });
    }
  }
}

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
  private static final long DUMP_SECONDS = 30;

  // Before a test replaces it.
  private final PrintStream out = System.err;
  private final Set<TestIdentifier> running = new LinkedHashSet<>();
  private long lastNanos;
  private boolean over;

  @Override
  public synchronized void testPlanExecutionStarted(TestPlan plan) {
    long seconds = Long.getLong(LIMIT, DEFAULT_SECONDS);
    lastNanos = System.nanoTime();
    if (seconds > 0) {
      Thread.ofPlatform().daemon().name("hang-watch").start(() -> watch(seconds));
    }
  }

  @Override
  public synchronized void testPlanExecutionFinished(TestPlan plan) {
    over = true;
    notifyAll();
  }

  @Override
  public synchronized void executionStarted(TestIdentifier test) {
    running.add(test);
    lastNanos = System.nanoTime();
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    running.remove(test);
    lastNanos = System.nanoTime();
  }

  private void watch(long seconds) {
    List<TestIdentifier> hanging = List.of();
    try {
      hanging = awaitHang(TimeUnit.SECONDS.toNanos(seconds));
    } catch (InterruptedException stopped) {
      // As if all were over.
    }
    if (!hanging.isEmpty()) {
      // Whatever holds up the dump, such as a thread that hangs with the stream's lock.
      Thread.ofPlatform().daemon().name("hang-end").start(HangWatch::endSoon);
      out.println("HANG: no test has begun or ended for " + seconds + " s, while this ran:");
      hanging.forEach(
          test -> out.println("HANG: " + test.getUniqueId() + " " + test.getDisplayName()));
      dump();
      out.println("HANG: this JVM ends; -D" + LIMIT + "=SECONDS for tests that take longer");
      out.flush();
      Runtime.getRuntime().halt(EXIT);
    }
  }

  /** What runs when nothing has happened for so long; nothing if all tests are over. */
  private synchronized List<TestIdentifier> awaitHang(long limitNanos)
      throws InterruptedException {
    while (!over) {
      long left = limitNanos - (System.nanoTime() - lastNanos);
      if (left <= 0) {
        return List.copyOf(running);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return List.of();
  }

  private static void endSoon() {
    try {
      Thread.sleep(TimeUnit.SECONDS.toMillis(DUMP_SECONDS));
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

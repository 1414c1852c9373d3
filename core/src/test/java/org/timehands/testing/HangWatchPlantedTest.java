package org.timehands.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Tests that never end, each in a JVM of its own, which the watch is to end. */
class HangWatchPlantedTest {
  private static final long SECONDS = 5;

  @TempDir private Path dir;

  /** What {@code @Timeout} interrupts in vain. */
  static class DeafTest {
    private static volatile boolean never;

    @Test
    @Timeout(1)
    void spinsWithoutEnd() throws InterruptedException {
      CountDownLatch begun = new CountDownLatch(1);
      Thread.ofVirtual().name("planted").start(() -> parkedVirtually(begun));
      begun.await();
      while (!never) {
        Thread.onSpinWait();
      }
    }

    private static void parkedVirtually(CountDownLatch begun) {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException ended) {
        throw new AssertionError(ended);
      }
    }
  }

  /** Of dynamic tests JUnit knows no timeout. */
  static class DynamicHangTest {
    @TestFactory
    Stream<DynamicTest> tests() {
      return Stream.of(
          DynamicTest.dynamicTest("ends", () -> {}),
          DynamicTest.dynamicTest("waits", () -> new CountDownLatch(1).await()));
    }
  }

  /** Longer than the limit, but something goes on: each sleeps for a fraction of it. */
  static class BusyTest {
    @TestFactory
    Stream<DynamicTest> tests() {
      return Stream.generate(
              () -> DynamicTest.dynamicTest("short", () -> TimeUnit.MILLISECONDS.sleep(300)))
          .limit(20);
    }
  }

  /** As surefire's: what is flushed is written a little later. */
  private static final class LateStream extends ByteArrayOutputStream {
    private final PrintStream to;

    LateStream(PrintStream to) {
      this.to = to;
      Thread.ofPlatform().daemon().start(this::pump);
    }

    private void pump() {
      while (true) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        synchronized (this) {
          to.writeBytes(toByteArray());
          reset();
        }
      }
    }
  }

  /** The child: runs the tests of some classes as a build does, one after the other. */
  public static void main(String[] arguments) throws ClassNotFoundException {
    System.setErr(new PrintStream(new LateStream(System.err), true, StandardCharsets.UTF_8));
    try (LauncherSession session = LauncherFactory.openSession()) {
      for (String each : arguments) {
        session
            .getLauncher()
            .execute(
                LauncherDiscoveryRequestBuilder.request()
                    .selectors(DiscoverySelectors.selectClass(Class.forName(each)))
                    .build());
      }
    }
    System.out.println("all done");
  }

  private Process start(Class<?>... tests) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-D" + HangWatch.LIMIT + "=" + SECONDS,
            "-cp",
            System.getProperty("java.class.path"),
            HangWatchPlantedTest.class.getName());
    for (Class<?> each : tests) {
      builder.command().add(each.getName());
    }
    return builder.redirectErrorStream(true).redirectOutput(output().toFile()).start();
  }

  private Path output() {
    return dir.resolve("output.txt");
  }

  private String ended(Process child, int exit) throws Exception {
    try {
      assertTrue(child.waitFor(Await.PATIENCE_SECONDS, TimeUnit.SECONDS), "it hangs");
      String text = Files.readString(output());
      assertEquals(exit, child.exitValue(), text);
      return text;
    } finally {
      child.destroyForcibly();
    }
  }

  private String run(int exit, Class<?>... tests) throws Exception {
    return ended(start(tests), exit);
  }

  @Test
  void aTestThatIsDeafToItsTimeoutEndsTheBuild() throws Exception {
    String text = run(HangWatch.EXIT, DeafTest.class);
    for (String said :
        List.of("no test has begun or ended for 5 s", "[method:spinsWithoutEnd()]",
            "parkedVirtually", "will be interrupted", "this JVM ends")) {
      assertTrue(text.contains(said), said + " is not in\n" + text);
    }
  }

  @Test
  void aDynamicTestIsNamed() throws Exception {
    String text = run(HangWatch.EXIT, DynamicHangTest.class);
    assertTrue(text.contains("[dynamic-test:#2] waits"), text);
    assertFalse(text.contains("] ends"), text);
  }

  @Test
  void testsThatEndAreLeftAlone() throws Exception {
    String text = run(0, BusyTest.class);
    assertTrue(text.contains("all done"), text);
    assertFalse(text.contains("HANG"), text);
  }

  @Test
  void aHangInALaterPlanIsSeen() throws Exception {
    assertTrue(
        run(HangWatch.EXIT, BusyTest.class, DynamicHangTest.class).contains("waits"), "who hangs");
  }

  /** A machine that stands still, or a debugger: nothing else could go on either. */
  @Test
  void aJvmThatIsStoppedDoesNotHang() throws Exception {
    Process child = start(BusyTest.class);
    TimeUnit.SECONDS.sleep(2);
    signal(child, "STOP");
    TimeUnit.SECONDS.sleep(SECONDS + 1);
    signal(child, "CONT");
    assertFalse(ended(child, 0).contains("HANG"));
  }

  private static void signal(Process child, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start();
    assertEquals(0, kill.waitFor(), "kill -" + name);
  }
}

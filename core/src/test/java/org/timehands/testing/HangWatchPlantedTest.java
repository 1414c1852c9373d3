package org.timehands.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
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

  /** The child: runs the tests of a class as a build does. */
  public static void main(String[] arguments) throws ClassNotFoundException {
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(Class.forName(arguments[0])))
                .build());
    System.out.println("all done");
  }

  private String run(Class<?> test, int exit) throws Exception {
    Path output = dir.resolve("output.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + HangWatch.LIMIT + "=" + SECONDS,
                "-cp",
                System.getProperty("java.class.path"),
                HangWatchPlantedTest.class.getName(),
                test.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(child.waitFor(Await.PATIENCE_SECONDS, TimeUnit.SECONDS), "it hangs");
      String text = Files.readString(output);
      assertEquals(exit, child.exitValue(), text);
      return text;
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aTestThatIsDeafToItsTimeoutEndsTheBuild() throws Exception {
    String text = run(DeafTest.class, HangWatch.EXIT);
    for (String said :
        List.of("no test has begun or ended for 5 s", "[method:spinsWithoutEnd()]",
            "parkedVirtually", "will be interrupted")) {
      assertTrue(text.contains(said), said + " is not in\n" + text);
    }
  }

  @Test
  void aDynamicTestIsNamed() throws Exception {
    String text = run(DynamicHangTest.class, HangWatch.EXIT);
    assertTrue(text.contains("[dynamic-test:#2] waits"), text);
    assertFalse(text.contains("] ends"), text);
  }

  @Test
  void testsThatEndAreLeftAlone() throws Exception {
    String text = run(BusyTest.class, 0);
    assertTrue(text.contains("all done"), text);
    assertFalse(text.contains("HANG"), text);
  }
}

package org.timehands.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Every Java example of the README compiles against the library as it is. */
class ReadmeExampleTest {
  @TempDir private Path scratch;

  private static Path readme() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(here.resolve("timehands"))) {
      here = here.getParent();
    }
    return here.resolve("README.md");
  }

  @Test
  void theExamplesCompile() throws IOException {
    List<String> blocks = ReadmeExample.blocks(Files.readString(readme()));
    assertFalse(blocks.isEmpty(), "the README has no example in Java");
    for (String block : blocks) {
      assertEquals(List.of(), ReadmeExample.complaints(block, scratch), block);
    }
  }

  /** The example of a test at virtual time is run as JUnit would. */
  @Test
  void theTestAtVirtualTimePasses() throws Exception {
    String test =
        ReadmeExample.blocks(Files.readString(readme())).stream()
            .filter(each -> each.contains("@VirtualTime"))
            .findFirst()
            .orElseThrow();
    assertEquals(List.of(0L, 1L), run(test, scratch.resolve("good")), "failed, passed");
    // The planted failure: the same test with a wrong expectation.
    String wrong = test.replace("assertEquals(24,", "assertEquals(25,");
    assertEquals(List.of(1L, 0L), run(wrong, scratch.resolve("wrong")), "failed, passed");
  }

  /** The example for Netty is run as it is, and prints what it says. */
  @Test
  void theExampleForNettyRuns() throws Exception {
    String code =
        ReadmeExample.blocks(Files.readString(readme())).stream()
            .filter(each -> each.contains("TimeoutsTimer"))
            .findFirst()
            .orElseThrow();
    String idle = "idle for 50 ms" + System.lineSeparator();
    assertEquals(idle, printed(code, scratch.resolve("good")));
    // The planted failure: the same example with another task.
    String wrong = code.replace("\"idle for", "\"busy for");
    assertNotEquals(idle, printed(wrong, scratch.resolve("wrong")));
  }

  /** What statements print when they run. */
  private static String printed(String code, Path into) throws Exception {
    Files.createDirectories(into);
    assertEquals(List.of(), ReadmeExample.complaints(code, into));
    ClassLoader before = ReadmeExampleTest.class.getClassLoader();
    PrintStream out = System.out;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {into.toUri().toURL()}, before);
        PrintStream catching = new PrintStream(caught, true, StandardCharsets.UTF_8)) {
      Method example = loader.loadClass("Example").getDeclaredMethod("example");
      example.setAccessible(true);
      System.setOut(catching);
      example.invoke(null);
    } finally {
      System.setOut(out);
    }
    return caught.toString(StandardCharsets.UTF_8);
  }

  /** How many tests of a class have failed, and passed. */
  private static List<Long> run(String test, Path into) throws Exception {
    Files.createDirectories(into);
    assertEquals(List.of(), ReadmeExample.complaints(test, into));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {into.toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(loader);
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(DiscoverySelectors.selectClass(loader.loadClass("ReportsTest")))
                  .build(),
              listener);
      return List.of(
          listener.getSummary().getTestsFailedCount(),
          listener.getSummary().getTestsSucceededCount());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static final String GOOD =
      """
      import org.timehands.Timehands;

      try (Timehands timehands = Timehands.open()) {
        System.out.println(timehands.clocks().monotonicNanos());
      }
      """;

  @Test
  void goodExamplesPass() throws IOException {
    assertEquals(List.of(), ReadmeExample.complaints(GOOD, scratch));
    String main = "void main() { IO.println(org.timehands.Timehands.open().origin()); }";
    String closed = "import org.timehands.Timehands;\npublic class X {\n}\n";
    assertEquals(List.of(), ReadmeExample.complaints(closed, scratch));
    assertTrue(ReadmeExample.unit(main).equals(main));
  }

  /** The planted failures: what an example looks like after the library has moved on. */
  @Test
  void examplesThatAreOutOfDateAreCaught() throws IOException {
    for (String wrong :
        List.of(
            GOOD.replace("monotonicNanos", "monotonic"),
            GOOD.replace("Timehands.open()", "Timehands.start()"),
            GOOD.replace("import org.timehands.Timehands;", ""),
            GOOD.replace("org.timehands.Timehands", "org.timehands.Clocks"),
            GOOD.replace("println(", "println(("))) {
      assertFalse(ReadmeExample.complaints(wrong, scratch).isEmpty(), wrong);
    }
  }

  @Test
  void blocksAreFoundAmongOthers() {
    String text = "# T\n```sh\nls\n```\n```java\na\nb\n```\n```\njava\n```\n``` java\nc\n```\n";
    assertEquals(List.of("a\nb\n", "c\n"), ReadmeExample.blocks(text));
    assertThrows(
        IllegalArgumentException.class, () -> ReadmeExample.blocks("```java\nint a;\n"));
  }
}

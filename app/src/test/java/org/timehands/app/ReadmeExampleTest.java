package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

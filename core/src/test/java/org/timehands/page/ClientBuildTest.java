package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The C header compiles as it says, and its example runs. */
class ClientBuildTest {
  private static final Pattern EXAMPLE = Pattern.compile("```c\n(.*?)```", Pattern.DOTALL);

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"gcc,c11,-O2", "gcc,c11,-O0", "gcc,gnu17,-O3", "g++,c++11,-O2", "g++,c++17,-O2"})
  void compilesWithoutAWarning(String compiler, String standard, String optimised)
      throws IOException {
    boolean plus = compiler.equals("g++");
    List<String> how = plus ? List.of("-x", "c++", optimised) : List.of(optimised);
    assertCompiles(compiler, CTool.client().resolve("test/th_tool.c"), how, "-std=" + standard);
  }

  @Test
  void compilesForArm64() throws IOException {
    String compiler = "aarch64-linux-gnu-gcc";
    boolean have =
        Files.isExecutable(Path.of("/usr/bin", compiler));
    assumeTrue(have, compiler + " is not installed: the arm64 code is not compiled here");
    assertCompiles(
        compiler, CTool.client().resolve("test/th_tool.c"), List.of("-O2"), "-std=c11");
  }

  private static void assertCompiles(
      String compiler, Path source, List<String> how, String standard) throws IOException {
    CTool.Result built = CTool.compile(compiler, "build-test", source, how, standard);
    assertEquals(0, built.code(), built.out());
    assertEquals("", built.out());
  }

  @Test
  void aWarningWouldFailTheBuild() throws IOException {
    Path planted = temp.resolve("planted.c");
    Files.writeString(
        planted,
        "#include \"timehands.h\"\nint main(void) { int unused; return (int)TH_NO_TIME; }\n");
    CTool.Result built = CTool.compile("gcc", "planted", planted, List.of(), "-std=c11");
    assertNotEquals(0, built.code());
    assertTrue(built.out().contains("unused"), built.out());
  }

  @Test
  void theExampleOfTheReadmeRuns() throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(CTool.client().resolve("README.md")));
    assertTrue(example.find(), "no example in clients/c/README.md");
    Path source = Files.writeString(temp.resolve("clock.c"), example.group(1));
    assertCompiles("gcc", source, List.of("-O2"), "-std=c11");
    Path directory = temp.resolve("timehands");
    LivePage.own(directory).close();
    CTool.Result ran =
        CTool.run(List.of(CTool.binary("build-test").toString(), directory.toString()), "");
    assertEquals(0, ran.code(), ran.out());
    assertEquals(3, ran.lines().size(), ran.out());
    assertTrue(ran.out().startsWith("monotonic "), ran.out());
    CTool.Result none =
        CTool.run(List.of(CTool.binary("build-test").toString(), temp + "/none"), "");
    assertEquals(4, none.code());
    assertTrue(none.out().contains("does not exist"), none.out());
  }
}

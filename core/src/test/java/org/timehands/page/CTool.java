package org.timehands.page;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Compiles and runs the C reader, as its users would. */
final class CTool {
  static final List<String> STRICT =
      List.of("-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-Wshadow");

  private static final List<String> SANITIZED =
      List.of("-O1", "-g", "-fsanitize=undefined,address", "-fno-sanitize-recover=all");

  /* Of a machine that hangs; nothing is measured by it. */
  private static final long LIMIT_SECONDS = 300;

  private static Path tool;

  private CTool() {}

  /** How a command ended, and what it wrote. */
  record Result(int code, String out) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** The directory of the header. */
  static Path client() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(here.resolve("clients/c/timehands.h"))) {
      here = here.getParent();
      if (here == null) {
        throw new IllegalStateException("no clients/c/timehands.h upwards of here");
      }
    }
    return here.resolve("clients/c");
  }

  /** The compiled th_tool, with the sanitizers where the compiler has them. */
  static synchronized Path tool() throws IOException {
    if (tool == null) {
      Path source = client().resolve("test/th_tool.c");
      Result built = compile("gcc", "th_tool", source, SANITIZED, "-std=c11");
      if (built.code != 0) {
        System.out.println("CTool: built without sanitizers, because: " + built.out);
        built = compile("gcc", "th_tool", source, List.of("-O1"), "-std=c11");
      }
      if (built.code != 0) {
        fail("th_tool does not compile:\n" + built.out);
      }
      tool = binary("th_tool");
    }
    return tool;
  }

  /** Compiles one source file strictly. */
  static Result compile(
      String compiler, String name, Path source, List<String> how, String... more)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(compiler));
    command.addAll(STRICT);
    command.addAll(how);
    command.addAll(List.of(more));
    command.addAll(List.of("-I", client().toString(), "-o", binary(name).toString()));
    command.add(source.toString());
    return run(command, "");
  }

  static Path binary(String name) throws IOException {
    try {
      Path classes =
          Path.of(CTool.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.createDirectories(classes.resolveSibling("c")).resolve(name);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Runs the tool on some arguments. */
  static Result run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(tool().toString()));
    command.addAll(List.of(arguments));
    return run(command, "");
  }

  /** Runs any command. */
  static Result run(List<String> command, String input) throws IOException {
    Path output = Files.createTempFile("timehands-c", ".txt");
    Path given = Files.writeString(Files.createTempFile("timehands-c", ".in"), input);
    try {
      Process process = start(command, given, output);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        fail(command + " did not end in " + LIMIT_SECONDS + " s");
      }
      return new Result(
          process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command + " ran", interrupted);
    } finally {
      Files.delete(output);
      Files.delete(given);
    }
  }

  private static Process start(List<String> command, Path input, Path output) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectInput(input.toFile())
          .redirectOutput(output.toFile())
          .start();
    } catch (IOException missing) {
      return fail(
          command.getFirst() + " cannot be run; the C reader is tested with gcc and g++: install"
              + " them (apt-get install gcc g++ libc6-dev)",
          missing);
    }
  }
}

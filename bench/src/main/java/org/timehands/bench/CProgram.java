package org.timehands.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The peers in C, whose sources lie in the jar and are compiled when they are wanted. */
public final class CProgram {
  private static final String SOURCES = "/org/timehands/bench/c/";
  private static final long COMPILE_LIMIT_SECONDS = 60;

  private CProgram() {}

  /**
   * Compiles a program with gcc.
   *
   * @param name of its source, without {@code .c}
   * @param directory where to
   * @return the program
   * @throws IOException if there is no gcc or it fails; the message is for people
   */
  public static Path compile(String name, Path directory) throws IOException {
    Path source = directory.resolve(name + ".c");
    Path program = directory.resolve(name);
    try (InputStream stored = CProgram.class.getResourceAsStream(SOURCES + name + ".c")) {
      if (stored == null) {
        throw new IOException("the C program " + name + " is not in the jar");
      }
      Files.write(source, stored.readAllBytes());
    }
    Process gcc;
    try {
      gcc =
          new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException absent) {
      throw new IOException("no rows in C: gcc is not installed", absent);
    }
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!gcc.waitFor(COMPILE_LIMIT_SECONDS, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
        throw new IOException("no rows in C: gcc failed: " + said.strip());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("no rows in C: interrupted", interrupted);
    } finally {
      gcc.destroyForcibly();
    }
    return program;
  }
}

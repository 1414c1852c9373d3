package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM with the same classes, started with other options, for one test. */
public final class ChildJvm {
  /* A limit for a machine that hangs; nothing is measured by it. */
  private static final long LIMIT_SECONDS = 120;

  private ChildJvm() {}

  /** Runs a class to its end and returns what it wrote to both streams; its exit code must be 0. */
  public static String run(Class<?> main, String... options) throws Exception {
    Path output = Files.createTempFile("timehands-child", ".txt");
    try {
      Process process =
          command(main, List.of(options))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        fail("the child did not end in " + LIMIT_SECONDS + " s:\n" + Files.readString(output));
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        fail("the child ended with " + process.exitValue() + ":\n" + text);
      }
      return text;
    } finally {
      Files.delete(output);
    }
  }

  /** A process with both ends of its streams open. */
  static Process start(Class<?> main, List<String> arguments) throws IOException {
    ProcessBuilder builder = command(main, List.of("--enable-native-access=ALL-UNNAMED"));
    builder.command().addAll(arguments);
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static ProcessBuilder command(Class<?> main, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-ea");
    command.addAll(options);
    command.add("-cp");
    command.add(place(NativeAccess.class) + File.pathSeparator + place(ChildJvm.class));
    command.add(main.getName());
    return new ProcessBuilder(command);
  }

  private static Path place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }
}

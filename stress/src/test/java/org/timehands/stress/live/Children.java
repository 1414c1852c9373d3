package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Child processes of the live tests: JVMs on our class path, and C programs compiled here. */
final class Children {
  /** For a machine that is busy or hangs; nothing is measured by it. */
  static final long LIMIT_SECONDS = 120;

  private static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx256m");

  private static final long POLL_MILLIS = 2;

  private static final int KILLED = 128 + 9;

  private Children() {}

  /** Starts a JVM that lives shortly. */
  static Process quickJava(Class<?> main, Path output, String... words) throws IOException {
    return java(QUICK_START, main, output, words);
  }

  /** Runs an owner to its end, by itself or by SIGKILL; what it said. */
  static List<String> owner(Path place, String mode, Path page, String... more)
      throws IOException {
    Path output = place.resolve("owner.txt");
    Process child = startOwner(output, mode, page, more);
    awaitEnd(child, output);
    List<String> said = Files.readAllLines(output);
    if (child.exitValue() != 0 && child.exitValue() != KILLED) {
      fail("owner ended with " + child.exitValue() + ": " + said);
    }
    return said;
  }

  /** Starts an owner. */
  static Process startOwner(Path output, String mode, Path page, String... more)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(mode, page.toString()));
    words.addAll(List.of(more));
    return quickJava(OwnerMain.class, output, words.toArray(new String[0]));
  }

  /** Starts a JVM that optimises as users' do. */
  static Process java(Class<?> main, Path output, String... words) throws IOException {
    return java(List.of("-XX:+UseSerialGC", "-Xmx512m"), main, output, words);
  }

  private static Process java(List<String> flags, Class<?> main, Path output, String... words)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    if (main == OwnerMain.class) {
      command.add("-Dtimehands.mischief=live");
    }
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-ea");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(words));
    return start(command, output);
  }

  static Process start(List<String> command, Path output) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /** Waits for a child to end by itself or by a signal. */
  static void awaitEnd(Process child, Path output) throws IOException {
    try {
      if (!child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        String said = Files.readString(output);
        child.destroyForcibly();
        fail("a child did not end in " + LIMIT_SECONDS + " s; it said:\n" + said);
      }
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  /** Waits until something is so; false if it never is. */
  static boolean await(BooleanSupplier condition) throws IOException {
    return await(condition, LIMIT_SECONDS * 1000);
  }

  static boolean await(BooleanSupplier condition, long limitMillis) throws IOException {
    for (long waited = 0; !condition.getAsBoolean(); waited += POLL_MILLIS) {
      if (waited > limitMillis) {
        return false;
      }
      pause(POLL_MILLIS);
    }
    return true;
  }

  static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  private static IOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted while children run", cause);
  }

  /** Whether a process is stopped by a signal. */
  static boolean isStopped(Process child) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(child.pid()), "stat"), StandardCharsets.ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 2).startsWith("T");
    } catch (IOException gone) {
      return false;
    }
  }

  static void signal(String name, Process child) throws IOException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start();
    try {
      if (kill.waitFor() != 0) {
        fail("kill -" + name + " ended with " + kill.exitValue());
      }
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  /** Compiles the reader in C and returns the program. */
  static Path liveReader(Path directory) throws IOException {
    Path root = root();
    Path program = directory.resolve("live_reader");
    Path said = directory.resolve("live_reader.txt");
    List<String> command = new ArrayList<>(List.of("gcc", "-std=c11", "-O2"));
    command.addAll(List.of("-Wall", "-Wextra", "-Werror", "-pedantic"));
    command.addAll(List.of("-I", root.resolve("clients/c").toString()));
    command.addAll(List.of("-o", program.toString()));
    command.add(root.resolve("stress/src/test/c/live_reader.c").toString());
    try {
      Process gcc = start(command, said);
      awaitEnd(gcc, said);
      if (gcc.exitValue() != 0) {
        fail("live_reader.c does not compile:\n" + Files.readString(said));
      }
    } catch (IOException missing) {
      fail("the reader in C needs gcc: apt-get install gcc libc6-dev", missing);
    }
    return program;
  }

  private static Path root() {
    try {
      Path here =
          Path.of(Children.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      while (here != null && !Files.isRegularFile(here.resolve("clients/c/timehands.h"))) {
        here = here.getParent();
      }
      return here;
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

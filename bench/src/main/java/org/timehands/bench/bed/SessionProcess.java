package org.timehands.bench.bed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.openjdk.jmh.runner.CompilerHints;

/** Starts a JVM of ours that measures, and reads its reports. */
public final class SessionProcess {
  /** Begins each line that is a report; libraries may print others. */
  public static final String MARK = "@bench";

  /** Fields of a report are divided by this. */
  public static final String TAB = "\t";

  private static final int HEAP_MB = 256;

  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:-UsePerfData",
          "-Dslf4j.internal.verbosity=ERROR",
          "-Djmh.ignoreLock=true",
          "-Djmh.executor=CUSTOM",
          "-Djmh.executor.class=" + PinnedExecutor.class.getName());

  private SessionProcess() {}

  /**
   * Runs a main class in a JVM set up as JMH sets up its own forks.
   *
   * @param main whose
   * @param directory for temporary files
   * @param arguments of the main class
   * @param reports takes the fields of each report line
   * @throws IOException if the JVM cannot be started or does not end in order
   */
  public static void run(
      Class<?> main, Path directory, List<String> arguments, Consumer<List<String>> reports)
      throws IOException {
    run(main, HEAP_MB, directory, arguments, reports);
  }

  /** As {@link #run(Class, Path, List, Consumer)}, with a heap of another size. */
  public static void run(
      Class<?> main,
      int heapMb,
      Path directory,
      List<String> arguments,
      Consumer<List<String>> reports)
      throws IOException {
    run(main, heapMb, Collector.G1, directory, arguments, reports);
  }

  /** As the others, with another collector than {@link Collector#G1}, too. */
  public static void run(
      Class<?> main,
      int heapMb,
      Collector collector,
      Path directory,
      List<String> arguments,
      Consumer<List<String>> reports)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add(collector.flag());
    // A heap that does not grow while we measure.
    command.add("-Xms" + heapMb + "m");
    command.add("-Xmx" + heapMb + "m");
    command.add("-Djava.io.tmpdir=" + directory);
    // Which methods to inline, and that results go to the compiler's own black hole.
    CompilerHints.addCompilerHints(command);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread orphan = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(orphan);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(TAB, -1);
        if (fields[0].equals(MARK)) {
          reports.accept(Arrays.asList(fields).subList(1, fields.length));
        }
      }
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException("a measuring JVM ended with code " + code + "; see above");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(orphan);
    }
  }
}

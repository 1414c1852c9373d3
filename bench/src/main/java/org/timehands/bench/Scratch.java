package org.timehands.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory for what a run writes, removed at its end: below the checkout if the launcher says
 * where that is, else below the system's temporary directory.
 *
 * @param directory where it is
 */
public record Scratch(Path directory) implements AutoCloseable {
  private static final String HOME = "timehands.home";

  /** Makes an empty one. */
  public static Scratch make() throws IOException {
    String home = System.getProperty(HOME);
    Path made;
    if (home == null) {
      made = Files.createTempDirectory("timehands-bench");
    } else {
      Path parent = Files.createDirectories(Path.of(home, "target", "bench"));
      made = Files.createTempDirectory(parent, "run");
    }
    Scratch scratch = new Scratch(made.toAbsolutePath());
    Runtime.getRuntime().addShutdownHook(new Thread(scratch::removeQuietly));
    return scratch;
  }

  private void removeQuietly() {
    try {
      close();
    } catch (UncheckedIOException left) {
      // The process is ending; what is left lies where it does no harm.
    }
  }

  @Override
  public void close() {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }
}

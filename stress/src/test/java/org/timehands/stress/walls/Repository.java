package org.timehands.stress.walls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of this checkout that are, or are about to be, committed. */
final class Repository {
  private Repository() {}

  /** The nearest directory upwards that holds the launcher. */
  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(here.resolve("timehands"))) {
      here = here.getParent();
      if (here == null) {
        throw new IllegalStateException("no ./timehands upwards of here: run in a checkout");
      }
    }
    return here;
  }

  /** All text files; in a checkout without git, whatever lies outside build directories. */
  static List<TextFile> textFiles() throws IOException {
    Path root = root();
    List<TextFile> files = new ArrayList<>();
    for (String name : names(root)) {
      Path file = root.resolve(name);
      if (Files.isRegularFile(file)) {
        byte[] bytes = Files.readAllBytes(file);
        if (!isBinary(bytes)) {
          files.add(new TextFile(name, new String(bytes, StandardCharsets.UTF_8)));
        }
      }
    }
    return files;
  }

  private static List<String> names(Path root) throws IOException {
    if (Files.exists(root.resolve(".git"))) {
      try {
        return gitNames(root);
      } catch (IOException noGit) {
        // Fall through: the walk sees a little more, never less.
      }
    }
    try (Stream<Path> all = Files.walk(root)) {
      return all.map(each -> root.relativize(each).toString())
          .filter(name -> !name.matches("(.*/)?(target|\\.git)(/.*)?"))
          .sorted()
          .toList();
    }
  }

  /** Tracked files and new ones that are not ignored. */
  private static List<String> gitNames(Path root) throws IOException {
    Process git =
        new ProcessBuilder("git", "ls-files", "-z", "-c", "-o", "--exclude-standard")
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (git.waitFor() != 0) {
        throw new IOException("git ls-files ended with " + git.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while git listed files", e);
    }
    return Stream.of(out.split("\0")).filter(name -> !name.isEmpty()).sorted().distinct().toList();
  }

  private static boolean isBinary(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0) {
        return true;
      }
    }
    return false;
  }
}

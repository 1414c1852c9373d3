package org.timehands.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.timehands.linux.HostInfo;

/**
 * Where a page is: its directory, and what named it.
 *
 * <p>In this order: what the user asks for; the environment variable {@value #VARIABLE}; {@code
 * /dev/shm/timehands} if it belongs to root or to us; {@code $XDG_RUNTIME_DIR/timehands}. Whoever
 * makes a page takes {@code /dev/shm/timehands} if it is his or can become so. Immutable.
 *
 * @param directory the page's directory, absolute
 * @param origin what named it
 */
public record PagePath(Path directory, Origin origin) {
  /** The environment variable that names a page's directory. */
  public static final String VARIABLE = "TIMEHANDS_PAGE";

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final String RUNTIME_VARIABLE = "XDG_RUNTIME_DIR";
  private static final String NAME = "timehands";

  /** What named a page's directory. */
  public enum Origin {
    /** The user. */
    OPTION,
    /** The environment variable. */
    ENVIRONMENT,
    /** The usual place for all users of the host. */
    SHARED_MEMORY,
    /** The usual place for one user. */
    RUNTIME_DIRECTORY
  }

  /** Checks the parts. */
  public PagePath {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(origin, "origin");
  }

  /** What the answer depends on, so that a test may stand in for it. */
  record Surroundings(Map<String, String> environment, Path sharedMemory, long uid) {
    static Surroundings real() {
      return new Surroundings(System.getenv(), SHARED_MEMORY, HostInfo.uid());
    }
  }

  /**
   * The page to attach to.
   *
   * @param asked the directory that the user asks for, or null
   * @throws PageRefusedException if nothing names a place, or not a possible one
   */
  public static PagePath toRead(String asked) throws PageRefusedException {
    return resolve(asked, Surroundings.real(), false);
  }

  /**
   * The page to own.
   *
   * @param asked the directory that the user asks for, or null
   * @throws PageRefusedException if nothing names a place, or not a possible one
   */
  public static PagePath toOwn(String asked) throws PageRefusedException {
    return resolve(asked, Surroundings.real(), true);
  }

  static PagePath resolve(String asked, Surroundings around, boolean owning)
      throws PageRefusedException {
    if (asked != null) {
      return new PagePath(named(asked, "the page that was asked for"), Origin.OPTION);
    }
    String variable = around.environment.getOrDefault(VARIABLE, "");
    if (!variable.isEmpty()) {
      return new PagePath(named(variable, VARIABLE), Origin.ENVIRONMENT);
    }
    Path shared = around.sharedMemory.resolve(NAME);
    if (owning ? canOwn(shared, around) : isTrusted(shared, around)) {
      return new PagePath(shared, Origin.SHARED_MEMORY);
    }
    String runtime = around.environment.getOrDefault(RUNTIME_VARIABLE, "");
    if (!runtime.startsWith("/")) {
      throw new PageRefusedException(
          PageRefusedException.Reason.NO_PATH,
          owning
              ? shared + " cannot be ours, and " + RUNTIME_VARIABLE + " is \"" + runtime
                  + "\", an absolute path is needed: name the page's directory by " + VARIABLE
              : "no page at " + shared + ", and " + RUNTIME_VARIABLE + " is \"" + runtime
                  + "\": start an owner (timehands run), or name the page's directory by "
                  + VARIABLE);
    }
    return new PagePath(named(runtime, RUNTIME_VARIABLE).resolve(NAME), Origin.RUNTIME_DIRECTORY);
  }

  private static Path named(String text, String by) throws PageRefusedException {
    try {
      Path path = Path.of(text).toAbsolutePath().normalize();
      if (!text.isEmpty() && path.getFileName() != null) {
        return path;
      }
    } catch (InvalidPathException notPath) {
      // Falls through to the message below, which names the value.
    }
    throw new PageRefusedException(
        PageRefusedException.Reason.NO_PATH,
        by + " is \"" + text + "\", which names no directory that could be a page: give a path such"
            + " as " + SHARED_MEMORY.resolve(NAME));
  }

  /** Whether a directory is there, no link, that belongs to root or to us. */
  private static boolean isTrusted(Path directory, Surroundings around) {
    long owner = ownerOf(directory);
    return owner == 0 || (owner >= 0 && owner == around.uid);
  }

  private static boolean canOwn(Path directory, Surroundings around) {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return around.uid >= 0 && ownerOf(directory) == around.uid;
    }
    return Files.isDirectory(around.sharedMemory) && Files.isWritable(around.sharedMemory);
  }

  /** The user that a directory belongs to; -1 if there is none, or something else. */
  private static long ownerOf(Path directory) {
    try {
      Map<String, Object> found =
          Files.readAttributes(
              directory, "unix:uid,isDirectory", LinkOption.NOFOLLOW_LINKS);
      return (boolean) found.get("isDirectory")
          ? Integer.toUnsignedLong((int) found.get("uid"))
          : -1;
    } catch (IOException | UnsupportedOperationException none) {
      return -1;
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}

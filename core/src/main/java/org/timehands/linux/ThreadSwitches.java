package org.timehands.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How often the threads of this process have been put on and off a processor, as the kernel counts
 * it: a thread that waits and is not woken has no switches. Needs no native access.
 */
public final class ThreadSwitches {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final String SWITCHES = "voluntary_ctxt_switches:";

  private ThreadSwitches() {}

  /** The kernel's numbers of all threads of this process. */
  public static List<Integer> threads() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    try (Stream<Path> all = Files.list(TASKS)) {
      all.forEach(each -> numbers.add(Integer.parseInt(each.getFileName().toString())));
    }
    return List.copyOf(numbers);
  }

  /**
   * The kernel's name of a thread: the first or some 15 characters of Java's.
   *
   * @param thread its number
   * @return the name; empty if the thread has ended
   */
  public static String name(int thread) throws IOException {
    return read(thread, "comm").strip();
  }

  /**
   * How often a thread has been switched away from, because it waited or was preempted.
   *
   * @param thread its number
   * @return the count since it began; 0 if it has ended
   */
  public static long of(int thread) throws IOException {
    return parse(read(thread, "status"));
  }

  /** The sum of the lines for voluntary and other switches. */
  static long parse(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith(SWITCHES) || line.startsWith("non" + SWITCHES))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .sum();
  }

  private static String read(int thread, String file) throws IOException {
    Path task = TASKS.resolve(Integer.toString(thread));
    try {
      return Files.readString(task.resolve(file));
    } catch (IOException refused) {
      if (Files.exists(task)) {
        throw refused;
      }
      return "";
    }
  }
}

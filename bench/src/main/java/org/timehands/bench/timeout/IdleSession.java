package org.timehands.bench.timeout;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.timehands.bench.timeout.subject.Subject;
import org.timehands.bench.timeout.subject.Subjects;

/** A JVM in which all subjects are idle at once, each with threads of its own that are watched. */
final class IdleSession {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final Pattern SWITCHES =
      Pattern.compile("^voluntary_ctxt_switches:\\s+(\\d+)", Pattern.MULTILINE);
  /** Threads of the JVM, which come and go by themselves. */
  private static final Pattern OF_THE_JVM =
      Pattern.compile("(C[12] Comp|G1 |GC |VM |Sweeper|Signal|Monitor|Common-Cleaner).*");
  private static final double MILLIS_PER_MINUTE = 60_000;

  private IdleSession() {}

  /** The session's program. Arguments: milliseconds for each case, then names of subjects. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    Reports reports = new Reports(out);
    long millis = Long.parseLong(args[0]);
    Map<String, Subject> subjects = new HashMap<>();
    Map<String, Set<String>> threads = new HashMap<>();
    for (int i = 1; i < args.length; i++) {
      Set<String> before = tasks();
      Subject subject = Subjects.named(args[i]).make().get();
      subject.prepare(2);
      subject.arm(0, 0);
      subject.arm(1, 0);
      subject.cancel(1);
      Thread.sleep(200);
      Set<String> mine = tasks();
      mine.removeAll(before);
      subjects.put(args[i], subject);
      threads.put(args[i], mine);
    }
    watch(reports, "armed", millis, threads);
    for (Subject subject : subjects.values()) {
      subject.cancel(0);
    }
    Thread.sleep(500);
    watch(reports, "empty", millis, threads);
    out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void watch(
      Reports reports, String state, long millis, Map<String, Set<String>> threads)
      throws IOException, InterruptedException {
    Map<String, Long> before = new HashMap<>();
    for (Map.Entry<String, Set<String>> each : threads.entrySet()) {
      before.put(each.getKey(), switches(each.getValue()));
    }
    Thread.sleep(millis);
    for (Map.Entry<String, Set<String>> each : threads.entrySet()) {
      long woken = switches(each.getValue()) - before.get(each.getKey());
      reports.send("idle", each.getKey(), state, woken * MILLIS_PER_MINUTE / millis);
    }
  }

  private static Set<String> tasks() throws IOException {
    Set<String> tasks = new HashSet<>();
    try (Stream<Path> all = Files.list(TASKS)) {
      for (Path task : all.toList()) {
        if (!OF_THE_JVM.matcher(read(task.resolve("comm")).strip()).matches()) {
          tasks.add(task.getFileName().toString());
        }
      }
    }
    return tasks;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      return ""; // the thread has ended
    }
  }

  private static long switches(Set<String> tasks) {
    long sum = 0;
    for (String task : tasks) {
      Matcher found = SWITCHES.matcher(read(TASKS.resolve(task).resolve("status")));
      sum += found.find() ? Long.parseLong(found.group(1)) : 0;
    }
    return sum;
  }
}

package org.timehands.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Facts about the machine, the kernel and the processes on it, read from {@code /proc} and {@code
 * /sys} without native code.
 *
 * <p>A fact the system does not tell is empty, zero or an all-zero identifier, as each method says;
 * nothing here throws for a missing file. Nothing is cached: what can change while we run is read
 * anew. All methods may be called from any thread.
 */
public final class HostInfo {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path TIME_NAMESPACE = Path.of("/proc/self/ns/time");
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path KERNEL_RELEASE = Path.of("/proc/sys/kernel/osrelease");
  private static final Path CLOCKSOURCES =
      Path.of("/sys/devices/system/clocksource/clocksource0");

  private static final Pattern NAMESPACE_LINK = Pattern.compile("time:\\[(\\d{1,18})]");

  /* proc_pid_stat(5): field 22, counted from 1; field 3 is the first after the name. */
  private static final int START_TIME_AFTER_NAME = 22 - 3;

  private static final UUID NO_BOOT_ID = new UUID(0, 0);

  private HostInfo() {}

  /** The random identifier of this boot of the kernel; all zeros if the system does not tell. */
  public static UUID bootId() {
    return line(BOOT_ID).flatMap(HostInfo::parseUuid).orElse(NO_BOOT_ID);
  }

  /**
   * The inode number of this process's time namespace; 0 if the kernel has no such namespaces.
   *
   * <p>Two processes in different ones see different CLOCK_MONOTONIC and CLOCK_BOOTTIME.
   */
  public static long timeNamespace() {
    try {
      return parseNamespace(Files.readSymbolicLink(TIME_NAMESPACE).toString());
    } catch (IOException | UnsupportedOperationException | SecurityException none) {
      return 0;
    }
  }

  /** This process's number. */
  public static long pid() {
    return ProcessHandle.current().pid();
  }

  /** The effective user number; -1 if the system does not tell. */
  public static long uid() {
    return status("Uid", fields -> fields.length > 1 ? fields[1] : -1).orElse(-1L);
  }

  /** The effective group number; -1 if the system does not tell. */
  public static long gid() {
    return status("Gid", fields -> fields.length > 1 ? fields[1] : -1).orElse(-1L);
  }

  /** The supplementary group numbers, without {@link #gid} unless it is listed there too. */
  public static long[] groups() {
    return status("Groups", Function.identity()).orElse(new long[0]);
  }

  /**
   * When a process started, in kernel clock ticks since boot; empty if there is no such process.
   *
   * <p>Together with the number it names one process, though numbers are used again.
   */
  public static OptionalLong processStartTicks(long pid) {
    return line(Path.of("/proc/" + pid + "/stat"))
        .map(HostInfo::parseStartTicks)
        .orElse(OptionalLong.empty());
  }

  /** What the first processor can do, as the kernel names it; empty if it does not tell. */
  public static Set<String> cpuFlags() {
    return parseCpuFlags(text(CPU_INFO).orElse(""));
  }

  /** The first processor's model in its maker's words; empty if the system does not tell. */
  public static String cpuModel() {
    return cpuInfo(text(CPU_INFO).orElse(""), "model name").orElse("");
  }

  /** The counter the kernel itself drives time by, such as {@code "tsc"}; empty if not told. */
  public static String kernelClocksource() {
    return line(CLOCKSOURCES.resolve("current_clocksource")).orElse("");
  }

  /** The counters the kernel could drive time by; empty if not told. */
  public static Set<String> kernelClocksources() {
    return words(line(CLOCKSOURCES.resolve("available_clocksource")).orElse(""));
  }

  /** The kernel's release, such as {@code "6.1.0-18-amd64"}; empty if not told. */
  public static String kernelRelease() {
    return line(KERNEL_RELEASE).orElse("");
  }

  /** The size of a memory page in bytes. */
  public static long pageBytes() {
    return Pages.pageBytes();
  }

  static long parseNamespace(String link) {
    Matcher matcher = NAMESPACE_LINK.matcher(link);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  static OptionalLong parseStartTicks(String stat) {
    // The name stands in parentheses and may itself hold spaces and parentheses.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= START_TIME_AFTER_NAME) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(fields[START_TIME_AFTER_NAME]));
    } catch (NumberFormatException garbled) {
      return OptionalLong.empty();
    }
  }

  static Set<String> parseCpuFlags(String cpuInfo) {
    return words(
        cpuInfo(cpuInfo, "flags").or(() -> cpuInfo(cpuInfo, "Features")).orElse(""));
  }

  static Optional<UUID> parseUuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException garbled) {
      return Optional.empty();
    }
  }

  private static Optional<String> cpuInfo(String text, String key) {
    return text.lines()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
        .map(parts -> parts[1].strip())
        .findFirst();
  }

  private static Set<String> words(String text) {
    Set<String> words = new TreeSet<>(Arrays.asList(text.strip().split("\\s+", -1)));
    words.remove("");
    return words;
  }

  private static <T> Optional<T> status(String key, Function<long[], T> read) {
    try {
      return text(STATUS)
          .flatMap(
              all -> all.lines().filter(line -> line.startsWith(key + ":")).findFirst())
          .map(line -> words(line, key.length() + 1))
          .map(read);
    } catch (NumberFormatException garbled) {
      return Optional.empty();
    }
  }

  private static long[] words(String line, int from) {
    return Arrays.stream(line.substring(from).strip().split("\\s+", -1))
        .filter(word -> !word.isEmpty())
        .mapToLong(Long::parseLong)
        .toArray();
  }

  private static Optional<String> line(Path path) {
    return text(path).map(String::strip).filter(line -> !line.isEmpty());
  }

  private static Optional<String> text(Path path) {
    try {
      return Optional.of(Files.readString(path, java.nio.charset.StandardCharsets.ISO_8859_1));
    } catch (IOException | SecurityException absent) {
      return Optional.empty();
    }
  }
}

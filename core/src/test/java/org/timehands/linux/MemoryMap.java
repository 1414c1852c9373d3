package org.timehands.linux;

import java.util.List;
import java.util.Optional;

/** The address ranges of a process, as {@code /proc/PID/maps} lists them. */
record MemoryMap(List<Range> ranges) {
  /** One line of the list. */
  record Range(long from, long to, String permissions) {
    boolean isWritableAndExecutable() {
      return permissions.charAt(1) == 'w' && permissions.charAt(2) == 'x';
    }
  }

  static MemoryMap read(String maps) {
    return new MemoryMap(maps.lines().map(MemoryMap::parse).toList());
  }

  Optional<Range> at(long address) {
    return ranges.stream().filter(r -> r.from <= address && address < r.to).findFirst();
  }

  private static Range parse(String line) {
    String[] fields = line.split(" ");
    String[] ends = fields[0].split("-");
    return new Range(
        Long.parseUnsignedLong(ends[0], 16), Long.parseUnsignedLong(ends[1], 16), fields[1]);
  }
}

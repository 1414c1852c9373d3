package org.timehands.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Groups of users by name or number, as {@code /etc/group} has them. */
final class Groups {
  private static final Path FILE = Path.of("/etc/group");

  private Groups() {}

  /**
   * The number of a group.
   *
   * @param group its name or its number
   * @throws Failure if there is no such group
   */
  static int idOf(String group) {
    String list;
    try {
      // Names may hold any byte; this charset has a character for each.
      list = Files.readString(FILE, StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      list = "";
    }
    return idIn(list, group)
        .orElseThrow(
            () ->
                Failure.usage(
                    "group '" + group + "' is unknown; give the name or the number of a group"
                        + " (getent group lists them)"));
  }

  /** The number of a group in the text of {@code /etc/group}; a number stands for itself. */
  static OptionalInt idIn(String list, String group) {
    if (group.matches("\\d{1,9}")) {
      return OptionalInt.of(Integer.parseInt(group));
    }
    return list.lines()
        .map(line -> line.split(":", -1))
        .filter(parts -> parts.length >= 3 && parts[0].equals(group))
        .filter(parts -> parts[2].matches("\\d{1,9}"))
        .mapToInt(parts -> Integer.parseInt(parts[2]))
        .findFirst();
  }
}

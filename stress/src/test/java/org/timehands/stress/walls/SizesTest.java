package org.timehands.stress.walls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * 3-63: size is a measure of quality, and is reported: lines of code and of comments of every room
 * of core, as S3 counts its patches (blank lines are neither). The budget is of one room.
 */
class SizesTest {
  /** A room that is larger than this is two rooms. */
  private static final int MOST_CODE_LINES = 5_000;

  /** Lines of code and of comments. */
  private static int[] count(String text) {
    int code = 0;
    int comments = 0;
    boolean inside = false;
    for (String raw : text.lines().toList()) {
      String line = raw.strip();
      if (line.isEmpty()) {
        continue;
      }
      boolean opens = !inside && line.startsWith("/*");
      if (inside || opens || line.startsWith("//")) {
        comments++;
      } else {
        code++;
      }
      inside = (inside || opens) && !line.endsWith("*/");
    }
    return new int[] {code, comments};
  }

  @Test
  void everyRoomIsWithinItsBudget() throws IOException {
    Map<String, int[]> rooms = new TreeMap<>();
    String root = "core/src/main/java/org/timehands/";
    for (TextFile file : Repository.textFiles()) {
      if (file.isJava() && file.name().startsWith(root)) {
        String inside = file.name().substring(root.length());
        String room = inside.contains("/") ? inside.replaceFirst("/.*", "") : "(root)";
        int[] sum = rooms.computeIfAbsent(room, unused -> new int[3]);
        int[] more = count(file.text());
        sum[0]++;
        sum[1] += more[0];
        sum[2] += more[1];
      }
    }
    StringBuilder report = new StringBuilder("core by room: files, lines of code, of comments\n");
    rooms.forEach(
        (room, sum) ->
            report.append("  %-12s %4d %6d %6d%n".formatted(room, sum[0], sum[1], sum[2])));
    System.out.print(report);
    assertTrue(rooms.size() >= 15, report.toString());
    rooms.forEach(
        (room, sum) ->
            assertTrue(
                sum[1] <= MOST_CODE_LINES,
                room + " has " + sum[1] + " lines of code, allowed are " + MOST_CODE_LINES));
  }

  @Test
  void theCountCounts() {
    String text =
        "/** One. */\nclass A {\n\n  // two\n  int x; // code\n  /*\n   three\n   */\n}\n";
    assertArrayEquals(new int[] {3, 5}, count(text));
  }
}

package org.timehands.stress.walls;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules about any text file: lengths, unfinished business, and what must not be committed. */
final class TextRules {
  static final int MAX_COLUMNS = 100;
  static final int MAX_FILE_LINES = 600;

  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
  private static final Pattern ISSUE = Pattern.compile("#\\d+");

  /** Absolute paths that only exist on somebody's machine. */
  private static final Pattern MACHINE_PATH =
      Pattern.compile(
          "(?<![\\w.$}*)])/(work|root|tmp|home|Users)/[\\w.-]"
              + "|(?<![\\w.$}*)])/usr/lib/jvm/[\\w.-]");

  /** A URL's host, with user and port; two groups. */
  private static final Pattern URL =
      Pattern.compile("\\b(?:https?|ssh|git|ftp)://(?:[^/@\\s\"'<>]*@)?([\\w.-]+)(:\\d+)?");

  private static final Pattern PRIVATE_HOST =
      Pattern.compile(
          "(?!localhost$)[^.]+|.*\\.(internal|local|lan|corp|home|intranet)"
              + "|\\d+\\.\\d+\\.\\d+\\.\\d+"
              + "|repo1?\\.maven\\..*|registry\\..*|.*(nexus|artifactory|jfrog|mirror).*");

  private TextRules() {}

  /** Lines of code are short enough to stand side by side. */
  static List<Violation> columns(TextFile file) {
    List<Violation> found = new ArrayList<>();
    if (!file.isCode()) {
      return found;
    }
    long number = 0;
    for (String line : file.lines()) {
      number++;
      boolean unbreakable = line.startsWith("import ") || line.contains("://");
      if (line.codePointCount(0, line.length()) > MAX_COLUMNS && !unbreakable) {
        found.add(file.at(number, "line is longer than " + MAX_COLUMNS + " columns: break it"));
      }
      if (file.isJava() && line.indexOf('\t') >= 0) {
        found.add(file.at(number, "tab in Java: indent with two spaces"));
      }
      if (!line.isEmpty() && Character.isWhitespace(line.charAt(line.length() - 1))) {
        found.add(file.at(number, "blank at the end of the line: remove it"));
      }
    }
    return found;
  }

  /** A file is one idea. */
  static List<Violation> fileLength(TextFile file) {
    int lines = file.lines().size();
    if (!file.isCode() || lines <= MAX_FILE_LINES) {
      return List.of();
    }
    return List.of(
        file.at(
            lines, "file has " + lines + " lines, allowed are " + MAX_FILE_LINES + ": split it"));
  }

  /** Unfinished business has an issue. */
  static List<Violation> unfinished(TextFile file) {
    List<Violation> found = new ArrayList<>();
    long number = 0;
    for (String line : file.lines()) {
      number++;
      Matcher matcher = UNFINISHED.matcher(line);
      if (matcher.find() && !ISSUE.matcher(line).find()) {
        String mark = matcher.group();
        found.add(file.at(number, mark + " without an issue: write it with #number, or do it"));
      }
    }
    return found;
  }

  /** A checkout works on any machine, and says nothing about ours. */
  static List<Violation> machine(TextFile file) {
    List<Violation> found = new ArrayList<>();
    long number = 0;
    for (String line : file.lines()) {
      number++;
      Matcher path = MACHINE_PATH.matcher(line);
      if (path.find()) {
        found.add(
            file.at(
                number,
                "path of one machine '" + path.group() + "...': use a path relative to the checkout"
                    + " or a temporary directory from the caller"));
      }
      Matcher url = URL.matcher(line);
      while (url.find()) {
        if (url.group(2) != null || PRIVATE_HOST.matcher(url.group(1)).matches()) {
          found.add(
              file.at(
                  number,
                  "'" + url.group() + "' is a registry or a private host: the build takes its"
                      + " registries from the user's settings"));
        }
      }
    }
    return found;
  }
}

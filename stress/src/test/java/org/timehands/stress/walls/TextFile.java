package org.timehands.stress.walls;

import java.util.List;

/** A file of the repository as text, named by its path from the root. */
record TextFile(String name, String text) {
  List<String> lines() {
    return text.lines().toList();
  }

  boolean isMarkdown() {
    return name.endsWith(".md");
  }

  boolean isJava() {
    return name.endsWith(".java");
  }

  /** Whether people write this file line by line, so that lengths are theirs to choose. */
  boolean isCode() {
    return isJava()
        || name.matches(".*\\.(c|h|sh|pml)")
        || name.equals("timehands")
        || name.equals(".ci/run");
  }

  Violation at(long line, String message) {
    return new Violation(name, line, message);
  }
}

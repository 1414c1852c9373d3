package org.timehands.stress.world;

/**
 * One change to one source file of core: a text that must stand there exactly once, and what
 * replaces it.
 *
 * @param file path below {@code core/src/main/java/org/timehands}
 * @param find the text
 * @param replace the other text
 */
public record SourceEdit(String file, String find, String replace) {
  /**
   * The source with this change.
   *
   * @throws IllegalStateException if the text is not there, or more than once: the mutant must be
   *     written anew
   */
  String applyTo(String source) {
    int at = source.indexOf(find);
    if (at < 0) {
      throw new IllegalStateException(
          "mutant is out of date: " + file + " does not contain\n" + find);
    }
    if (source.indexOf(find, at + 1) >= 0) {
      throw new IllegalStateException(
          "mutant is ambiguous: " + file + " contains more than once\n" + find);
    }
    return source.substring(0, at) + replace + source.substring(at + find.length());
  }
}

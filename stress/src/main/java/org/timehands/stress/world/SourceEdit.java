package org.timehands.stress.world;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
    // Any white space stands for any other: a line that was broken elsewhere is the same text.
    String pattern =
        Arrays.stream(find.strip().split("\\s+"))
            .map(Pattern::quote)
            .collect(Collectors.joining("\\s+"));
    Matcher matcher = Pattern.compile(pattern).matcher(source);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "mutant is out of date: " + file + " does not contain\n" + find);
    }
    String changed =
        source.substring(0, matcher.start()) + replace + source.substring(matcher.end());
    if (matcher.find()) {
      throw new IllegalStateException(
          "mutant is ambiguous: " + file + " contains more than once\n" + find);
    }
    return changed;
  }
}

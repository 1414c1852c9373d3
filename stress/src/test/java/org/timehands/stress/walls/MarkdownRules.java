package org.timehands.stress.walls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules about Markdown documents: one title each, and links that lead somewhere. */
final class MarkdownRules {
  private static final Pattern LINK = Pattern.compile("\\]\\(\\s*<?([^)\\s>]+)>?[^)]*\\)");
  private static final Pattern HEADING = Pattern.compile("#{1,6}\\s+(.*?)\\s*#*");

  private MarkdownRules() {}

  /** A line of prose, with the place it stands at; fenced code is left out. */
  private record Line(long number, String text) {}

  private static List<Line> prose(TextFile file) {
    List<Line> prose = new ArrayList<>();
    boolean fenced = false;
    long number = 0;
    for (String line : file.lines()) {
      number++;
      if (line.strip().startsWith("```") || line.strip().startsWith("~~~")) {
        fenced = !fenced;
      } else if (!fenced) {
        prose.add(new Line(number, line.replaceAll("`[^`]*`", "``")));
      }
    }
    return prose;
  }

  /** A document has one title, and it comes first. */
  static List<Violation> oneTitle(TextFile file) {
    List<Violation> found = new ArrayList<>();
    if (!file.isMarkdown()) {
      return found;
    }
    boolean seen = false;
    for (Line line : prose(file)) {
      if (line.text().startsWith("# ")) {
        if (seen) {
          found.add(file.at(line.number(), "second '# ' title: one per document, use '## '"));
        }
        seen = true;
      } else if (!seen && !line.text().isBlank()) {
        found.add(file.at(line.number(), "text before the '# ' title: begin with the title"));
        return found;
      }
    }
    if (!seen) {
      found.add(file.at(1, "no '# ' title"));
    }
    return found;
  }

  /** A relative link names a file of the repository, and a heading that is in it. */
  static List<Violation> links(TextFile file, Map<String, TextFile> repository) {
    List<Violation> found = new ArrayList<>();
    if (!file.isMarkdown()) {
      return found;
    }
    for (Line line : prose(file)) {
      Matcher matcher = LINK.matcher(line.text());
      while (matcher.find()) {
        String link = matcher.group(1);
        if (!link.matches("[a-z]+:.*")) {
          String problem = problem(file, link, repository);
          if (problem != null) {
            found.add(file.at(line.number(), "link '" + link + "' " + problem));
          }
        }
      }
    }
    return found;
  }

  private static String problem(TextFile file, String link, Map<String, TextFile> repository) {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    String target = path.isEmpty() ? file.name() : resolve(file.name(), path);
    TextFile there = repository.get(target);
    if (there == null) {
      String directory = target.isEmpty() ? "" : target + "/";
      boolean isDirectory = repository.keySet().stream().anyMatch(n -> n.startsWith(directory));
      return isDirectory && hash < 0 ? null : "leads to no file of the repository: correct it";
    }
    if (hash >= 0 && there.isMarkdown() && !anchors(there).contains(link.substring(hash + 1))) {
      return "leads to no heading of " + target + ": correct the part after '#'";
    }
    return null;
  }

  /** The path from the root; one that climbs out of the repository keeps its dots. */
  private static String resolve(String from, String path) {
    Path base = Path.of(from).resolveSibling(path).normalize();
    return base.toString();
  }

  /** The names under which a browser finds the headings: GitHub's way of making them. */
  private static Set<String> anchors(TextFile file) {
    Set<String> anchors = new HashSet<>();
    boolean fenced = false;
    for (String line : file.lines()) {
      fenced ^= line.strip().startsWith("```");
      Matcher matcher = HEADING.matcher(line);
      if (!fenced && matcher.matches()) {
        String plain = matcher.group(1).toLowerCase(Locale.ROOT);
        String anchor = plain.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
        int again = 1;
        String unique = anchor;
        while (!anchors.add(unique)) {
          unique = anchor + "-" + again++;
        }
      }
    }
    return anchors;
  }
}

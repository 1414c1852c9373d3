package org.timehands.stress.walls;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules about docs/rows.md: what was asked, number by number, and the tests that show it. */
final class RowRules {
  static final String DOCUMENT = "docs/rows.md";

  /** Every number there is, in the order of the document. */
  static final Set<String> IDS = ids();

  private static final Pattern ROW =
      Pattern.compile("\\| ([0-9]-\\d\\d|[A-Z]\\d+) \\| ([^|]+) \\| ([^|]+) \\|");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*)(?:\\.(\\w+))?`");

  /** A number as tests cite it; a date or a range of figures is none. */
  private static final Pattern CITED =
      Pattern.compile("(?<![\\w.,#-])(\\d-\\d\\d|[AN]\\d{1,2})(?![\\w-]|[.,]\\d)");

  /**
   * Strings are skipped, so that what looks like a comment in them is none; possessively, since a
   * group that may be given back takes a frame of the stack for each of its characters.
   */
  private static final Pattern COMMENT =
      Pattern.compile(
          "\"\"\"(?:\\\\.|\"(?!\"\")|[^\"\\\\])*+\"\"\""
              + "|\"(?:\\\\.|[^\"\\\\\\n])*+\"|'(?:\\\\.|[^'\\\\])++'"
              + "|(//[^\\n]*|/\\*.*?\\*/)",
          Pattern.DOTALL);

  private static final int LEAST_REASON = 11;

  private RowRules() {}

  /** A row of the document. */
  record Row(String id, String asked, String here, long line) {
    boolean saysWhyNot() {
      return here.startsWith("not here: ") && here.length() > "not here: ".length() + LEAST_REASON;
    }
  }

  private static Set<String> ids() {
    Set<String> ids = new LinkedHashSet<>();
    int[] lasts = {20, 13, 19, 69, 19};
    for (int text = 0; text < lasts.length; text++) {
      for (int i = 1; i <= lasts[text]; i++) {
        ids.add("%d-%02d".formatted(text, i));
      }
    }
    for (int i = 1; i <= 32; i++) {
      ids.add("A" + i);
    }
    for (int i = 1; i <= 17; i++) {
      ids.add("N" + i);
    }
    return ids;
  }

  private static List<Row> rows(TextFile document) {
    List<Row> rows = new ArrayList<>();
    long number = 0;
    for (String line : document.lines()) {
      number++;
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(new Row(row.group(1), row.group(2), row.group(3).strip(), number));
      }
    }
    return rows;
  }

  /** Every number has one row, in order. */
  static List<Violation> everyNumberHasItsRow(TextFile document) {
    List<String> listed = rows(document).stream().map(Row::id).toList();
    List<Violation> found = new ArrayList<>();
    for (Row row : rows(document)) {
      if (!IDS.contains(row.id)) {
        found.add(document.at(row.line, "there is no row " + row.id + ": remove it"));
      }
    }
    IDS.stream()
        .filter(id -> !listed.contains(id))
        .forEach(id -> found.add(document.at(1, id + " has no row: say what shows it")));
    if (found.isEmpty() && !listed.equals(List.copyOf(IDS))) {
      found.add(document.at(1, "rows stand in order, each once: " + listed));
    }
    return found;
  }

  /** Every row names tests that exist and cite it, or says why there is none. */
  static List<Violation> namedTestsCiteTheirRow(TextFile document, Collection<TextFile> files) {
    Map<String, List<TextFile>> proofs = proofs(files);
    List<Violation> found = new ArrayList<>();
    for (Row row : rows(document)) {
      int shown = 0;
      Matcher named = NAMED.matcher(row.here);
      while (named.find()) {
        String problem = problem(row, named, proofs.getOrDefault(named.group(1), List.of()));
        shown++;
        if (problem != null) {
          found.add(document.at(row.line, row.id + ": " + named.group() + " " + problem));
        }
      }
      if (shown == 0 && !row.saysWhyNot()) {
        String message = row.id + " names no test: name one, or say 'not here: ' and why";
        found.add(document.at(row.line, message));
      }
    }
    return found;
  }

  private static String problem(Row row, Matcher named, List<TextFile> candidates) {
    if (candidates.isEmpty()) {
      return "is no class of the tests: name one that is";
    }
    String method = named.group(2);
    for (TextFile each : candidates) {
      boolean has =
          method == null
              || Pattern.compile("[\\w>] " + method + "\\(").matcher(each.text()).find();
      if (has && cited(each).containsKey(row.id)) {
        return null;
      }
    }
    return "is not there, or no comment of it cites " + row.id + ": write both";
  }

  /** No test cites a number that there is not. */
  static List<Violation> citedNumbersExist(TextFile file) {
    List<Violation> found = new ArrayList<>();
    if (isProof(file)) {
      cited(file)
          .forEach(
              (id, line) -> {
                if (!IDS.contains(id)) {
                  found.add(file.at(line, id + " is no number of " + DOCUMENT + ": correct it"));
                }
              });
    }
    return found;
  }

  /** Tests, and the modules that are nothing but proof. */
  private static boolean isProof(TextFile file) {
    boolean place = file.name().contains("/src/test/") || file.name().matches("(stress|bench)/.*");
    return file.isJava() && place && !file.name().contains("/walls/Documents");
  }

  private static Map<String, List<TextFile>> proofs(Collection<TextFile> files) {
    Map<String, List<TextFile>> proofs = new TreeMap<>();
    for (TextFile each : files) {
      if (isProof(each)) {
        String name = each.name().replaceFirst(".*/", "").replace(".java", "");
        proofs.computeIfAbsent(name, unused -> new ArrayList<>()).add(each);
      }
    }
    return proofs;
  }

  /** The numbers that a file's comments cite, with the line of the first. */
  private static Map<String, Long> cited(TextFile file) {
    Map<String, Long> cited = new LinkedHashMap<>();
    Matcher comment = COMMENT.matcher(file.text());
    while (comment.find()) {
      if (comment.group(1) != null) {
        Matcher id = CITED.matcher(comment.group(1));
        while (id.find()) {
          int at = comment.start(1) + id.start();
          long line = file.text().substring(0, at).chars().filter(c -> c == '\n').count() + 1;
          cited.putIfAbsent(id.group(1), line);
        }
      }
    }
    return cited;
  }
}

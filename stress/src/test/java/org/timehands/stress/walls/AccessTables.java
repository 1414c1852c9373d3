package org.timehands.stress.walls;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;

/**
 * Demands that every field shared between threads stands in its class's table of accesses.
 *
 * <p>The table is a comment whose first line reads {@code field | read | write | guard} (more
 * columns may follow), with one row for each field.
 */
final class AccessTables {
  private static final Pattern HEAD =
      Pattern.compile("^[\\s*/]*field\\s*\\|\\s*read\\s*\\|\\s*write\\s*\\|\\s*guard\\b.*");
  private static final Pattern ROW = Pattern.compile("^[\\s*/]*([^|]*)\\|.*\\|.*");
  private static final Pattern RULE = Pattern.compile("^[\\s*/]*[-+|: ]+$");
  private static final Pattern SHARED =
      Pattern.compile(
          "VarHandle|Atomic\\w+|LongAdder|LongAccumulator|DoubleAdder|DoubleAccumulator");

  private AccessTables() {}

  static List<Violation> check(JavaFile file) {
    List<Violation> found = new ArrayList<>();
    if (!file.isProduct()) {
      return found;
    }
    Set<String> rows = rows(file.file().lines());
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitVariable(VariableTree tree, Void unused) {
        boolean isField = getCurrentPath().getParentPath().getLeaf() instanceof ClassTree;
        String name = tree.getName().toString();
        if (isField && isShared(tree) && !rows.contains(name)) {
          found.add(
              file.at(
                  tree,
                  "field '" + name + "' is shared between threads: give it a row in a comment"
                      + " table 'field | read | write | guard'"));
        }
        return super.visitVariable(tree, unused);
      }
    }.scan(file.unit(), null);
    return found;
  }

  private static boolean isShared(VariableTree tree) {
    Tree type = tree.getType();
    String text = type == null ? "" : type.toString().replaceAll("<.*|\\[.*", "");
    String simple = text.substring(text.lastIndexOf('.') + 1);
    return tree.getModifiers().getFlags().contains(Modifier.VOLATILE)
        || SHARED.matcher(simple).matches();
  }

  /** Every word in the first column of every table of the file. */
  private static Set<String> rows(List<String> lines) {
    Set<String> rows = new HashSet<>();
    boolean inside = false;
    for (String line : lines) {
      if (HEAD.matcher(line).matches()) {
        inside = true;
        continue;
      }
      Matcher row = ROW.matcher(line);
      if (inside && row.matches()) {
        rows.addAll(List.of(row.group(1).strip().split("\\W+")));
      } else if (!RULE.matcher(line).matches()) {
        inside = false;
      }
    }
    return rows;
  }
}

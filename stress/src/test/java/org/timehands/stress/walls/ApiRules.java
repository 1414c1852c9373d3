package org.timehands.stress.walls;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.TypeKind;

/** Rules about what users see: names that carry their unit, and a comment on everything. */
final class ApiRules {
  /** Names that need a unit after them, such as {@code delayNanos}. */
  private static final Set<String> BARE =
      Set.of(
          "time", "when", "instant", "now", "start", "end", "delay", "timeout", "deadline",
          "duration", "interval", "period", "elapsed", "age", "horizon", "drift", "skew", "jitter");

  /** A time that is counted in ticks, as a parameter would be called. */
  private static final Pattern TICKS = Pattern.compile("(?i)(tick|jiff(y|ie))s?$");

  /**
   * What may speak of ticks: wheels whose tick the caller chooses freely, a listener that is told a
   * count, a process's start as the kernel writes it.
   */
  private static final Set<String> COUNT_TICKS =
      Set.of(
          "timeout/TimeoutWheel.java", "timeout/HandleWheel.java", "tick/IdleListeners.java",
          "timeline/Page.java");

  /** Packages that no user sees: ArchRules.exports holds that. */
  private static final List<String> INSIDE =
      ArchRules.INSIDE.stream().map(each -> "/org/timehands/" + each + "/").toList();

  /**
   * Mult and shift are asked for in the first, for narrow sources and for export to others; the
   * shift of the second is adjtimex's interval between pulses.
   */
  private static final Set<String> OTHER_SHIFTS =
      Set.of("clocksource/ClocksourceMath.java", "discipline/Timex.java");

  private static final Pattern SLOPE_TYPE = Pattern.compile("\\b(\\w*Slope|Fixed)\\b");

  /** How far a slope may be off (slopeErrorPpb) is none. */
  private static final Pattern SLOPE_NAME =
      Pattern.compile("(\\w*Slope|slope|\\w*Mult|mult|\\w*Shift|shift)(Whole|Fraction)?");

  private ApiRules() {}

  /** A number that is a time says its unit. */
  static List<Violation> parameterNames(JavaFile file) {
    return new Walk(file) {
      @Override
      void method(MethodTree tree) {
        tree.getParameters().forEach(this::parameter);
      }

      @Override
      void component(VariableTree tree) {
        parameter(tree);
      }

      private void parameter(VariableTree tree) {
        String name = tree.getName().toString();
        if (isNumber(tree.getType()) && BARE.contains(name.toLowerCase(Locale.ROOT))) {
          String message = "parameter '" + name + "' has no unit: call it " + name + "Nanos, "
              + name + "Cycles or what it is";
          found.add(file.at(tree, message));
        }
      }
    }.run();
  }

  /** What users see has a comment; an overriding method inherits its own. */
  static List<Violation> comments(JavaFile file) {
    return new Walk(file) {
      @Override
      void type(ClassTree tree) {
        comment(tree, tree.getSimpleName().toString());
      }

      @Override
      void method(MethodTree tree) {
        boolean overrides =
            tree.getModifiers().getAnnotations().stream()
                .anyMatch(each -> each.getAnnotationType().toString().equals("Override"));
        if (!overrides) {
          comment(tree, tree.getName().toString());
        }
      }

      @Override
      void field(VariableTree tree) {
        comment(tree, tree.getName().toString());
      }

      private void comment(Tree tree, String name) {
        DocCommentTree comment = file.docs().getDocCommentTree(getCurrentPath());
        if (comment == null || comment.getFirstSentence().isEmpty()) {
          String message =
              name + " is public and has no Javadoc: say first what it is, then units, range,"
                  + " errors, threads";
          found.add(file.at(tree, message));
        }
      }
    }.run();
  }

  /** Times are asked for in nanoseconds or as a Duration, never in ticks (3-41, 3-43, N14). */
  static List<Violation> ticks(JavaFile file) {
    if (COUNT_TICKS.stream().anyMatch(file.file().name()::endsWith)) {
      return List.of();
    }
    return new Walk(file) {
      @Override
      void method(MethodTree tree) {
        for (VariableTree each : tree.getParameters()) {
          String name = each.getName().toString();
          if (isNumber(each.getType()) && TICKS.matcher(name).find()) {
            String message =
                "parameter '" + name + "' is a time in ticks: ask for nanoseconds or a Duration";
            found.add(file.at(each, message));
          }
        }
      }
    }.run();
  }

  /** What users see gives nobody a slope, nor a multiplier and a shift (4-04). */
  static List<Violation> slopes(JavaFile file) {
    boolean ours = INSIDE.stream().anyMatch(file.file().name()::contains);
    boolean theirs = OTHER_SHIFTS.stream().anyMatch(file.file().name()::endsWith);
    if (ours || theirs) {
      return List.of();
    }
    return new Walk(file) {
      @Override
      void method(MethodTree tree) {
        look(tree, tree.getName().toString(), tree.getReturnType());
        tree.getParameters().forEach(this::component);
      }

      @Override
      void field(VariableTree tree) {
        look(tree, tree.getName().toString(), tree.getType());
      }

      @Override
      void component(VariableTree tree) {
        look(tree, tree.getName().toString(), tree.getType());
      }

      private void look(Tree at, String name, Tree type) {
        boolean isType = type != null && SLOPE_TYPE.matcher(type.toString()).find();
        boolean isNamed = isNumber(type) && SLOPE_NAME.matcher(name).matches();
        if (isType || isNamed) {
          String message =
              "'" + name + "' gives a slope: users compare CounterRates and have clocks convert";
          found.add(file.at(at, message));
        }
      }
    }.run();
  }

  private static boolean isNumber(Tree type) {
    if (!(type instanceof PrimitiveTypeTree primitive)) {
      return false;
    }
    TypeKind kind = primitive.getPrimitiveTypeKind();
    return kind == TypeKind.LONG || kind == TypeKind.INT || kind == TypeKind.DOUBLE;
  }

  /** Visits what is visible from outside, in published files only. */
  private abstract static class Walk extends TreePathScanner<Void, Void> {
    final List<Violation> found = new ArrayList<>();
    private final JavaFile file;

    Walk(JavaFile file) {
      this.file = file;
    }

    List<Violation> run() {
      if (file.isPublished()) {
        scan(file.unit(), null);
      }
      return found;
    }

    void type(ClassTree tree) {}

    void method(MethodTree tree) {}

    void field(VariableTree tree) {}

    void component(VariableTree tree) {}

    @Override
    public Void visitClass(ClassTree tree, Void unused) {
      if (!isVisible(tree.getModifiers())) {
        return null;
      }
      type(tree);
      return super.visitClass(tree, unused);
    }

    @Override
    public Void visitMethod(MethodTree tree, Void unused) {
      if (isVisible(tree.getModifiers()) && !isCompactConstructor(tree)) {
        method(tree);
      }
      return null; // local classes are nobody's business
    }

    @Override
    public Void visitVariable(VariableTree tree, Void unused) {
      boolean isRecord = parent().getKind() == Tree.Kind.RECORD;
      Set<Modifier> flags = tree.getModifiers().getFlags();
      if (isRecord && !flags.contains(Modifier.STATIC)) {
        component(tree);
      } else if (isVisible(tree.getModifiers())) {
        field(tree);
      }
      return null;
    }

    @Override
    public Void visitBlock(BlockTree tree, Void unused) {
      return null;
    }

    /** The parser gives a compact constructor no position of its own parameters to name. */
    private boolean isCompactConstructor(MethodTree tree) {
      return parent().getKind() == Tree.Kind.RECORD
          && tree.getName().contentEquals("<init>")
          && file.docs().getDocCommentTree(getCurrentPath()) == null;
    }

    private boolean isVisible(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      Tree.Kind kind = parent() == null ? null : parent().getKind();
      boolean implied = kind == Tree.Kind.INTERFACE || kind == Tree.Kind.ANNOTATION_TYPE;
      return implied && !flags.contains(Modifier.PRIVATE)
          || flags.contains(Modifier.PUBLIC)
          || flags.contains(Modifier.PROTECTED);
    }

    private Tree parent() {
      TreePath above = getCurrentPath().getParentPath();
      return above == null ? null : above.getLeaf();
    }
  }
}

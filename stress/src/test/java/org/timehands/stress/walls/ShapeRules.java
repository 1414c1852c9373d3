package org.timehands.stress.walls;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.type.TypeKind;

/** Rules about code bodies: how long a method is, and where floating point has no business. */
final class ShapeRules {
  static final int MAX_METHOD_LINES = 60;

  private static final Set<String> EXACT_PACKAGES =
      Set.of("org.timehands.fixed", "org.timehands.timeline", "org.timehands.timekeeping");

  private ShapeRules() {}

  /** A method fits on a screen; counted from its first annotation or modifier to its brace. */
  static List<Violation> methodLength(JavaFile file) {
    List<Violation> found = new ArrayList<>();
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree tree, Void unused) {
        check(tree, tree.getName().toString());
        return super.visitMethod(tree, unused);
      }

      @Override
      public Void visitBlock(BlockTree tree, Void unused) {
        Tree parent = getCurrentPath().getParentPath().getLeaf();
        if (parent instanceof ClassTree) {
          check(tree, "initializer");
        }
        return super.visitBlock(tree, unused);
      }

      private void check(Tree tree, String name) {
        long lines = file.endLine(tree) - file.startLine(tree) + 1;
        if (lines > MAX_METHOD_LINES) {
          found.add(
              file.at(
                  tree,
                  name + " has " + lines + " lines, allowed are " + MAX_METHOD_LINES
                      + ": split it"));
        }
      }
    }.scan(file.unit(), null);
    return found;
  }

  /** Time is counted in integers: a double has 53 bits, and its rounding has no name. */
  static List<Violation> floatingPoint(JavaFile file) {
    List<Violation> found = new ArrayList<>();
    if (!file.isProduct() || !EXACT_PACKAGES.contains(file.packageName())) {
      return found;
    }
    String message =
        "floating point in " + file.packageName() + ": use org.timehands.fixed, rounding named";
    new TreePathScanner<Void, Void>() {
      @Override
      public Void visitPrimitiveType(PrimitiveTypeTree tree, Void unused) {
        TypeKind kind = tree.getPrimitiveTypeKind();
        if (kind == TypeKind.DOUBLE || kind == TypeKind.FLOAT) {
          found.add(file.at(tree, message));
        }
        return null;
      }

      @Override
      public Void visitLiteral(LiteralTree tree, Void unused) {
        Tree.Kind kind = tree.getKind();
        if (kind == Tree.Kind.DOUBLE_LITERAL || kind == Tree.Kind.FLOAT_LITERAL) {
          found.add(file.at(tree, message));
        }
        return null;
      }

      @Override
      public Void visitIdentifier(IdentifierTree tree, Void unused) {
        String name = tree.getName().toString();
        if (name.equals("Double") || name.equals("Float")) {
          found.add(file.at(tree, message));
        }
        return null;
      }
    }.scan(file.unit(), null);
    return found;
  }
}

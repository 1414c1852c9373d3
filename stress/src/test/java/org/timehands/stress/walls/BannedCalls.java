package org.timehands.stress.walls;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds banned calls, method references, static imports and packages.
 *
 * <p>Names are resolved through the file's imports, not by the compiler: that needs no class path
 * and is right unless a file hides a JDK class by one of its own. {@code ArchTest} looks at the
 * class files of core as well, where nothing can hide.
 */
final class BannedCalls extends TreeScanner<Void, Void> {
  private static final String FOREIGN = "java.lang.foreign";

  private final JavaFile file;
  private final List<Violation> found = new ArrayList<>();
  private final Map<String, String> imported = new HashMap<>();
  private final Set<String> starred = new HashSet<>(Set.of("java.lang"));

  private BannedCalls(JavaFile file) {
    this.file = file;
    for (ImportTree each : file.unit().getImports()) {
      String name = each.getQualifiedIdentifier().toString();
      int dot = name.lastIndexOf('.');
      if (!each.isStatic() && name.endsWith(".*")) {
        starred.add(name.substring(0, dot));
      } else if (!each.isStatic()) {
        imported.put(name.substring(dot + 1), name);
      }
    }
  }

  static List<Violation> check(JavaFile file) {
    BannedCalls scanner = new BannedCalls(file);
    scanner.scan(file.unit(), null);
    return scanner.found;
  }

  @Override
  public Void visitImport(ImportTree tree, Void unused) {
    String name = tree.getQualifiedIdentifier().toString();
    int dot = name.lastIndexOf('.');
    String owner = dot < 0 ? "" : name.substring(0, dot);
    if (tree.isStatic()) {
      for (Ban ban : Ban.ALL) {
        boolean same = name.endsWith(".*") || name.endsWith("." + ban.method());
        if (ban.owner().equals(owner) && same && ban.holdsIn(file)) {
          found.add(file.at(tree, "static import: " + ban.message()));
        }
      }
    }
    checkForeign(tree, name);
    return null;
  }

  @Override
  public Void visitMemberSelect(MemberSelectTree tree, Void unused) {
    checkCall(tree, tree.getExpression(), tree.getIdentifier().toString());
    checkForeign(tree, tree.toString());
    return super.visitMemberSelect(tree, unused);
  }

  @Override
  public Void visitMemberReference(MemberReferenceTree tree, Void unused) {
    String name = tree.getName().toString();
    checkCall(tree, tree.getQualifierExpression(), name);
    return super.visitMemberReference(tree, unused);
  }

  @Override
  public Void visitNewClass(NewClassTree tree, Void unused) {
    if (tree.getArguments().isEmpty()) {
      checkCall(tree, tree.getIdentifier(), "<init>");
    }
    return super.visitNewClass(tree, unused);
  }

  private void checkCall(Tree tree, Tree receiver, String method) {
    for (Ban ban : Ban.ALL) {
      boolean constructor = ban.method().equals("<init>") && method.equals("new");
      if (!ban.method().equals(method) && !constructor) {
        continue;
      }
      if (isType(receiver, ban) && ban.holdsIn(file)) {
        found.add(file.at(tree, ban.message()));
      }
    }
  }

  /** Whether the expression names the ban's class, or one of its constants as in SECONDS.sleep. */
  private boolean isType(Tree receiver, Ban ban) {
    if (receiver instanceof ParameterizedTypeTree generic) {
      return isType(generic.getType(), ban);
    }
    if (receiver instanceof IdentifierTree identifier) {
      String name = identifier.getName().toString();
      String explicit = imported.get(name);
      return explicit != null
          ? explicit.equals(ban.owner())
          : name.equals(ban.simpleOwner()) && starred.contains(ban.ownerPackage());
    }
    if (receiver instanceof MemberSelectTree select) {
      ExpressionTree inner = select.getExpression();
      boolean constant = select.getIdentifier().toString().matches("[A-Z_]+");
      return select.toString().equals(ban.owner()) || constant && isType(inner, ban);
    }
    return false;
  }

  /** Foreign functions stand in one room. */
  private void checkForeign(Tree tree, String name) {
    boolean foreign = name.equals(FOREIGN) || name.startsWith(FOREIGN + ".");
    if (foreign && file.isProduct() && !file.packageName().equals("org.timehands.linux")) {
      found.add(file.at(tree, "java.lang.foreign stands in org.timehands.linux only: call that"));
    }
  }
}

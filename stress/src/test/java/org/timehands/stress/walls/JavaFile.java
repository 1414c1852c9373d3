package org.timehands.stress.walls;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A Java file as the JDK's own compiler parses it (names are not resolved). */
record JavaFile(TextFile file, CompilationUnitTree unit, DocTrees docs) {
  /** Parses all files at once; a syntax error is an exception, because javac runs before us. */
  static List<JavaFile> parse(List<TextFile> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    // Keyed by URI, because the compiler hands back wrappers of its own.
    Map<URI, Source> sources = new LinkedHashMap<>();
    files.stream()
        .filter(TextFile::isJava)
        .map(Source::new)
        .forEach(each -> sources.put(each.toUri(), each));
    if (sources.isEmpty()) {
      return List.of();
    }
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, null, problems, List.of("-proc:none"), null, sources.values());
    DocTrees docs = DocTrees.instance(task);
    List<JavaFile> parsed = new ArrayList<>();
    for (CompilationUnitTree unit : task.parse()) {
      parsed.add(new JavaFile(sources.get(unit.getSourceFile().toUri()).file, unit, docs));
    }
    for (Diagnostic<? extends JavaFileObject> each : problems.getDiagnostics()) {
      if (each.getKind() == Diagnostic.Kind.ERROR) {
        throw new IllegalArgumentException(each.toString());
      }
    }
    return parsed;
  }

  static JavaFile parse(String name, String text) throws IOException {
    return parse(List.of(new TextFile(name, text))).getFirst();
  }

  String packageName() {
    return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
  }

  /** The Maven module the file lies in, such as {@code core}. */
  String module() {
    int slash = file.name().indexOf('/');
    return slash < 0 ? "" : file.name().substring(0, slash);
  }

  /** Whether the file is shipped, as opposed to a test. */
  boolean isMain() {
    return file.name().contains("/src/main/");
  }

  /** Whether users of the library get this file. */
  boolean isPublished() {
    return isMain() && (module().equals("core") || module().equals("sim"));
  }

  /** Whether the file is part of a program or library of ours, not of its proof. */
  boolean isProduct() {
    return isPublished() || isMain() && module().equals("app");
  }

  long startLine(Tree tree) {
    SourcePositions positions = docs.getSourcePositions();
    return unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
  }

  long endLine(Tree tree) {
    SourcePositions positions = docs.getSourcePositions();
    return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
  }

  Violation at(Tree tree, String message) {
    return file.at(startLine(tree), message);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final TextFile file;

    Source(TextFile file) {
      super(URI.create("string:///" + file.name().replace(" ", "%20")), Kind.SOURCE);
      this.file = file;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return file.text();
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return kind == Kind.SOURCE; // a planted file need not be named after its class
    }
  }
}

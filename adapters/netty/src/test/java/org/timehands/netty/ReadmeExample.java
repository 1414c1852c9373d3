package org.timehands.netty;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The Java examples of a document: finds them, and compiles them as a user would. */
final class ReadmeExample {
  private static final String FENCE = "```";

  private ReadmeExample() {}

  /**
   * The fenced blocks of Java.
   *
   * @throws IllegalArgumentException if a block does not end
   */
  static List<String> blocks(String markdown) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    boolean other = false;
    for (String line : markdown.lines().toList()) {
      boolean fence = line.startsWith(FENCE);
      if (block == null && !other && fence) {
        boolean java = line.substring(FENCE.length()).strip().equals("java");
        block = java ? new StringBuilder() : null;
        other = !java;
      } else if (fence) {
        if (block != null) {
          blocks.add(block.toString());
        }
        block = null;
        other = false;
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
    if (block != null) {
      throw new IllegalArgumentException("a block of Java does not end: close it by " + FENCE);
    }
    return blocks;
  }

  /** Statements become a class of their own; what has a class or a main method stays as it is. */
  static String unit(String code) {
    if (code.lines().anyMatch(line -> line.matches("(?:\\w+ )*(?:class|record|void main)\\b.*"))) {
      return code;
    }
    String imports =
        code.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    String body =
        code.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
    return imports + "\nclass Example {\n  static void example() throws Exception {\n" + body
        + "\n  }\n}\n";
  }

  /** Compiles code against our class path; returns what the compiler complains of. */
  static List<String> complaints(String code, Path into) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return unit(code);
          }

          @Override
          public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
          }
        };
    List<String> options =
        List.of(
            // Some of Netty's classes name annotations that are not there.
            "-proc:none", "-Xlint:all,-classfile", "-d", into.toString(), "-cp",
            System.getProperty("java.class.path"));
    compiler.getTask(null, null, found, options, null, List.of(source)).call();
    return found.getDiagnostics().stream()
        .filter(each -> !each.getMessage(null).contains("[path]"))
        .map(each -> each.getKind() + " in line " + each.getLineNumber() + ": "
            + each.getMessage(null))
        .toList();
  }
}

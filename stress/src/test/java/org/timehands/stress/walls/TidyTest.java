package org.timehands.stress.walls;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Reads every file of the repository and holds it to the house rules; each message says what to
 * write instead. {@code TidyPlantedTest} shows that every rule catches what it is for. Two of them
 * hold human units throughout (3-41, 3-43, N14).
 */
class TidyTest {
  private static List<TextFile> files;
  private static List<JavaFile> java;
  private static final Map<String, TextFile> BY_NAME = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    files = Repository.textFiles();
    java = JavaFile.parse(files);
    files.forEach(each -> BY_NAME.put(each.name(), each));
  }

  @TestFactory
  Stream<DynamicTest> text() {
    return Stream.of(
        textRule("lines are short and clean", TextRules::columns),
        textRule("files are short", TextRules::fileLength),
        textRule("unfinished business has an issue", TextRules::unfinished),
        textRule("nothing names a machine or a registry", TextRules::machine),
        textRule("a document has one title", MarkdownRules::oneTitle),
        textRule("links resolve", file -> MarkdownRules.links(file, BY_NAME)));
  }

  @TestFactory
  Stream<DynamicTest> code() {
    return Stream.of(
        javaRule("methods are short", ShapeRules::methodLength),
        javaRule("no floating point where time is exact", ShapeRules::floatingPoint),
        javaRule("banned calls", BannedCalls::check),
        javaRule("shared fields stand in a table", AccessTables::check),
        javaRule("parameters say their unit", ApiRules::parameterNames),
        javaRule("3-41, 3-43, N14: no time is asked for in ticks", ApiRules::ticks),
        javaRule("public things have comments", ApiRules::comments),
        javaRule("users see no slope", ApiRules::slopes));
  }

  private static DynamicTest textRule(String name, Function<TextFile, List<Violation>> rule) {
    return DynamicTest.dynamicTest(name, () -> report(files.stream().map(rule)));
  }

  private static DynamicTest javaRule(String name, Function<JavaFile, List<Violation>> rule) {
    return DynamicTest.dynamicTest(name, () -> report(java.stream().map(rule)));
  }

  private static void report(Stream<List<Violation>> found) {
    List<Violation> all = found.flatMap(List::stream).toList();
    if (!all.isEmpty()) {
      String text = all.stream().map(Violation::toString).collect(Collectors.joining("\n"));
      fail(all.size() + " places break this rule:\n" + text);
    }
  }
}

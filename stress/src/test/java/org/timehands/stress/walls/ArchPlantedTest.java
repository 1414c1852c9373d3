package org.timehands.stress.walls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks through every wall of {@link ArchTest} on purpose; the planted classes are compiled. */
class ArchPlantedTest {
  private static ClassUses planted(String room, String body) {
    return planted(room, List.of(body)).getFirst();
  }

  /** Compiles a class of a room of core for each body, beside a class {@code Mark} in each room. */
  private static List<ClassUses> planted(String room, List<String> bodies) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String each : List.of("linux", "mischief", "timeline", "timekeeping", "nowhere")) {
      String name = "org.timehands." + each;
      sources.put(
          name + ".Mark",
          "package " + name + "; public class Mark extends Exception {"
              + " public static int f() { return 0; } public @interface Note {} }");
    }
    String packageName = "org.timehands." + room;
    List<String> names = new ArrayList<>();
    for (String body : bodies) {
      String name = "Planted" + names.size();
      names.add(packageName + "." + name);
      String text = "package " + packageName + "; public class " + name + " {" + body + "}";
      sources.put(packageName + "." + name, text);
    }
    Map<String, byte[]> classes = InMemory.compile(sources);
    return names.stream().map(each -> ClassUses.of(classes.get(each))).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "timeline, timekeeping, true",
    "timekeeping, timeline, false",
    "linux, mischief, false",
    "mischief, linux, true",
    "fixed, mischief, true",
    "fixed, linux, true",
    "page, timekeeping, true",
    "timeline, linux, false",
    "timeline, nowhere, true",
    "nowhere, timeline, true",
  })
  void levels(String from, String to, boolean caught) {
    String there = "org.timehands." + to + ".Mark";
    List<String> bodies =
        List.of(
            there + " field;",
            "void f(java.util.List<" + there + "> x) {}",
            "int x = " + there + ".f();",
            "void f() throws " + there + " {}",
            "Object x = new " + there + "[3][];",
            "java.util.function.IntSupplier x = " + there + "::f;",
            "@" + there + ".Note int x;",
            "boolean f(Object o) { return o instanceof " + there + "; }");
    for (ClassUses use : planted(from, bodies)) {
      List<Violation> found = ArchRules.levels(use);
      assertEquals(caught, !found.isEmpty(), use + " " + found);
    }
  }

  @Test
  void aStringIsNoDependency() {
    String body = "String x = \"Lorg/timehands/timekeeping/Mark;\";";
    assertEquals(List.of(), ArchRules.levels(planted("timeline", body)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.foreign.MemorySegment x;",
        "long f() { return java.lang.foreign.ValueLayout.JAVA_LONG.byteSize(); }",
        "java.util.List<java.lang.foreign.Arena> x;"
      })
  void foreign(String body) {
    assertFalse(ArchRules.foreign(planted("timeline", body)).isEmpty());
    assertEquals(List.of(), ArchRules.foreign(planted("linux", body)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Object f() throws Exception { return Class.forName(\"a.B\"); }",
        "Object f() throws Exception { return String.class.getDeclaredField(\"value\"); }",
        "java.lang.reflect.Method x;",
        "Object x = java.lang.reflect.Array.newInstance(int.class, 1);",
        "Object f() throws Exception { return getClass().getClassLoader().loadClass(\"a\"); }"
      })
  void reflection(String body) {
    assertFalse(ArchRules.reflection(planted("timeline", body)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "record R(int a) {} enum E { A } Object f(E e) { return switch (e) { case A -> 1; }; }",
        "Object x = java.lang.invoke.MethodHandles.lookup();",
        "String x = getClass().getName() + 1; Runnable y = () -> {};"
      })
  void whatLooksLikeReflectionButIsNot(String body) {
    ClassUses use = planted("timeline", body);
    assertEquals(List.of(), ArchRules.reflection(use));
    assertEquals(List.of(), ArchRules.dependencies(use));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.util.logging.Logger x;",
        "@org.junit.jupiter.api.Test void f() {}",
        "void f() throws java.sql.SQLException {}",
        "Object x = sun.misc.Signal.class;"
      })
  void dependencies(String body) {
    assertFalse(ArchRules.dependencies(planted("timeline", body)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "System.Logger x;", "java.util.concurrent.locks.Lock x;", "jdk.jfr.Event x;"
      })
  void allowedDependencies(String body) {
    assertEquals(List.of(), ArchRules.dependencies(planted("timeline", body)));
  }

  @Test
  void requires() {
    ModuleDescriptor good =
        ModuleDescriptor.newModule("a").requires("java.base").requires("jdk.jfr").build();
    assertEquals(List.of(), ArchRules.requires(good));
    ModuleDescriptor bad =
        ModuleDescriptor.newModule("a").requires("java.base").requires("java.logging").build();
    List<Violation> found = ArchRules.requires(bad);
    assertEquals(1, found.size());
    assertTrue(found.getFirst().message().contains("java.logging"));
  }

  /** 4-04. */
  @Test
  void exports() {
    Set<String> rooms =
        Set.of("org.timehands", "org.timehands.rate", "org.timehands.fixed", "org.timehands.page");
    ModuleDescriptor good =
        ModuleDescriptor.newModule("a")
            .packages(rooms)
            .exports("org.timehands")
            .exports("org.timehands.rate")
            .build();
    assertEquals(List.of(), ArchRules.exports(good));
    ModuleDescriptor bad =
        ModuleDescriptor.newModule("a").packages(rooms).exports("org.timehands.fixed").build();
    List<Violation> found = ArchRules.exports(bad);
    assertEquals(1, found.size());
    assertTrue(found.getFirst().message().contains("org.timehands.fixed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "long x = System.nanoTime();",
        "java.util.function.LongSupplier x = System::currentTimeMillis;",
        "void f(java.util.concurrent.TimeUnit u) throws Exception { u.sleep(1); }",
        "void f() { java.util.concurrent.locks.LockSupport.parkNanos(this, 1); }"
      })
  void bannedTime(String body) {
    assertFalse(ArchRules.bannedCalls(planted("timeline", body)).isEmpty());
    assertEquals(List.of(), ArchRules.bannedCalls(planted("clocksource", body)));
  }

  @Test
  void bannedChance() {
    String body = "Object x = java.util.concurrent.ThreadLocalRandom.current();";
    assertFalse(ArchRules.bannedCalls(planted("clocksource", body)).isEmpty());
  }
}

package org.timehands.stress.walls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.timehands.mischief.Mischief;

/**
 * Holds the class files of core to the walls of the house; {@code ArchPlantedTest} shows that each
 * wall stops somebody.
 */
class ArchTest {
  private static List<ClassUses> core;

  @BeforeAll
  static void read() throws IOException {
    core =
        ClassUses.beside(Mischief.class).stream()
            .filter(each -> !each.name().equals("module-info"))
            .toList();
    assertTrue(
        core.stream().anyMatch(each -> each.name().equals(Mischief.class.getName())),
        "core's class files were not found");
  }

  @TestFactory
  Stream<DynamicTest> core() {
    return Stream.of(
        rule("arrows go down", ArchRules::levels),
        rule("foreign functions stand in linux", ArchRules::foreign),
        rule("no reflection", ArchRules::reflection),
        rule("nothing but the JDK's base", ArchRules::dependencies),
        rule("banned calls", ArchRules::bannedCalls));
  }

  @Test
  void theModuleRequiresNothingElse() throws IOException {
    ModuleFinder finder = ModuleFinder.of(ClassUses.place(Mischief.class));
    ModuleReference module = finder.find("org.timehands.core").orElseThrow();
    assertEquals(List.of(), ArchRules.requires(module.descriptor()));
  }

  /** 4-04. */
  @Test
  void theModuleExportsNoSlopes() throws IOException {
    ModuleFinder finder = ModuleFinder.of(ClassUses.place(Mischief.class));
    ModuleReference module = finder.find("org.timehands.core").orElseThrow();
    assertEquals(List.of(), ArchRules.exports(module.descriptor()));
  }

  private static DynamicTest rule(String name, Function<ClassUses, List<Violation>> rule) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          List<Violation> all = core.stream().map(rule).flatMap(List::stream).toList();
          if (!all.isEmpty()) {
            String text = all.stream().map(Violation::toString).collect(Collectors.joining("\n"));
            fail(all.size() + " places break this rule:\n" + text);
          }
        });
  }
}

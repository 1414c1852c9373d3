package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GroupsTest {
  private static final String LIST = "root:x:0:\nclock:x:990:alice,bob\nbroken:x\nodd:x:y:\n";

  @Test
  void namesAndNumbers() {
    assertEquals(OptionalInt.of(0), Groups.idIn(LIST, "root"));
    assertEquals(OptionalInt.of(990), Groups.idIn(LIST, "clock"));
    assertEquals(OptionalInt.of(12345), Groups.idIn(LIST, "12345"));
    assertEquals(OptionalInt.empty(), Groups.idIn(LIST, "broken"));
    assertEquals(OptionalInt.empty(), Groups.idIn(LIST, "odd"));
    assertEquals(OptionalInt.empty(), Groups.idIn(LIST, "alice"));
    assertEquals(0, Groups.idOf("root"));
  }

  @Test
  void unknownGroupsAreWrongUsage() {
    Failure failure = assertThrows(Failure.class, () -> Groups.idOf("no such group"));
    assertEquals(ExitCode.USAGE, failure.exitCode());
  }
}

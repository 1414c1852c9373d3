package org.timehands.stress.walls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * docs/rows.md and the tests agree: every number has its row, every named test is there and cites
 * the number, and nobody cites a number that there is not. The plants show that each is caught.
 */
class DocumentsTest {
  private static List<TextFile> files;
  private static TextFile document;

  @BeforeAll
  static void read() throws IOException {
    files = Repository.textFiles();
    document =
        files.stream()
            .filter(each -> each.name().equals(RowRules.DOCUMENT))
            .findAny()
            .orElseThrow();
  }

  private static void assertClean(List<Violation> found) {
    assertTrue(
        found.isEmpty(),
        () -> String.join("\n", found.stream().map(Violation::toString).toList()));
  }

  @Test
  void everyNumberHasItsRow() {
    assertEquals(189, RowRules.IDS.size());
    assertClean(RowRules.everyNumberHasItsRow(document));
  }

  @Test
  void everyNamedTestIsThereAndCitesItsRow() {
    assertClean(RowRules.namedTestsCiteTheirRow(document, files));
  }

  @Test
  void everyCitedNumberExists() {
    assertClean(files.stream().flatMap(each -> RowRules.citedNumbersExist(each).stream()).toList());
  }

  // --- Plants

  private static void assertCaught(String words, List<Violation> found) {
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.getFirst().message().contains(words), found::toString);
  }

  private TextFile with(String from, String to) {
    assertTrue(document.text().contains(from), from);
    return new TextFile(RowRules.DOCUMENT, document.text().replace(from, to));
  }

  @Test
  void aLostADoubledAndAnInventedRowAreCaught() {
    assertCaught("3-16 has no row", RowRules.everyNumberHasItsRow(with("| 3-16 |", "| gone |")));
    assertCaught("no row 3-99", RowRules.everyNumberHasItsRow(planted("| 3-99 | x | y |")));
    assertCaught("in order", RowRules.everyNumberHasItsRow(planted("| 3-16 | x | y |")));
  }

  private TextFile planted(String row) {
    return new TextFile(RowRules.DOCUMENT, document.text() + row + "\n");
  }

  private static List<Violation> named(String here, String test) {
    TextFile rows = new TextFile(RowRules.DOCUMENT, "| 3-16 | asked | " + here + " |\n");
    return RowRules.namedTestsCiteTheirRow(
        rows, List.of(new TextFile("core/src/test/java/a/SomeTest.java", test)));
  }

  @Test
  void testsThatAreNotThereOrDoNotCiteAreCaught() {
    String good = "/** 3-16: idle. */\nclass SomeTest { void idle() {} }";
    assertEquals(List.of(), named("`SomeTest`", good));
    assertEquals(List.of(), named("`SomeTest.idle`; measured: `./timehands bench x`", good));
    assertCaught("no class", named("`OtherTest`", good));
    assertCaught("not there", named("`SomeTest.busy`", good));
    assertCaught("cites 3-16", named("`SomeTest.idle`", good.replace("3-16", "3-17")));
    assertCaught("cites 3-16", named("`SomeTest`", "class SomeTest { String s = \"// 3-16\"; }"));
    assertCaught("cites 3-16", named("`SomeTest`", "/** 2026-03-16, 13-16, 3-160. */"));
    assertCaught("names no test", named("some day", good));
    assertCaught("names no test", named("not here: no", good));
    assertEquals(List.of(), named("not here: a remark, nothing is asked", good));
  }

  @Test
  void citationsOfWhatThereIsNotAreCaught() {
    for (String each : List.of("3-70", "1-14", "5-01", "A33", "N18", "4-00", "A0")) {
      String text = "// first\n// shows " + each + ".\nclass A {}";
      List<Violation> found =
          RowRules.citedNumbersExist(new TextFile("sim/src/test/java/a/A.java", text));
      assertCaught(each, found);
      assertEquals(2, found.getFirst().line());
    }
    String fine = "/* 3-69, A32 to N17; 2026-05-01; 0.5-10 s; 5-1 */ class A { int x = 5-70; }";
    assertEquals(
        List.of(),
        RowRules.citedNumbersExist(
            new TextFile("sim/src/test/java/a/A.java", fine)));
    assertEquals(
        List.of(),
        RowRules.citedNumbersExist(new TextFile("core/src/main/java/a/A.java", "// 3-99")));
  }

  /** Strings of any length are skipped, with whatever quotes they hold; what follows is not. */
  @Test
  void stringsAreSkippedHoweverLong() {
    String inside = "// 3-98 \\\" ".repeat(50_000);
    String block = "\"\"\"\n" + inside + " \" \"\" \\\"\"\" end\"\"\"";
    for (String literal : List.of("\"" + inside + "\"", block)) {
      String text = "class A { String s = " + literal + "; char c = '\\''; } // 3-99";
      assertCaught(
          "3-99", RowRules.citedNumbersExist(new TextFile("sim/src/test/java/a/A.java", text)));
    }
  }
}

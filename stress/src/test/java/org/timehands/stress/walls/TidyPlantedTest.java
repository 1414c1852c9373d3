package org.timehands.stress.walls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Breaks every rule of {@link TidyTest} on purpose, and shows what is allowed beside it. */
class TidyPlantedTest {
  private static final String CORE = "core/src/main/java/org/timehands/timeline/Planted.java";

  private static JavaFile java(String name, String text) throws IOException {
    String inside = name.replaceFirst(".*/java/", "");
    String packageName = inside.substring(0, inside.lastIndexOf('/')).replace('/', '.');
    return JavaFile.parse(name, "package " + packageName + ";\n" + text);
  }

  private static void assertCaught(int line, String words, List<Violation> found) {
    assertEquals(1, found.size(), found::toString);
    assertEquals(line, found.getFirst().line(), found::toString);
    assertTrue(found.getFirst().message().contains(words), found::toString);
  }

  private static void assertClean(List<Violation> found) {
    assertEquals(List.of(), found);
  }

  // --- Text

  @Test
  void longLines() {
    String line = "x".repeat(100);
    Function<String, List<Violation>> code = s -> TextRules.columns(new TextFile("a/B.java", s));
    assertClean(code.apply(line + "\nimport a." + line + ";\n// https://a.org/" + line));
    assertCaught(2, "longer than 100", code.apply("\n" + line + "x"));
    assertCaught(1, "tab", code.apply("\tint x;"));
    assertCaught(1, "blank at the end", code.apply("int x; "));
    assertClean(code.apply("µ".repeat(100)));
    assertClean(TextRules.columns(new TextFile("a.md", line + line)));
    assertCaught(1, "longer", TextRules.columns(new TextFile("timehands", line + line)));
    assertCaught(1, "longer", TextRules.columns(new TextFile("clients/c/a.h", line + line)));
  }

  @Test
  void longFiles() {
    assertClean(TextRules.fileLength(new TextFile("A.java", "x\n".repeat(600))));
    assertCaught(601, "split", TextRules.fileLength(new TextFile("A.java", "x\n".repeat(601))));
  }

  @Test
  void unfinishedBusiness() {
    String word = "TO" + "DO";
    assertCaught(2, word, TextRules.unfinished(new TextFile("a", "\n// " + word + ": later")));
    assertCaught(1, "FIX", TextRules.unfinished(new TextFile("a", "FIX" + "ME soon")));
    assertClean(TextRules.unfinished(new TextFile("a", "// " + word + "(#12): later")));
    assertClean(TextRules.unfinished(new TextFile("a", "mas" + word + "n")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "see ~work/main/x", "cd ~tmp/wt/skel", "/usr/lib/~jvm/temurin-25/bin", "=~home/me/x",
        "https~://repo.maven.apache.org/maven2", "http~://10.1.2.3/x", "http~://cache/maven",
        "https~://packages.internal/x", "http~://host.example.org:8081/x",
        "https~://u:p@registry.npmjs.org/"
      })
  void machines(String planted) {
    // The tilde keeps this file itself clean.
    String text = planted.replace("~jvm", "jvm").replace("~:", ":").replace('~', '/');
    assertEquals(1, TextRules.machine(new TextFile("a", text)).size(), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/lib/jvm/*", "/dev/shm/timehands", "docs/work/x", "$HOME/tmp/x", "https://lwn.net/x",
        "file written to /tmp", "http://localhost/x", "https://adoptium.net", "1/home/2"
      })
  void notMachines(String text) {
    assertClean(TextRules.machine(new TextFile("a", text)));
  }

  @Test
  void titles() {
    Function<String, List<Violation>> md = s -> MarkdownRules.oneTitle(new TextFile("a.md", s));
    assertClean(md.apply("# One\n\ntext\n```\n# comment in code\n```\n## Two\n"));
    assertCaught(3, "second", md.apply("# One\n\n# Two\n"));
    assertCaught(1, "no '# '", md.apply("\n"));
    assertCaught(1, "before", md.apply("Text\n\n# One\n"));
    assertClean(MarkdownRules.oneTitle(new TextFile("a.txt", "text")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [a](b.md)                 | true
          [a](b.md#two-words--more) | true
          [a](b.md#two-words--more-1) | true
          [a](#here)                | true
          [a](../README.md)         | true
          [a](sub)                  | true
          [a](https://x.org/nowhere) | true
          `[a](nowhere.md)`         | true
          [a](nowhere.md)           | false
          [a](b.md#two)             | false
          [a](b.md#in-code)         | false
          [a](#there)               | false
          [a](../../escape.md)      | false
          ![a](b.png)               | false
          """)
  void links(String link, boolean good) {
    TextFile file = new TextFile("docs/a.md", "# Here\n" + link + "\n");
    String headings = "# B\n## Two words, & more\n## Two `words` - more\n```\n# in code\n```\n";
    Map<String, TextFile> repository =
        Map.of(
            "docs/a.md", file,
            "docs/b.md", new TextFile("docs/b.md", headings + "## Two words, & more\n"),
            "docs/sub/c.md", new TextFile("docs/sub/c.md", "# C\n"),
            "README.md", new TextFile("README.md", "# R\n"));
    if (good) {
      assertClean(MarkdownRules.links(file, repository));
    } else {
      assertCaught(2, "leads to no", MarkdownRules.links(file, repository));
    }
  }

  // --- Shape

  @Test
  void longMethods() throws IOException {
    String body = "int x;\n".repeat(58);
    assertClean(ShapeRules.methodLength(java(CORE, "class A { void f() {\n" + body + "}}")));
    assertCaught(
        3,
        "f has 61 lines",
        ShapeRules.methodLength(java(CORE, "class A {\n@Deprecated void f() {\n" + body + "\n}}")));
    assertCaught(
        3, "<init>", ShapeRules.methodLength(java(CORE, "class A {\nA() {\n" + body + "\n}}")));
    assertCaught(
        3,
        "initializer",
        ShapeRules.methodLength(java(CORE, "class A {\nstatic {\n" + body + "\n}}")));
    assertCaught(
        2,
        "run",
        ShapeRules.methodLength(
            java(
                "app/src/test/java/a/B.java",
                "class A { Object x = new Object() { void run() {\n" + body + "\n}};}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "double x;", "float f() { return 0; }", "long x = (long) 1e9;", "Object x = 1.5f;",
        "long x = Double.doubleToLongBits(0);", "java.util.List<Float> x;"
      })
  void floatingPoint(String member) throws IOException {
    String text = "class A {\n" + member + "}";
    assertTrue(!ShapeRules.floatingPoint(java(CORE, text)).isEmpty(), member);
    assertClean(
        ShapeRules.floatingPoint(
            java("core/src/main/java/org/timehands/discipline/A.java", text)));
    assertClean(
        ShapeRules.floatingPoint(java("core/src/test/java/org/timehands/timeline/A.java", text)));
  }

  // --- Calls

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class A { long x = System.nanoTime(); }",
        "class A { long x = java.lang.System.nanoTime(); }",
        "class A { java.util.function.LongSupplier x = System::nanoTime; }",
        "import static java.lang.System.nanoTime; class A { long x = nanoTime(); }",
        "import static java.lang.System.*; class A { long x = nanoTime(); }",
        "class A { long x = System.currentTimeMillis(); }",
        "import java.time.Instant; class A { Object x = Instant.now(); }",
        "import java.time.*; class A { Object x = Instant.now(); }",
        "class A { Object x = java.time.Instant.now(); }",
        "import java.time.Clock; class A { Object x = Clock.systemUTC(); }",
        "class A { void f() throws Exception { Thread.sleep(1); } }",
        "import java.util.concurrent.*; class A { { TimeUnit.SECONDS.sleep(1); } }",
        "import java.util.concurrent.locks.LockSupport; class A { { LockSupport.parkNanos(1); } }",
        "import java.util.*; class A { Object x = new Date(); }",
        "import java.lang.foreign.Arena;",
        "import java.lang.foreign.*;",
        "class A { java.lang.foreign.Arena x; }"
      })
  void timeAndForeignCalls(String text) throws IOException {
    for (String name : List.of(CORE, "app/src/main/java/org/timehands/app/A.java")) {
      assertTrue(!BannedCalls.check(java(name, text)).isEmpty(), name + ": " + text);
    }
    for (String name :
        List.of(
            "core/src/main/java/org/timehands/linux/A.java",
            "core/src/test/java/org/timehands/timeline/A.java",
            "bench/src/main/java/org/timehands/bench/A.java")) {
      assertClean(BannedCalls.check(java(name, text)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import java.util.Random; class A { Object x = new Random(); }",
        "import java.util.*; class A { Supplier<?> x = Random::new; }",
        "class A { Object x = new java.util.Random(); }",
        "class A { double x = Math.random(); }",
        "import java.util.concurrent.*; class A { Object x = ThreadLocalRandom.current(); }",
        "import java.util.UUID; class A { Object x = UUID.randomUUID(); }"
      })
  void chance(String text) throws IOException {
    for (String name : List.of(CORE, "bench/src/test/java/org/timehands/bench/A.java")) {
      List<Violation> found = BannedCalls.check(java(name, text));
      assertCaught(2, "from a seed", found);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import java.util.Random; class A { Object x = new Random(7); }",
        "class A { Object x = Random.now(); long y = timer.nanoTime(); }",
        "import org.other.System; class A { long x = System.nanoTime(); }",
        "import java.time.Instant; class A { Object x = Instant.ofEpochSecond(1); }",
        "import java.time.Clock; class A { Object x = Clock.fixed(null, null); }",
        "class A { String x = \"System.nanoTime()\"; /* System.nanoTime() */ }"
      })
  void allowedCalls(String text) throws IOException {
    assertClean(BannedCalls.check(java(CORE, text)));
  }

  @Test
  void theMessageNamesTheReplacement() throws IOException {
    String text = "class A {\nlong x = System.nanoTime(); }";
    assertCaught(3, "use a Timekeeper", BannedCalls.check(java(CORE, text)));
  }

  // --- Shared fields

  @Test
  void sharedFields() throws IOException {
    List<String> fields =
        List.of(
            "volatile int head;",
            "static final java.lang.invoke.VarHandle head = null;",
            "final AtomicLong head = null;",
            "AtomicReference<int[]> head;",
            "AtomicLongArray[] head;");
    String table = "/*\n * field | read | write | guard\n * %s | acquire | release | none\n */\n";
    for (String field : fields) {
      assertCaught(3, "'head'", AccessTables.check(java(CORE, "class A {\n" + field + "}")));
      String right = table.formatted("head") + "class A {\n" + field + "}";
      assertClean(AccessTables.check(java(CORE, right)));
      String wrong = table.formatted("tail") + "class A {\n" + field + "}";
      assertEquals(1, AccessTables.check(java(CORE, wrong)).size());
    }
    String local = "class A { void f() { AtomicLong head = null; } int plain; }";
    assertClean(AccessTables.check(java(CORE, local)));
    String test = "core/src/test/java/org/timehands/timeline/A.java";
    assertClean(AccessTables.check(java(test, "class A { volatile int head; }")));
  }

  @Test
  void aRowOutsideTheTableDoesNotCount() throws IOException {
    String text = "/* field | read | write | guard\n * tail | a | b | c\n */\n"
        + "/* head | x | y | z */\nclass A { volatile int head; }";
    assertEquals(1, AccessTables.check(java(CORE, text)).size());
    String ruled = "/** field | read | write | guard\n * ---|---|---|---\n * head, tail | a | b | c"
        + "\n */\nclass A { volatile int head; volatile int tail; }";
    assertClean(AccessTables.check(java(CORE, ruled)));
  }

  // --- What users see

  @Test
  void timesInTicks() throws IOException {
    for (String name : List.of("ticks", "delayTicks", "atTick", "jiffies", "expiresJiffies")) {
      String text = "public class A {\npublic void f(long " + name + ") {} }";
      assertCaught(3, "time in ticks", ApiRules.ticks(java(CORE, text)));
      String wheel = "core/src/main/java/org/timehands/timeout/TimeoutWheel.java";
      assertClean(ApiRules.ticks(java(wheel, text)));
    }
    assertClean(ApiRules.ticks(java(CORE, "class A { void f(long ticks) {} }")));
    assertClean(ApiRules.ticks(java(CORE, "public class A { public void f(long tickNanos) {} }")));
    assertClean(ApiRules.ticks(java(CORE, "public class A { public void f(Ticker ticks) {} }")));
  }

  @Test
  void bareParameterNames() throws IOException {
    List<String> planted =
        List.of(
            "public class A {\npublic void f(long time) {} }",
            "public class A {\nprotected A(int delay) {} }",
            "public interface A {\nvoid f(long deadline); }",
            "public record A(\nlong timeout) {}",
            "public class A { public static class B {\npublic void f(double drift) {} } }");
    for (String text : planted) {
      assertCaught(3, "has no unit", ApiRules.parameterNames(java(CORE, text)));
    }
    List<String> allowed =
        List.of(
            "public class A { public void f(long timeNanos, String time) {} }",
            "public class A { void f(long time) {} }",
            "class A { public void f(long time) {} }",
            "public class A { public void f() { long time = 0; } }",
            "public class A { public void f() { new Object() { public void g(long time) {} }; } }");
    for (String text : allowed) {
      assertClean(ApiRules.parameterNames(java(CORE, text)));
    }
  }

  /** 4-04. */
  @Test
  void slopes() throws IOException {
    List<String> planted =
        List.of(
            "public class A {\npublic Slope rate() { return null; } }",
            "public class A {\npublic void f(org.timehands.fixed.Slope by) {} }",
            "public class A {\npublic long slopeFraction() { return 0; } }",
            "public class A {\nprotected int shift; }",
            "public class A {\npublic List<Slope> all() { return null; } }",
            "public interface A {\nlong mult(); }",
            "public record A(\nlong rawMult) {}",
            "public class A {\npublic A(long mult) {} }");
    for (String text : planted) {
      assertCaught(3, "gives a slope", ApiRules.slopes(java(CORE, text)));
    }
    List<String> allowed =
        List.of(
            "public class A { public CounterRate rate() { return null; } }",
            "public class A { public long slopeErrorPpb() { return 0; } }",
            "public class A { long slope; void f(Slope by) {} private int shift; }",
            "class A { public Slope slope() { return null; } }");
    for (String text : allowed) {
      assertClean(ApiRules.slopes(java(CORE, text)));
    }
    String inside = "core/src/main/java/org/timehands/fixed/A.java";
    assertClean(ApiRules.slopes(java(inside, planted.getFirst())));
  }

  @Test
  void missingComments() throws IOException {
    List<String> planted =
        List.of(
            "\npublic class A {}",
            "/** A. */ public class A {\npublic void f() {} }",
            "/** A. */ public class A {\nprotected static final int F = 1; }",
            "/** A. */ public class A {\n/** */ public A() {} }",
            "/** A. */ public interface A {\nvoid f(); }",
            "/** A. */ public enum A {\nB }",
            "/** A. */ public class A {\npublic record B(int c) {} }");
    for (String text : planted) {
      assertCaught(3, "has no Javadoc", ApiRules.comments(java(CORE, text)));
    }
    List<String> allowed =
        new ArrayList<>(
            List.of(
                "class A { public void f() {} }",
                "/** A. */ public class A { void f() {} private int g; }",
                "/** A. */ public class A { @Override public String toString() { return null; } }",
                "/** A. */ public record A(int b) { public A { assert b > 0; } }",
                "/** A. */ public enum A { /** B. */ B }",
                "/// A.\npublic class A {}"));
    for (String text : allowed) {
      assertClean(ApiRules.comments(java(CORE, text)));
    }
    assertClean(ApiRules.comments(java("app/src/main/java/a/A.java", "public class A {}")));
  }
}

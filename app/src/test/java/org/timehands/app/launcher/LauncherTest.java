package org.timehands.app.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.app.launcher.FakeCheckout.Run;

/** The launcher, with its whole surroundings faked; {@code LauncherMutantTest} checks this test. */
@Timeout(value = 300, unit = TimeUnit.SECONDS) // against a hang, not a measurement
class LauncherTest {
  @TempDir Path temp;

  /** The script under test; a mutant test puts another one here. */
  String launcher;

  @BeforeEach
  void readLauncher() throws IOException {
    if (launcher == null) {
      launcher = FakeCheckout.launcher();
    }
  }

  private FakeCheckout bare() throws IOException {
    return FakeCheckout.bare(temp.toRealPath(), launcher);
  }

  private FakeCheckout complete() throws IOException {
    return FakeCheckout.complete(temp.toRealPath(), launcher);
  }

  private static void assertRan(Path jdk, Run run) {
    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().startsWith("RAN " + jdk.resolve("bin/java")), run::out);
  }

  private static void assertRefused(int code, String words, Run run) {
    assertEquals(code, run.code(), run::err);
    assertTrue(run.err().contains(words), () -> "wanted '" + words + "' in: " + run.err());
    assertEquals("", run.out());
  }

  // --- The JDK

  @Test
  void javaHomeComesFirst() throws Exception {
    FakeCheckout fake = complete();
    Path chosen = fake.jdk(fake.base.resolve("mine"), "25");
    Path onPath = fake.jdk(fake.base.resolve("on-path"), "25.0.1");
    fake.environment.put("JAVA_HOME", chosen.toString());
    fake.environment.merge("PATH", onPath.resolve("bin").toString(), (a, b) -> b + ":" + a);
    assertRan(chosen, fake.run("now"));
  }

  @Test
  void pathComesSecondAndSymlinksAreFollowed() throws Exception {
    FakeCheckout fake = complete();
    Path old = fake.jdk(fake.base.resolve("old"), "17.0.15");
    Path onPath = fake.jdk(fake.base.resolve("on-path"), "26-ea");
    fake.environment.put("JAVA_HOME", old.toString());
    Files.createSymbolicLink(fake.tools.resolve("javac"), onPath.resolve("bin/javac"));
    assertRan(onPath, fake.run("now"));
  }

  @Test
  void aShimOnPathIsAskedForItsHome() throws Exception {
    FakeCheckout fake = bare();
    fake.maven(fake.tools.resolve("mvn"));
    Path real = fake.jdk(fake.base.resolve("real"), "25.0.2");
    Path shims = fake.base.resolve("shims");
    FakeCheckout.script(shims.resolve("javac"), "#!/bin/sh\necho javac 25.0.2\n");
    FakeCheckout.script(
        shims.resolve("java"), "#!/bin/sh\necho \"    java.home = " + real + "\" >&2\n");
    fake.environment.merge("PATH", shims.toString(), (a, b) -> b + ":" + a);
    assertRan(real, fake.run("now"));
  }

  @Test
  void theJvmRootComesLastAndPrefersTheVersionWeTest() throws Exception {
    FakeCheckout fake = bare();
    fake.maven(fake.tools.resolve("mvn"));
    fake.jdk(fake.jvmRoot.resolve("a-27"), "27");
    fake.jdk(fake.jvmRoot.resolve("b-17"), "17.0.1");
    Path newer = fake.jdk(fake.jvmRoot.resolve("c-26"), "26.0.1");
    assertRan(newer, fake.run("now"));
    Path wanted = fake.jdkWithoutRelease(fake.jvmRoot.resolve("d-25"), "25.0.3");
    assertRan(wanted, fake.run("now"));
  }

  @Test
  void aJreIsNoJdk() throws Exception {
    FakeCheckout fake = complete();
    Path jre = fake.jdk(fake.base.resolve("jre"), "25.0.3");
    Files.delete(jre.resolve("bin/javac"));
    fake.environment.put("JAVA_HOME", jre.toString());
    assertRan(fake.jvmRoot.resolve("jdk-25"), fake.run("now"));
  }

  @Test
  void withoutJdkAndAptItSaysWhatToUnpack() throws Exception {
    FakeCheckout fake = bare();
    Path old = fake.jdk(fake.base.resolve("old"), "21.0.1");
    fake.environment.put("JAVA_HOME", old.toString());
    Run run = fake.run("now");
    assertRefused(3, "no JDK 25 or newer in JAVA_HOME, PATH or " + fake.jvmRoot, run);
    assertRefused(3, "(JAVA_HOME=" + old + " is 21)", run);
    assertRefused(3, "unpack one (such as https://adoptium.net) and set JAVA_HOME", run);
    assertEquals(1, run.err().lines().count(), run::err);
  }

  @Test
  void anOrdinaryUserIsToldTheAptLine() throws Exception {
    FakeCheckout fake = bare();
    fake.apt("openjdk-25-jdk-headless", "exit 0");
    fake.userId(1000);
    assertRefused(3, "run: apt-get install openjdk-25-jdk-headless (as root)", fake.run("now"));
    assertEquals(List.of(), fake.aptCalls());
  }

  @Test
  void rootInstallsTheJdk() throws Exception {
    FakeCheckout fake = bare();
    fake.maven(fake.tools.resolve("mvn"));
    Path later = fake.jdk(fake.base.resolve("later"), "25.0.3");
    fake.apt("openjdk-25-jdk-headless", "mv '" + later + "' '" + fake.jvmRoot + "/jdk'");
    fake.userId(0);
    assertRan(fake.jvmRoot.resolve("jdk"), fake.run("now"));
    assertEquals(
        List.of("install -y --no-install-recommends openjdk-25-jdk-headless"), fake.aptCalls());
  }

  @Test
  void aFailedInstallationEndsWithTheLineToRun() throws Exception {
    FakeCheckout fake = bare();
    fake.apt("openjdk-25-jdk-headless", "echo 'E: no space left'; exit 100");
    fake.userId(0);
    Run run = fake.run("now");
    assertRefused(3, "E: no space left", run);
    assertRefused(3, "run: apt-get install openjdk-25-jdk-headless (as root)", run);
  }

  // --- Maven

  @Test
  void mavenHomeComesBeforePath() throws Exception {
    FakeCheckout fake = complete();
    FakeCheckout.script(fake.tools.resolve("mvn"), "#!/bin/sh\nexit 9\n");
    fake.maven(fake.base.resolve("maven/bin/mvn"));
    fake.environment.put("MAVEN_HOME", fake.base.resolve("maven").toString());
    assertEquals(0, fake.run("now").code());
    assertTrue(fake.mavenCalls().getFirst().startsWith(fake.jvmRoot.resolve("jdk-25") + " -B -f "));
  }

  @Test
  void withoutMavenItSaysWhatToInstall() throws Exception {
    FakeCheckout fake = bare();
    fake.jdk(fake.jvmRoot.resolve("jdk-25"), "25.0.3");
    assertRefused(3, "no Maven in MAVEN_HOME or PATH; unpack one", fake.run("now"));
    assertRefused(3, "no Maven in MAVEN_HOME or PATH; unpack one", fake.run("test"));
    fake.apt("maven", "exit 0");
    fake.userId(1000);
    assertRefused(3, "run: apt-get install maven (as root)", fake.run("now"));
  }

  @Test
  void rootInstallsMaven() throws Exception {
    FakeCheckout fake = bare();
    fake.jdk(fake.jvmRoot.resolve("jdk-25"), "25.0.3");
    fake.maven(fake.base.resolve("later"));
    fake.apt("maven", "mv '" + fake.base + "/later' '" + fake.tools + "/mvn'");
    fake.userId(0);
    assertRan(fake.jvmRoot.resolve("jdk-25"), fake.run("now"));
  }

  @Test
  void aBuiltCheckoutNeedsNoMaven() throws Exception {
    FakeCheckout fake = complete();
    assertEquals(0, fake.run("now").code());
    Files.delete(fake.tools.resolve("mvn"));
    assertEquals(0, fake.run("now").code());
  }

  // --- Building

  private static void assertBuilds(int total, FakeCheckout fake) throws Exception {
    Run run = fake.run("now");
    assertEquals(0, run.code(), run::err);
    assertEquals(total, fake.mavenCalls().size(), () -> "builds so far; " + run.err());
  }

  @Test
  void itBuildsWhenContentsChangedAndOnlyThen() throws Exception {
    FakeCheckout fake = complete();
    assertBuilds(1, fake);
    assertBuilds(1, fake);
    Path file = fake.checkout.resolve("app/src/main/java/X.java");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2040-01-01T00:00:00Z")));
    assertBuilds(1, fake);
    fake.write("app/src/test/java/XTest.java", "class XTest {}");
    assertBuilds(1, fake);
    Files.writeString(file, "class X { int x; }");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    assertBuilds(2, fake);
    fake.write("core/src/main/java/Y y.java", "class Y {}");
    assertBuilds(3, fake);
    fake.write("sim/pom.xml", "<project></project>");
    assertBuilds(4, fake);
  }

  @Test
  void aDeletedOrRenamedFileIsAChangeAndTheOldStateIsRemembered() throws Exception {
    FakeCheckout fake = complete();
    fake.write("core/src/main/java/Y.java", "class Y {}");
    assertBuilds(1, fake);
    Path file = fake.checkout.resolve("core/src/main/java/Y.java");
    Path renamed = fake.checkout.resolve("core/src/main/java/Z.java");
    Files.move(file, renamed);
    assertBuilds(2, fake);
    Files.delete(renamed);
    assertBuilds(3, fake);
    fake.write("core/src/main/java/Y.java", "class Y {}");
    assertBuilds(3, fake);
  }

  @Test
  void onlyTheModulesOfTheProgramAreBuiltAndOldImagesGo() throws Exception {
    FakeCheckout fake = complete();
    assertBuilds(1, fake);
    String call = fake.mavenCalls().getFirst();
    assertTrue(call.contains(" package -pl core,sim,app -Dth.target=target/launch"), call);
    Run bench = fake.run("bench", "read");
    assertTrue(bench.out().contains("[org.timehands.bench.Main]\n[read]\n"), bench::out);
    call = fake.mavenCalls().getLast();
    assertTrue(call.contains(" package -pl core,sim,bench -Dth.target=target/launch"), call);
    Run latency = fake.run("latency", "--help");
    String[] lines = {"[org.timehands.bench.Main]", "[latency]", "[--help]"};
    assertTrue(latency.out().contains(String.join("\n", lines)), latency::out);
    for (int round = 2; round < 9; round++) {
      fake.write("app/src/main/java/X.java", "class X { int x" + round + "; }");
      assertBuilds(round + 1, fake);
    }
    assertEquals(4, images(fake, "app-").size());
    assertEquals(1, images(fake, "bench-").size());
  }

  private static List<String> images(FakeCheckout fake, String prefix) throws IOException {
    try (var all = Files.list(fake.checkout.resolve("target/launch"))) {
      return all.map(each -> each.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .toList();
    }
  }

  @Test
  void aFailedBuildShowsItsLogAndIsTriedAgain() throws Exception {
    FakeCheckout fake = complete();
    Path planted = Files.createFile(fake.base.resolve("maven-fails"));
    Run run = fake.run("now");
    assertRefused(1, "[ERROR] planted failure", run);
    assertRefused(1, "the build failed; its whole log is " + fake.checkout, run);
    Files.delete(planted);
    assertBuilds(2, fake);
  }

  @Test
  void startsAtTheSameTimeBuildOnce() throws Exception {
    FakeCheckout fake = complete();
    Path hold = Files.createFile(fake.base.resolve("maven-waits"));
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(fake.start(fake.checkout.resolve("timehands"), fake.elsewhere, "now"));
    }
    // One builds and is held there; the others must all be waiting for it before it may go on.
    for (int waiting = 0; waiting < 3; all.getFirst().waitFor(20, TimeUnit.MILLISECONDS)) {
      waiting = 0;
      for (Process each : all) {
        waiting += fake.errorsOf(each).contains("waiting for it") ? 1 : 0;
      }
    }
    Files.delete(hold);
    for (Process each : all) {
      assertRan(fake.jvmRoot.resolve("jdk-25"), fake.await(each));
    }
    assertEquals(1, fake.mavenCalls().size());
  }

  @Test
  void stoppingTheLauncherStopsTheBuild() throws Exception {
    FakeCheckout fake = complete();
    Files.createFile(fake.base.resolve("maven-waits"));
    Process launcher = fake.start(fake.checkout.resolve("timehands"), fake.elsewhere, "now");
    Path pidFile = fake.base.resolve("maven.pid");
    while (!Files.exists(pidFile) || !Files.readString(pidFile).endsWith("\n")) {
      assertFalse(launcher.waitFor(20, TimeUnit.MILLISECONDS), "the launcher ended by itself");
    }
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    launcher.destroy();
    assertEquals(130, fake.await(launcher).code());
    var maven = ProcessHandle.of(pid);
    if (maven.isPresent()) {
      maven.get().onExit().get(60, TimeUnit.SECONDS);
    }
  }

  // --- Running

  @Test
  void itRunsFromAnywhereThroughSymlinksWithArgumentsUntouched() throws Exception {
    FakeCheckout fake = complete();
    Path link = fake.base.resolve("bin/th");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(fake.base.resolve("link"), Path.of("check out"));
    Files.createSymbolicLink(link, Path.of("../link/timehands"));
    Run run = fake.runAs(link, Path.of("/"), "convert", "a  b", "", "*", "--x=$HOME");
    assertRan(fake.jvmRoot.resolve("jdk-25"), run);
    String wanted = "[org.timehands.app.Main]\n[convert]\n[a  b]\n[]\n[*]\n[--x=$HOME]\n";
    assertTrue(run.out().endsWith(wanted), run::out);
    String home = "[-Dtimehands.home=" + fake.checkout + "]";
    assertTrue(run.out().contains(home), run::out);
    for (String jar : List.of("timehands-core", "timehands-sim", "timehands-app", "lib-of-app")) {
      assertTrue(run.out().contains("/" + jar + ".jar"), run::out);
    }
  }

  @Test
  void theExitCodeIsTheProgramsAndNothingIsWrittenElsewhere() throws Exception {
    FakeCheckout fake = complete();
    fake.environment.put("FAKE_EXIT", "4");
    assertEquals(4, fake.run("now").code());
    assertEquals(List.of(), fake.strayFiles());
  }

  @Test
  void helpNeedsNothing() throws Exception {
    FakeCheckout fake = bare();
    for (String word : List.of("--help", "-h", "help")) {
      Run run = fake.run(word);
      assertEquals(0, run.code(), run::err);
      assertTrue(run.out().contains("Usage: ./timehands COMMAND"), run::out);
    }
    assertRefused(2, "Usage: ./timehands COMMAND", fake.run());
  }

  @Test
  void aColonInThePathIsRefused() throws Exception {
    FakeCheckout fake = complete();
    Path odd = Files.createDirectories(fake.base.resolve("a:b"));
    FakeCheckout.script(odd.resolve("timehands"), launcher);
    assertRefused(2, "no ':'", fake.runAs(odd.resolve("timehands"), odd, "now"));
  }

  // --- The tests

  private static FakeCheckout withTestTools(FakeCheckout fake) throws IOException {
    for (String tool : List.of("gcc", "g++", "spin")) {
      FakeCheckout.script(fake.tools.resolve(tool), "#!/bin/sh\n");
    }
    return fake;
  }

  @Test
  void testVerifiesAllModules() throws Exception {
    FakeCheckout fake = withTestTools(complete());
    Run run = fake.run("test", "-Dtest=FooTest");
    assertEquals(0, run.code(), run::err);
    assertTrue(run.err().endsWith("timehands: all tests passed\n"), run::err);
    assertEquals(1, fake.mavenCalls().size());
    assertTrue(
        fake.mavenCalls().getFirst().endsWith("/pom.xml -ntp verify -Dtest=FooTest"),
        () -> fake.base.toString());
    assertRefused(2, "test takes -Dname=value, not '--fast'", fake.run("test", "--fast"));
    assertRefused(2, "'-DskipTests' is refused", fake.run("test", "-DskipTests"));
    Files.createFile(fake.base.resolve("maven-fails"));
    assertEquals(1, fake.run("test").code());
  }

  @Test
  void testSaysWhichPackagesItNeeds() throws Exception {
    FakeCheckout fake = complete();
    String packages = "gcc libc6-dev g++ spin";
    assertRefused(3, "run: apt-get install " + packages + " (as root)", fake.run("test"));
    fake.apt("gcc", "exit 0");
    fake.userId(1000);
    assertRefused(3, "run: apt-get install " + packages + " (as root)", fake.run("test"));
    assertEquals(List.of(), fake.aptCalls());
    FakeCheckout.script(fake.tools.resolve("gcc"), "#!/bin/sh\necho no stdio.h; exit 1\n");
    assertRefused(3, packages, fake.run("test")); // a compiler without headers does not count
    fake.userId(0);
    assertEquals(0, fake.run("test").code());
    assertEquals(
        List.of("install -y --no-install-recommends " + packages), fake.aptCalls());
  }

  // --- The text

  @Test
  void continuousIntegrationIsExactlyTheTestCommand() throws Exception {
    Path file = FakeCheckout.repository().resolve(".ci/run");
    assertTrue(Files.isExecutable(file));
    assertEquals("exec ./timehands test", Files.readAllLines(file).getLast());
  }

  @Test
  void shellcheckIsContent() throws Exception {
    Path repository = FakeCheckout.repository();
    Process check;
    try {
      check =
          new ProcessBuilder("shellcheck", "timehands", ".ci/run")
              .directory(repository.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException absent) {
      assumeTrue(false, "shellcheck is not installed");
      return;
    }
    String said = new String(check.getInputStream().readAllBytes());
    assertEquals(0, check.waitFor(), said);
    assertFalse(said.contains("SC"), said);
  }
}

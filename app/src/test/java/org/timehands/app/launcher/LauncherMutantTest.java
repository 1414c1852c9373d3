package org.timehands.app.launcher;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Launchers with one planted bug each: {@link LauncherTest} must fail on every one of them. */
class LauncherMutantTest {
  @TempDir Path temp;

  /** One edit of the script, and the test that must notice it. */
  record Mutant(String name, String from, String to, Check caughtBy) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Check {
    void run(LauncherTest test) throws Exception;
  }

  static Stream<Mutant> mutants() {
    return Stream.concat(ofPrerequisites(), ofBuilds());
  }

  private static Stream<Mutant> ofPrerequisites() {
    return Stream.of(
        new Mutant(
            "JAVA_HOME is not looked at",
            "jdk_accept \"${JAVA_HOME:-}\"",
            "jdk_accept \"\"",
            LauncherTest::javaHomeComesFirst),
        new Mutant(
            "any JDK will do",
            "[ \"$accept_major\" -lt \"$JDK_WANTED\" ]",
            "false",
            LauncherTest::pathComesSecondAndSymlinksAreFollowed),
        new Mutant(
            "the newest JDK wins",
            "[ \"$root_major\" -lt \"$root_best_major\" ]",
            "[ \"$root_major\" -gt \"$root_best_major\" ]",
            LauncherTest::theJvmRootComesLastAndPrefersTheVersionWeTest),
        new Mutant(
            "a JRE counts as a JDK",
            "[ -x \"$1/bin/java\" ] && [ -x \"$1/bin/javac\" ]",
            "[ -x \"$1/bin/java\" ]",
            LauncherTest::aJreIsNoJdk),
        new Mutant(
            "an ordinary user installs",
            "[ \"$(id -u)\" = 0 ]",
            "true",
            LauncherTest::anOrdinaryUserIsToldTheAptLine),
        new Mutant(
            "wrong exit code",
            "EXIT_PREREQUISITE=3",
            "EXIT_PREREQUISITE=1",
            LauncherTest::withoutMavenItSaysWhatToInstall));
  }

  private static Stream<Mutant> ofBuilds() {
    return Stream.of(
        new Mutant(
            "only names are hashed",
            "xargs -0 sha256sum |",
            "",
            LauncherTest::itBuildsWhenContentsChangedAndOnlyThen),
        new Mutant(
            "it always builds",
            "[ -d \"$image\" ] && return 0",
            "rm -rf \"$image\"",
            LauncherTest::itBuildsWhenContentsChangedAndOnlyThen),
        new Mutant(
            "only contents are hashed, not names",
            "xargs -0 sha256sum |",
            "xargs -0 cat |",
            LauncherTest::aDeletedOrRenamedFileIsAChangeAndTheOldStateIsRemembered),
        new Mutant(
            "who waited builds again",
            "if [ ! -d \"$image\" ]",
            "if true",
            LauncherTest::startsAtTheSameTimeBuildOnce),
        new Mutant(
            "arguments are split again",
            "\"$run_main\" \"$@\"",
            "\"$run_main\" $*",
            LauncherTest::itRunsFromAnywhereThroughSymlinksWithArgumentsUntouched),
        new Mutant(
            "symlinks are not followed",
            "readlink -f -- \"$0\"",
            "echo \"$0\"",
            LauncherTest::itRunsFromAnywhereThroughSymlinksWithArgumentsUntouched));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void isCaught(Mutant mutant) throws Exception {
    String original = FakeCheckout.launcher();
    assertTrue(original.contains(mutant.from()), "the launcher changed: renew this mutant");
    LauncherTest test = new LauncherTest();
    test.temp = temp;
    test.launcher = original.replace(mutant.from(), mutant.to());
    assertThrows(AssertionError.class, () -> mutant.caughtBy().run(test));
  }
}

package org.timehands.stress.jcstress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.Main;
import org.timehands.stress.jcstress.weakened.HorizonBeforeCounter;
import org.timehands.stress.jcstress.weakened.SealBeforeSuccessor;
import org.timehands.stress.jcstress.weakened.SealByPlainStore;
import org.timehands.stress.jcstress.weakened.SequenceFirst;
import org.timehands.stress.jcstress.weakened.SlotNotInvalidated;
import org.timehands.timeout.CallbackAfterWord;
import org.timehands.timeout.CancelByStore;
import org.timehands.timeout.LooksBeforeWord;
import org.timehands.timeout.PostponeByStore;
import org.timehands.timeout.ReduceByStore;
import org.timehands.timer.CancelTimerByStore;
import org.timehands.timer.PlaceBeforeWord;

/**
 * Runs jcstress for a minute or so in a JVM of its own: the real tests show nothing but what they
 * accept, and each weakened twin is caught.
 *
 * <p>The report is left in the build directory, {@code jcstress/report/index.html}. CONTRIBUTING.md
 * has the command for longer runs (A27; of timeouts 3-49, 3-50).
 */
class JcstressTest {
  private static final Set<Class<?>> REAL =
      Set.of(
          SealPublishes.class,
          SlotReuse.class,
          ReadBesideReuse.class,
          ExtendAgainstSeal.class,
          CounterBeforeHorizon.class,
          NativeCounterBeforeHorizon.class,
          MessageCarriesTime.class,
          CancelAgainstExpiry.class,
          ArmAgainstExpiry.class,
          ArmEarlierAgainstLook.class,
          ArmAgainstShutdown.class,
          ArmAgainstCancel.class,
          PostponeAgainstLook.class,
          PostponeAgainstExpiry.class,
          ReduceAgainstLook.class,
          ReduceAgainstExpiry.class,
          ReduceAgainstCancel.class,
          ReduceAgainstArm.class,
          ShutdownOneAgainstExpiry.class,
          CancelTimerAgainstExpiry.class,
          ArmTimerAgainstExpiry.class,
          ArmTimerAgainstCancel.class,
          ArmTimerAgainstClose.class,
          ArmTimerSoonerAgainstLook.class);

  private static final Set<Class<?>> WEAKENED =
      Set.of(
          SealBeforeSuccessor.class,
          SlotNotInvalidated.class,
          SequenceFirst.class,
          SealByPlainStore.class,
          HorizonBeforeCounter.class,
          CancelByStore.class,
          LooksBeforeWord.class,
          PostponeByStore.class,
          ReduceByStore.class,
          CallbackAfterWord.class,
          CancelTimerByStore.class,
          PlaceBeforeWord.class);

  private static final String MILLIS_PER_TEST = "2000";

  /** For a machine that is busy or hangs; nothing is measured by it. */
  private static final long LIMIT_SECONDS = 600;

  private static final Pattern TITLE =
      Pattern.compile("^\\.* *\\[(.+)] (org\\.timehands\\.\\S+)$");
  private static final Pattern ROW =
      Pattern.compile("^ +(\\S.*?) {2,}([\\d,]+) +<?[\\d.]+% +(\\w+) +(.*)$");

  /** What jcstress says of one test. */
  private record Finding(String verdict, long accepted, long others) {}

  private static int exit;
  private static Path said;
  private static Map<String, Finding> findings;

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    int cpus = Runtime.getRuntime().availableProcessors();
    Assumptions.assumeTrue(cpus >= 2, "jcstress needs two processors");
    Path place = place();
    said = place.resolve("said.txt");
    Process child =
        new ProcessBuilder(command())
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      child.descendants().forEach(ProcessHandle::destroyForcibly);
      child.destroyForcibly();
      fail("jcstress did not end in " + LIMIT_SECONDS + " s; what it said is in " + said);
    }
    exit = child.exitValue();
    findings = parse(Files.readAllLines(said));
  }

  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "--enable-native-access=ALL-UNNAMED",
        "-cp", System.getProperty("java.class.path"),
        Main.class.getName(),
        "-t", "org\\.timehands\\.(stress\\.jcstress|timeout|timer)\\..*",
        "-c", "2", "-f", "1", "-iters", "1", "-time", MILLIS_PER_TEST, "-sc", "false",
        "-strideSize", "16", "-strideCount", "64",
        "-jvmArgs", "--enable-native-access=ALL-UNNAMED",
        "-r", "report", "-v");
  }

  /** An empty directory beside the compiled tests: jcstress writes where it is started. */
  private static Path place() throws IOException {
    try {
      Path classes =
          Path.of(JcstressTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path place = Files.createDirectories(classes.resolveSibling("jcstress"));
      try (Stream<Path> old = Files.list(place)) {
        for (Path file : old.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }
      return place;
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The tables after the run, by the name of the test. */
  private static Map<String, Finding> parse(List<String> lines) {
    Map<String, Finding> found = new HashMap<>();
    String name = null;
    for (String line : lines.subList(Math.max(0, lines.indexOf("RUN RESULTS:")), lines.size())) {
      Matcher title = TITLE.matcher(line);
      Matcher row = ROW.matcher(line);
      if (title.matches()) {
        name = title.group(2);
        found.put(name, new Finding(title.group(1), 0, 0));
      } else if (name != null && row.matches()) {
        Finding old = found.get(name);
        long samples = Long.parseLong(row.group(2).replace(",", ""));
        boolean accepted = row.group(3).equals("Acceptable");
        long more = accepted ? samples : 0;
        found.put(
            name, new Finding(old.verdict, old.accepted + more, old.others + samples - more));
      }
    }
    return found;
  }

  @Test
  void everyTestRan() {
    Set<String> expected = new TreeSet<>();
    Stream.concat(REAL.stream(), WEAKENED.stream()).forEach(each -> expected.add(each.getName()));
    assertEquals(expected, new TreeSet<>(findings.keySet()), "see " + said);
  }

  @Test
  void theRealOnesShowNothingForbidden() {
    assertEquals(0, exit, "jcstress's exit code; see " + said);
    for (Class<?> each : REAL) {
      Finding finding = findings.get(each.getName());
      assertEquals("OK", finding.verdict, each.getName() + "; see " + said);
      assertTrue(finding.accepted > 0, each.getName() + " has no samples; see " + said);
      assertEquals(0, finding.others, "bad outcomes of " + each.getName() + "; see " + said);
    }
  }

  @Test
  void eachWeakenedTwinIsCaught() {
    for (Class<?> each : WEAKENED) {
      Finding finding = findings.get(each.getName());
      assertTrue(finding.others > 0, each.getName() + " shows no bad outcome; see " + said);
    }
  }
}

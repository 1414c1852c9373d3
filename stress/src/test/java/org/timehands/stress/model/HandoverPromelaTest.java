package org.timehands.stress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/models/handover.pml}, searched by spin: the rule holds, the mutants do not. */
class HandoverPromelaTest {
  private static final Path MODEL = Path.of("docs", "models", "handover.pml");
  private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
  private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");
  private static final int RULE_STATES_FLOOR = 1_000_000;

  @TempDir private Path directory;

  @Test
  void ruleHolds() {
    String report = search();
    assertEquals(0, number(ERRORS, report), report);
    int states = number(STATES, report);
    assertTrue(states >= RULE_STATES_FLOOR, report);
    assertTrue(!report.contains("Search not completed"), report);
    assertTrue(!report.contains("max search depth too small"), report);
  }

  @Test
  void ruleHoldsForReadOnlyReaders() {
    String report = search("-DLOSSES=0");
    assertEquals(0, number(ERRORS, report), report);
    assertTrue(!report.contains("Search not completed"), report);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"LATE_PUBLISH", "LEASE_SLOW_TAIL", "FUTURE_START", "EDITED_IN_PLACE", "REBASED"})
  void mutantBreaksAnAssertion(String mutant) {
    String report = search("-DMUTANT_" + mutant);
    assertTrue(report.contains("assertion violated"), report);
    assertEquals(1, number(ERRORS, report), report);
  }

  /** The writer dies between its two stores, and the readers wait for ever. */
  @Test
  void twoStoresBlockReaders() {
    String report = search("-DMUTANT_TWO_STORES");
    assertTrue(report.contains("invalid end state"), report);
    assertEquals(1, number(ERRORS, report), report);
  }

  private String search(String... settings) {
    List<String> spin = new ArrayList<>(List.of("spin", "-a"));
    spin.addAll(List.of(settings));
    spin.add(repository().resolve(MODEL).toString());
    run("spin", spin);
    run("gcc", List.of("gcc", "-w", "-O2", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"));
    return run("spin", List.of("./pan", "-m100000"));
  }

  /** Runs a command in the temporary directory and returns what it printed. */
  private String run(String debianPackage, List<String> command) {
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    try {
      int exit = builder.start().waitFor();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      assertEquals(0, exit, () -> String.join(" ", command) + " failed:\n" + text);
      return text;
    } catch (IOException e) {
      return fail(
          command.getFirst() + " cannot be started; on Debian: apt-get install " + debianPackage,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return fail(e);
    }
  }

  private static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve(MODEL))) {
      here = here.getParent();
      if (here == null) {
        return fail(MODEL + " is in no directory above " + Path.of("").toAbsolutePath());
      }
    }
    return here;
  }

  private static int number(Pattern pattern, String report) {
    Matcher matcher = pattern.matcher(report);
    assertTrue(matcher.find(), () -> "no '" + pattern + "' in:\n" + report);
    return Integer.parseInt(matcher.group(1));
  }
}

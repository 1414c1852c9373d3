package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.host.StepPolicy;

/** What the command line takes, what it refuses, and every exit code. */
class UsageTest {
  private final SimulatedSessions sessions = new SimulatedSessions();

  /** A wrong command line and a piece of what is said: the value, or what is allowed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"                          | name one of run, now, snapshot",
        "foo                         | unknown command 'foo'; name one of run, now",
        "tset                       | experiment, help, latency, test, bench; see timehands --help",
        "--foo                       | unknown option '--foo'; see timehands --help",
        "now --foo                   | unknown option '--foo'; see timehands now --help",
        "now extra                   | 'extra' is too much: now takes no such argument",
        "now --page                  | parameter for option '--page'",
        "run --policy jump           | 'jump' is unknown; name one of follow, slew, ignore",
        "run --heartbeat 10          | '10' has no unit; write a number and a unit",
        "run --heartbeat 2s          | --heartbeat 2s is out of range; give 0 ns to 16.0 ms",
        "run --heartbeat soon        | 'soon' is not a duration",
        "run --history 7             | must be a power of two in [4, 1048576]; 4096 is the default",
        "run --history many          | 'many' is not a whole number of 32 bits",
        "run --interval 1ms          | --interval 1ms is out of range; give 100 ms to 1 h 0 min",
        "run --group nosuchgroupname | group 'nosuchgroupname' is unknown",
        "run --clocksource sundial   | clocksource 'sundial'",
        "run --once --once           | option '--once' should be specified only once",
        "convert                     | nothing to convert; give stamps",
        "convert abc                 | 'abc' is not a stamp; a stamp is CYCLES",
        "convert 1:                  | '1:' is not a stamp",
        "convert 9223372036854775808 | '9223372036854775808' is not a stamp",
        "convert 5 -                 | '-' beside other stamps",
        "history --limit -1          | --limit -1 is out of range",
        "history --limit x           | 'x' is not a whole number of 32 bits",
        "timers --pid 0              | --pid 0: a process number is 1 at least",
        "timers --pid x              | 'x' is not a whole number of 64 bits",
        "timers --pid 7 --page x     | name a JVM or a daemon's page, not both",
        "timers --count 3            | --count 3: give a number from 0, and only with --watch",
        "timers --watch --interval 1 | '1' has no unit",
        "timers --interval 2h        | --interval 2h is out of range; give 100 ms to 1 h 0 min",
        "timers extra                | 'extra' is too much: timers takes no such argument",
      })
  void wrongUsageIsOneLineAndCode2(String line, String said) {
    refused(line, said);
  }

  /** The same of commands that need no timeline. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "stability                   | missing required parameter: 'FILE'",
        "stability - --rate 0        | --rate 0.0 is out of range",
        "stability - --rate x        | 'x' is not a double",
        "stability - --column 0      | --column 0 is out of range; give 1 to 1000",
        "stability - --scale 0       | --scale 0.0 is out of range",
        "stability - --tau x         | 'x'",
        "stability - --statistic ADEV,x    | 'x'",
        "stability - --statistic ADEV,adev | --statistic names one twice",
        "stability no-such-file      | no-such-file does not exist",
        "stability -                 | 0 numbers in standard input are too few; give at least 2",
        "experiment                  | name one of vcpu-race, nanosleep-anomaly, nsec-vs-timespec",
        "experiment warp             | unknown command 'warp'; name one of vcpu-race",
        "experiment vcpu-race --seed x  | 'x' is not a whole number of 64 bits",
        "experiment vcpu-race --live 2h | --live 2h is out of range; give 0 ns to 60.0 s",
        "experiment nanosleep-anomaly --live 2h | --live 2h is out of range; give 0 ns to 60.0 s",
      })
  void wrongUsageOfStatisticsAndExperiments(String line, String said) {
    refused(line, said);
  }

  private void refused(String line, String said) {
    Sessions strict = new StrictSessions(sessions);
    Ran ran = Ran.of(strict, line.isEmpty() ? new String[0] : line.split(" +"));
    assertEquals(ExitCode.USAGE, ran.code(), ran.err());
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertTrue(ran.err().startsWith("timehands: "), ran.err());
    assertTrue(ran.err().contains(said), ran.err());
    assertEquals("", ran.out());
  }

  /** Checks an owner's choice as the real sessions do, and then stays simulated. */
  private record StrictSessions(SimulatedSessions inner) implements Sessions {
    @Override
    public Session read(Optional<Path> page, boolean readOnly) {
      return inner.read(page, readOnly);
    }

    @Override
    public Session own(OwnerChoice choice) {
      HostSessions.check(choice);
      return inner.own(choice);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "experiment cascade --armed 9        | --armed 9 is out of range; give 1000 to 4000000",
        "experiment web-server --simulate 2h | 2h is out of range; give 1.00 s to 60.0 s",
      })
  void experimentsSayTheirRanges(String line, String said) {
    wrongUsageIsOneLineAndCode2(line, said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help", "help", "run --help", "now -h", "snapshot --help", "stamp --help",
        "convert --help", "history --help", "doctor --help", "timers --help", "experiment --help",
        "stability --help",
        "experiment vcpu-race --help", "experiment nanosleep-anomaly --help",
        "experiment vcpu-race --help", "experiment nanosleep-anomaly --help",
        "experiment nsec-vs-timespec --help", "experiment wheel-spans --help",
        "experiment cascade --help", "experiment web-server --help", "help run", "help experiment"
      })
  void helpGoesToStandardOutput(String line) {
    Ran ran = Ran.of(sessions, line.split(" "));
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals("", ran.err());
    assertTrue(ran.out().startsWith("Usage: timehands"), ran.out());
    ran.lines().forEach(each -> assertTrue(each.length() <= 100, each));
  }

  @Test
  void helpPointsToTheBenchmarks() {
    assertTrue(Ran.of(sessions, "--help").out().contains("timehands bench read"));
  }

  @Test
  void versionIsFilledIn() {
    Ran ran = Ran.of(sessions, "--version");
    assertEquals(ExitCode.OK, ran.code());
    String form = "timehands \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(.*\\)\\n";
    assertTrue(ran.out().matches(form), ran.out());
    assertEquals(ran.out(), Ran.of(sessions, "now", "--version").out());
  }

  @Test
  void aRefusedPageIsCode4() {
    sessions.refusal = new Failure(ExitCode.PAGE_REFUSED, "page x is owned by process 7");
    for (String command : new String[] {"now", "run", "convert 5", "history"}) {
      Ran ran = Ran.of(sessions, command.split(" "));
      assertEquals(ExitCode.PAGE_REFUSED, ran.code());
      assertEquals("timehands: page x is owned by process 7\n", ran.err());
    }
  }

  @Test
  void aMissingPrerequisiteIsCode3() {
    sessions.refusal = new Failure(ExitCode.PREREQUISITE, "no native access");
    assertEquals(ExitCode.PREREQUISITE, Ran.of(sessions, "run").code());
  }

  @Test
  void anythingElseIsCode1AndOneLine() {
    Sessions broken =
        new Sessions() {
          @Override
          public Session read(Optional<Path> page, boolean readOnly) {
            throw new IllegalStateException("first line\nsecond line");
          }

          @Override
          public Session own(OwnerChoice choice) {
            throw new IllegalStateException();
          }
        };
    Ran ran = Ran.of(broken, "now");
    assertEquals(ExitCode.FAILED, ran.code());
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertTrue(
        ran.err().contains("IllegalStateException: first line second line; run with"), ran.err());
    assertEquals(ExitCode.FAILED, Ran.of(broken, "run").code());
  }

  @Test
  void runPassesOnWhatWasAsked() {
    sessions.tickNanos = 700_000_000;
    Ran ran =
        Ran.of(
            sessions, "run", "--once", "--page", "x", "--policy", "slew", "--heartbeat", "5ms",
            "--history", "64", "--clocksource", "tsc", "--group", "7");
    assertEquals(ExitCode.OK, ran.code(), ran.err());
    assertEquals(Optional.of(Path.of("x")), sessions.choice.page());
    assertEquals(StepPolicy.SLEW, sessions.choice.host().policy());
    assertEquals(5_000_000, sessions.choice.host().heartbeatNanos());
    assertEquals(64, sessions.choice.host().slots());
    assertEquals(Optional.of("tsc"), sessions.choice.clocksource());
    assertEquals(Optional.of("7"), sessions.choice.group());
    assertEquals(1, sessions.closed);
  }

  @Test
  void runHasDefaults() {
    sessions.tickNanos = 700_000_000;
    assertEquals(ExitCode.OK, Ran.of(sessions, "run", "--once").code());
    assertEquals(Optional.empty(), sessions.choice.page());
    assertEquals(StepPolicy.FOLLOW, sessions.choice.host().policy());
    assertEquals(10_000_000, sessions.choice.host().heartbeatNanos());
    assertEquals(4096, sessions.choice.host().slots());
  }
}

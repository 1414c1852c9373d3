package org.timehands.bench;

import java.io.IOException;
import java.util.Arrays;
import org.timehands.bench.latency.LatencyCommand;
import org.timehands.bench.read.ReadCommand;
import org.timehands.bench.timekeeping.TimekeepingCommand;
import org.timehands.bench.timeout.TimeoutCommand;
import org.timehands.bench.timer.TimerCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The program {@code ./timehands bench}.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing.
 */
@Command(
    name = "bench",
    subcommands = {
      LatencyCommand.class,
      ReadCommand.class,
      TimekeepingCommand.class,
      TimeoutCommand.class,
      TimerCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "latency|read|timekeeping|timeout|timer|jmh",
    description = "Measures Timehands beside its peers. `bench jmh ARGUMENT...` is JMH itself.")
public final class Main {
  /** Exit code of a run that failed. */
  public static final int EXIT_FAILED = 1;

  /** Exit code of wrong usage. */
  public static final int EXIT_USAGE = 2;

  /** Exit code when something is missing. */
  public static final int EXIT_PREREQUISITE = 3;

  /** Made by picocli. */
  public Main() {}

  /** Runs a command. */
  public static void main(String[] args) throws IOException {
    // A peer brings a logger without an end to it, which would say so in three lines.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    if (args.length > 0 && args[0].equals("jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    System.exit(execute(args));
  }

  /** Runs a command and returns its exit code. */
  public static int execute(String... args) {
    // It is `./timehands latency` to its users, so its help and errors say so.
    if (args.length > 0 && args[0].equals("latency")) {
      String[] rest = Arrays.copyOfRange(args, 1, args.length);
      return execute(line("timehands latency", new LatencyCommand()), rest);
    }
    if (args.length == 0) {
      line("timehands bench", new Main()).usage(System.err);
      return EXIT_USAGE;
    }
    return execute(line("timehands bench", new Main()), args);
  }

  private static CommandLine line(String name, Object command) {
    return new CommandLine(command)
        .setCommandName(name)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static int execute(CommandLine line, String... args) {
    line.setParameterExceptionHandler(
        (wrong, given) -> {
          String help = wrong.getCommandLine().getCommandSpec().qualifiedName();
          System.err.println(
              "timehands: "
                  + explain(wrong)
                  + "; see ./"
                  + help
                  + " --help");
          return EXIT_USAGE;
        });
    line.setExecutionExceptionHandler(
        (failed, which, parsed) -> {
          System.err.println("timehands: " + oneLine(failed.toString()));
          return EXIT_FAILED;
        });
    return line.execute(args);
  }

  private static String explain(CommandLine.ParameterException wrong) {
    boolean isCommand = !wrong.getCommandLine().getSubcommands().isEmpty();
    return wrong instanceof CommandLine.UnmatchedArgumentException unmatched
            && isCommand
            && !unmatched.isUnknownOption()
        ? "unknown command '" + unmatched.getUnmatched().getFirst()
            + "'; name one of latency, read, timekeeping, timeout, timer, jmh"
        : oneLine(wrong.getMessage())
            .replaceFirst(" is not an int$", " is not a whole number of 32 bits")
            .replaceFirst(" is not a long$", " is not a whole number of 64 bits");
  }

  private static String oneLine(String message) {
    return message == null ? "no message" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}

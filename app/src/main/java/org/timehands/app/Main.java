package org.timehands.app;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: finds the command, runs it, and turns what goes wrong into one line and a code. */
@Command(
    name = "timehands",
    description = "A clock with an error bound, shared by every process of this host.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "What a read costs, beside its peers: timehands bench read.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing, 4 page refused."
    })
public final class Main implements Runnable {
  private static final int WIDTH = 100;

  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // What the library logs is one line, too.
    System.setProperty("java.util.logging.SimpleFormatter.format", "timehands: %5$s%6$s%n");
    Console console = Console.ofProcess();
    int code = run(new Context(console, new HostSessions(console)), arguments);
    console.out().flush();
    System.exit(code);
  }

  /** Runs a command; never throws for what a user can cause. */
  static int run(Context context, String... arguments) {
    CommandLine line = commandLine(context);
    line.setOut(new java.io.PrintWriter(context.console().out(), true));
    line.setErr(new java.io.PrintWriter(context.console().err(), true));
    line.setParameterExceptionHandler((wrong, given) -> usage(context.console(), wrong));
    line.setExecutionExceptionHandler(
        (trouble, command, parsed) -> failed(context.console(), trouble));
    return line.execute(arguments);
  }

  private static CommandLine commandLine(Context context) {
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new RunCommand(context))
            .addSubcommand(new NowCommand(context))
            .addSubcommand(new SnapshotCommand(context))
            .addSubcommand(new StampCommand(context))
            .addSubcommand(new ConvertCommand(context))
            .addSubcommand(new HistoryCommand(context))
            .addSubcommand(new ClocksourceCommand(context))
            .addSubcommand(new TimersCommand(context))
            .addSubcommand(new DoctorCommand(context))
            .addSubcommand(
                new CommandLine(new StabilityCommand(context))
                    .setCaseInsensitiveEnumValuesAllowed(true))
            .addSubcommand(
                new CommandLine(new ExperimentCommand())
                    .addSubcommand(new VcpuRaceCommand(context))
                    .addSubcommand(new NanosleepAnomalyCommand(context))
                    .addSubcommand(new NsecVsTimespecCommand(context))
                    .addSubcommand(new WheelSpansCommand(context))
                    .addSubcommand(new WheelExperimentCommand.Cascade(context))
                    .addSubcommand(new WheelExperimentCommand.WebServer(context)))
            .addSubcommand(new CommandLine.HelpCommand());
    standardOptions(line);
    line.setUsageHelpWidth(WIDTH);
    line.setUsageHelpLongOptionsMaxWidth(24);
    line.setExpandAtFiles(false);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    return line;
  }

  private static void standardOptions(CommandLine line) {
    if (line.getCommand() instanceof CommandLine.HelpCommand) {
      return;
    }
    line.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(Version::lines);
    line.getSubcommands().values().forEach(Main::standardOptions);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command; name one of " + commands(spec.commandLine()));
  }

  private static String commands(CommandLine line) {
    String ours = String.join(", ", line.getSubcommands().keySet());
    // These three are the launcher's.
    return line.getParent() == null ? ours + ", latency, test, bench" : ours;
  }

  private static int usage(Console console, ParameterException wrong) {
    console.out().flush();
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    console.say(oneLine(explain(wrong)) + "; see " + command + " --help");
    return ExitCode.USAGE;
  }

  private static String explain(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      List<String> words = unmatched.getUnmatched();
      CommandLine line = wrong.getCommandLine();
      String first = words.getFirst();
      if (unmatched.isUnknownOption()) {
        return "unknown option '" + first + "'";
      }
      return line.getSubcommands().isEmpty()
          ? "'" + first + "' is too much: " + line.getCommandName() + " takes no such argument"
          : "unknown command '" + first + "'; name one of " + commands(line);
    }
    return lowerFirst(wrong.getMessage())
        .replaceFirst(" is not an int$", " is not a whole number of 32 bits")
        .replaceFirst(" is not a long$", " is not a whole number of 64 bits");
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private static int failed(Console console, Exception trouble) {
    console.out().flush();
    if (trouble instanceof Failure failure) {
      console.say(oneLine(failure.getMessage()));
      return failure.exitCode();
    }
    console.say(
        "unexpected " + trouble.getClass().getSimpleName() + ": "
            + oneLine(String.valueOf(trouble.getMessage()))
            + "; run with TIMEHANDS_TRACE=1 to see where, and report it");
    if (!console.environment().getOrDefault("TIMEHANDS_TRACE", "").isEmpty()) {
      trouble.printStackTrace(console.err());
    }
    console.err().flush();
    return ExitCode.FAILED;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }
}

package org.timehands.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The parent of all experiments. */
@Command(
    name = "experiment",
    description = "Experiments that show what the library is for.",
    synopsisSubcommandLabel = "EXPERIMENT")
final class ExperimentCommand implements Runnable {
  @Spec private CommandSpec spec;

  ExperimentCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no experiment; name one of "
            + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}

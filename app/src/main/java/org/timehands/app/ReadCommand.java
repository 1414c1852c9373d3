package org.timehands.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.timehands.app.text.Json;
import picocli.CommandLine.Option;

/** A command that reads a timeline and prints what it found, as text or as JSON. */
abstract class ReadCommand implements Callable<Integer> {
  /** What the command was given. */
  final Context context;

  @Option(names = "--page", paramLabel = "DIR",
      description = "Attach to the shared page in this directory, and to no other. Default: what"
          + " TIMEHANDS_PAGE says, else the page in the usual places, else a timeline in process.")
  private Path page;

  @Option(names = "--read-only",
      description = "Never extend the page's horizon, even where that is permitted.")
  private boolean readOnly;

  @Option(names = "--json", description = "Print JSON, one object a line.")
  private boolean json;

  ReadCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (Session session = context.sessions().read(Optional.ofNullable(page), readOnly)) {
      return run(session);
    }
  }

  /** Does the work; returns the exit code. */
  int run(Session session) {
    if (json) {
      StringBuilder line = new StringBuilder();
      Json object = new Json(line).open('{');
      json(session, object);
      object.close('}');
      context.console().print(line);
    } else {
      context.console().print(text(session));
    }
    return ExitCode.OK;
  }

  /** Whether the page to read was named. */
  boolean namesPage() {
    return page != null || readOnly;
  }

  boolean wantsJson() {
    return json;
  }

  /** The result for people. */
  List<String> text(Session session) {
    throw new UnsupportedOperationException("prints by itself");
  }

  /** The result as members of an open object. */
  void json(Session session, Json object) {
    throw new UnsupportedOperationException("prints by itself");
  }
}

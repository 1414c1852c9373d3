package org.timehands.app;

import java.util.List;
import org.timehands.app.text.Json;
import org.timehands.timekeeping.Snapshot;
import picocli.CommandLine.Command;

/** Prints every clock with its bound and status. */
@Command(name = "now", description = "Every clock with its bound and status.")
final class NowCommand extends ReadCommand {
  NowCommand(Context context) {
    super(context);
  }

  @Override
  List<String> text(Session session) {
    return ClockTable.lines(session, session.clocks().snapshot(new Snapshot()));
  }

  @Override
  void json(Session session, Json object) {
    ClockTable.json(session, session.clocks().snapshot(new Snapshot()), object);
  }
}

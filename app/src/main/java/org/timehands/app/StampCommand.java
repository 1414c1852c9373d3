package org.timehands.app;

import java.util.List;
import org.timehands.app.text.Json;
import org.timehands.timekeeping.Stamp;
import picocli.CommandLine.Command;

/** Prints the raw counter, in the form that {@code convert} reads. */
@Command(
    name = "stamp",
    description = "The raw counter, as 'CLOCKSOURCE CYCLES': convert says later when it was.")
final class StampCommand extends ReadCommand {
  StampCommand(Context context) {
    super(context);
  }

  @Override
  List<String> text(Session session) {
    return List.of(StampText.of(session.clocks().stamp()));
  }

  @Override
  void json(Session session, Json object) {
    Stamp stamp = session.clocks().stamp();
    object.put("clocksource", stamp.clocksourceId());
    object.put("cycles", stamp.cycles());
    if (session.clocksource().id() == stamp.clocksourceId()) {
      object.put("name", session.clocksource().name());
    }
  }
}

package org.timehands.app;

import java.util.ArrayList;
import java.util.List;
import org.timehands.app.text.Json;
import org.timehands.timekeeping.Snapshot;
import picocli.CommandLine.Command;

/** Prints all clocks and the counter from one read. */
@Command(name = "snapshot", description = "All clocks and the counter from one read.")
final class SnapshotCommand extends ReadCommand {
  SnapshotCommand(Context context) {
    super(context);
  }

  @Override
  List<String> text(Session session) {
    Snapshot snapshot = session.clocks().snapshot(new Snapshot());
    List<String> lines = new ArrayList<>();
    lines.add("counter   " + snapshot.cycles() + " cycles (stamp "
        + StampText.of(snapshot.stamp()) + ")");
    lines.add("changes   wall clock set " + times(snapshot.clockWasSetSeq())
        + ", clocksource changed " + times(snapshot.clocksourceChangedSeq()));
    lines.addAll(ClockTable.lines(session, snapshot));
    return lines;
  }

  private static String times(long count) {
    return count == 0 ? "never" : count == 1 ? "once" : count + " times";
  }

  @Override
  void json(Session session, Json object) {
    Snapshot snapshot = session.clocks().snapshot(new Snapshot());
    object.put("cycles", snapshot.cycles());
    object.put("clockWasSetSeq", snapshot.clockWasSetSeq());
    object.put("clocksourceChangedSeq", snapshot.clocksourceChangedSeq());
    ClockTable.json(session, snapshot, object);
  }
}

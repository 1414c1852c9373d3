package org.timehands.app;

import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Table;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.timeline.History;
import org.timehands.timeline.Segment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints the segments of the timeline, oldest first. */
@Command(
    name = "history",
    description = {
      "The segments of the timeline as a table, oldest first.",
      "Flags: G bridges a gap, S the wall clock was set, C another clocksource, + or - a leap"
          + " second is announced."
    })
final class HistoryCommand extends ReadCommand {
  private static final int LIMIT = 20;
  private static final Slope STANDING = new Slope(0, 0);

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "" + LIMIT,
      description = "Only the newest N segments; 0 for all. Default: ${DEFAULT-VALUE}.")
  private int limit;

  HistoryCommand(Context context) {
    super(context);
  }

  @Override
  int run(Session session) {
    if (limit < 0) {
      throw Failure.usage(
          "--limit " + limit + " is out of range; give a number of segments from 1, or 0 for all");
    }
    History history = session.clocks().history();
    long newest = history.newest();
    long first = Math.max(history.oldest(), limit == 0 ? 0 : newest - limit + 1);
    Table table =
        new Table(
            ">seq", "from (REALTIME)", ">length", ">start cycles", ">steered", "bound",
            "wall bound", "status", "reason", "flags");
    Segment before = new Segment();
    Segment segment = new Segment();
    boolean knowsBefore = history.segment(first - 1, before) >= 0;
    for (long k = first; k <= newest; k++) {
      long word = history.segment(k, segment);
      if (word < 0) {
        // The writer has reused this slot meanwhile.
        knowsBefore = false;
        continue;
      }
      Row row = new Row(session, segment, word, knowsBefore ? before : segment);
      if (wantsJson()) {
        context.console().print(row.json());
      } else {
        table.row(row.cells());
      }
      before.copyFrom(segment);
      knowsBefore = true;
    }
    if (!wantsJson()) {
      context.console().print(table.lines());
    }
    return ExitCode.OK;
  }

  /** One segment, with its horizon word and the segment before it (itself if that is lost). */
  private record Row(Session session, Segment segment, long word, Segment before) {
    boolean isSealed() {
      return (word & 1) != 0;
    }

    /** What it lasted, or has lasted so far. */
    long lengthNanos() {
      long end = isSealed() ? segment.monoAt(word >>> 1) : session.clocks().monotonicNanos();
      return Math.max(0, end - segment.monoBaseNanos);
    }

    long realBaseNanos() {
      return segment.monoBaseNanos + segment.realOffsetNanos;
    }

    boolean wasSet() {
      return segment.clockWasSetSeq != before.clockWasSetSeq;
    }

    boolean clocksourceChanged() {
      return segment.clocksourceChangedSeq != before.clocksourceChangedSeq;
    }

    /** The slope over the one that nobody steers; MAX when that stands still. */
    long steeredPpt() {
      return segment.rawRate().equals(STANDING)
          ? Long.MAX_VALUE
          : segment.rate().pptOver(segment.rawRate());
    }

    long wallBoundNanos() {
      return Fixed.addBound(segment.errorNanos, segment.referenceErrorNanos);
    }

    String flags() {
      String leap = segment.leapSign() > 0 ? "+" : segment.leapSign() < 0 ? "-" : "";
      return (segment.isGap() ? "G" : "") + (wasSet() ? "S" : "")
          + (clocksourceChanged() ? "C" : "") + leap;
    }

    String[] cells() {
      return new String[] {
        Long.toString(segment.sequence),
        Show.iso(realBaseNanos()) + "Z",
        Show.length(lengthNanos()) + (isSealed() ? "" : "+"),
        Long.toString(segment.startCycles),
        Show.ppm(steeredPpt()),
        Show.bound(segment.errorNanos),
        Show.bound(wallBoundNanos()),
        segment.status.name(),
        segment.reason.name(),
        flags()
      };
    }

    StringBuilder json() {
      StringBuilder line = new StringBuilder();
      Json json = new Json(line).open('{');
      json.put("sequence", segment.sequence).put("sealed", isSealed());
      json.put("clocksource", segment.clocksourceId);
      json.put("startCycles", segment.startCycles).put("promisedCycles", word >>> 1);
      json.put("lengthNanos", lengthNanos());
      json.put("monotonicBaseNanos", segment.monoBaseNanos);
      json.put("realtimeBaseNanos", realBaseNanos());
      json.put("realtimeBaseIso", Show.iso(realBaseNanos()) + "Z");
      json.putBounded("steeredPpt", steeredPpt());
      json.put("boundNanos", segment.errorNanos);
      json.putBounded("realtimeBoundNanos", wallBoundNanos());
      json.put("status", segment.status.name()).put("reason", segment.reason.name());
      json.put("gap", segment.isGap()).put("wasSet", wasSet());
      json.put("clocksourceChanged", clocksourceChanged()).put("leapSign", segment.leapSign());
      if (segment.leapSign() != 0) {
        json.put("leapAtMonotonicNanos", segment.leapAtMonoNanos);
      }
      json.close('}');
      return line;
    }
  }
}

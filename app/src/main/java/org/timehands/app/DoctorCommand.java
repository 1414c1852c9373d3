package org.timehands.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.timehands.app.Doctor.Finding;
import org.timehands.app.Doctor.Level;
import org.timehands.app.text.Json;
import org.timehands.app.text.Table;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.timekeeping.Snapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what was found on this machine, and why each clocksource was or was not chosen. */
@Command(
    name = "doctor",
    description = "What was found on this machine, and why each clocksource was chosen or not.")
final class DoctorCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--page", paramLabel = "DIR",
      description = "Look for the shared page in this directory, and in no other.")
  private Path page;

  @Option(names = "--json", description = "Print JSON, one object.")
  private boolean json;

  DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Doctor doctor = new Doctor();
    try (Progress progress = new Progress(context.console(), "doctor")) {
      if (context.console().errIsTerminal()) {
        progress.show("looking at this machine");
      }
      doctor.examineJava();
      doctor.examineMachine();
      doctor.examineDevices();
      clocksources(doctor);
      doctor.examineHost();
      doctor.examineTimers();
      doctor.examineUser();
      shared(doctor);
    }
    if (json) {
      context.console().print(json(doctor.findings()));
    } else {
      context.console().print(text(doctor.findings()));
    }
    return ExitCode.OK;
  }

  private static void clocksources(Doctor doctor) {
    List<Candidate> candidates = ClockSources.probe();
    try {
      doctor.examineClocksources(candidates, HostSessions.best(candidates));
    } catch (Failure none) {
      doctor.examineClocksources(candidates, null);
      doctor.examineChoice(none.getMessage());
    }
  }

  private void shared(Doctor doctor) {
    doctor.examinePlaces(page == null ? null : page.toString());
    Sessions sessions = context.sessions();
    try (Session session = sessions.read(Optional.ofNullable(page), false)) {
      Snapshot snapshot = session.clocks().snapshot(new Snapshot());
      boolean isShared = session.origin() == Session.Origin.SHARED_PAGE;
      doctor.examinePage(isShared ? Level.GOOD : Level.NOTE, session.originWords());
      doctor.examinePage(
          "status",
          snapshot.isHeld() ? Level.WARN : Level.NOTE,
          snapshot.status() + ": " + snapshot.reason().words());
    } catch (Failure refused) {
      doctor.examinePage(Level.BAD, refused.getMessage());
    }
  }

  private List<String> text(List<Finding> findings) {
    Style style = Style.of(context.console());
    List<String> lines = new ArrayList<>();
    Table table = new Table("", "", "");
    findings.forEach(each -> table.row(mark(each.level()), each.name(), each.words()));
    List<String> rows = table.lines();
    String topic = "";
    for (int i = 0; i < rows.size(); i++) {
      Finding finding = findings.get(i);
      if (!finding.topic().equals(topic)) {
        topic = finding.topic();
        if (i > 0) {
          lines.add("");
        }
        lines.add(style.bold(topic));
      }
      lines.add(paint(style, finding.level(), rows.get(i)));
    }
    return lines;
  }

  private static String mark(Level level) {
    return switch (level) {
      case GOOD -> "ok";
      case NOTE -> "-";
      case WARN -> "!";
      case BAD -> "!!";
    };
  }

  private static String paint(Style style, Level level, String line) {
    return switch (level) {
      case GOOD, NOTE -> line;
      case WARN -> style.doubtful(line);
      case BAD -> style.bad(line);
    };
  }

  private static StringBuilder json(List<Finding> findings) {
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{').put("version", Version.number());
    json.open("findings", '[');
    for (Finding each : findings) {
      json.open('{').put("topic", each.topic()).put("name", each.name());
      json.put("level", each.level().name()).put("words", each.words()).close('}');
    }
    json.close(']').close('}');
    return line;
  }
}

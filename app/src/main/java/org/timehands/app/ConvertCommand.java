package org.timehands.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.timehands.linux.HostInfo;
import org.timehands.timekeeping.Stamp;
import org.timehands.timeline.HostTimes;
import org.timehands.trace.StampConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Converts old stamps to time. */
@Command(
    name = "convert",
    description = {
      "Old stamps to time.",
      "EXACT: what every clock read at this cycle. PREDICTED: the cycle lies ahead of what is"
          + " promised, or after its counter was left. TOO_OLD: before the history that is kept."
          + " WRONG_CLOCKSOURCE: no segment counts this clocksource. UNMAPPABLE: the machine slept"
          + " or was moved, or a journal cannot tell, and says why."
    })
final class ConvertCommand extends ReadCommand {
  @Parameters(
      paramLabel = "CYCLES",
      arity = "0..*",
      description = {
        "A stamp: CYCLES, or CLOCKSOURCE:CYCLES; the page's present clocksource is meant if none"
            + " is named.",
        "- reads standard input, one stamp a line: CYCLES or CLOCKSOURCE CYCLES.",
        "With --column or --field: the text to convert, a file or - for standard input."
      })
  private List<String> stamps = List.of();

  @Mixin private final TraceChoice trace = new TraceChoice();

  @Mixin private final JournalChoice journal = new JournalChoice();

  ConvertCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    trace.check(stamps);
    if (!journal.isGiven()) {
      journal.check();
      return super.call();
    }
    if (namesPage()) {
      throw Failure.usage("--journal reads no page; leave --page and --read-only out");
    }
    JournalStamps from = journal.open(context.console());
    if (trace.isGiven()) {
      if (from.wantsHindsight()) {
        throw Failure.usage("--hindsight is for stamps; leave it out for --jfr, --column, --field");
      }
      trace.convert(
          context.console(), stamps, from.clocksourceId(), from::convert, from::ofBoot,
          wantsJson());
      return ExitCode.OK;
    }
    convert(
        from.clocksourceId(),
        new ConvertOutput(
            context.console(), from::convert, HostTimes.SYSTEM::monoNanos, from, wantsJson()));
    return ExitCode.OK;
  }

  @Override
  int run(Session session) {
    long clocksourceId = session.clocks().stamp().clocksourceId();
    if (trace.isGiven()) {
      StampConverter history = StampConverter.of(session.clocks().history());
      trace.convert(
          context.console(), stamps, clocksourceId, history,
          boot -> boot.equals(HostInfo.bootId()) ? history : null, wantsJson());
      return ExitCode.OK;
    }
    convert(clocksourceId, ConvertOutput.of(context.console(), session, wantsJson()));
    return ExitCode.OK;
  }

  private void convert(long clocksourceId, ConvertOutput output) {
    if (stamps.equals(List.of("-"))) {
      readAll(clocksourceId, output);
    } else {
      // All arguments are looked at before the first is converted.
      List<Stamp> parsed = new ArrayList<>();
      for (String text : stamps) {
        if (text.equals("-")) {
          throw Failure.usage("'-' beside other stamps; give either stamps or a single -");
        }
        parsed.add(StampText.parse(text, clocksourceId));
      }
      parsed.forEach(stamp -> output.convert(stamp.clocksourceId(), stamp.cycles()));
    }
    output.end();
  }

  private void readAll(long clocksourceId, ConvertOutput output) {
    StampReader reader = new StampReader(context.console().in(), clocksourceId);
    ConvertProgress progress = new ConvertProgress(context.console(), output);
    try {
      while (!output.isBroken() && reader.next()) {
        output.convert(reader.clocksourceId(), reader.cycles());
        progress.step();
      }
    } catch (IOException lost) {
      output.end();
      throw new Failure(
          ExitCode.FAILED, "standard input cannot be read: " + lost.getMessage(), lost);
    } catch (Failure wrong) {
      output.end();
      progress.clear();
      throw wrong;
    }
    output.end();
    progress.end();
  }
}

package org.timehands.app;

import java.util.concurrent.Callable;
import org.timehands.app.experiment.WheelSpans;
import org.timehands.app.text.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows how far timer wheels reach. */
@Command(
    name = "wheel-spans",
    description = {
      "How far the old timer wheel reached before it had to move timers, at HZ 100, 250 and 1000,"
          + " beside the levels of ours: the text's figures, a model's, and what our wheel does."
    })
final class WheelSpansCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--json", description = "Print JSON, one object.")
  private boolean json;

  WheelSpansCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    WheelSpans spans = new WheelSpans();
    if (json) {
      StringBuilder line = new StringBuilder();
      Json object = new Json(line).open('{');
      spans.json(object);
      object.close('}');
      context.console().print(line);
    } else {
      context.console().print(spans.text());
    }
    return ExitCode.OK;
  }
}

package org.timehands.bench.stall;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The stall experiment's own JVM: reports a line for each subject. */
public final class StallSession {
  private StallSession() {}

  /** Arguments: what begins a report line, what parts its fields, milliseconds per subject. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    StallExperiment.run(
        Long.parseLong(args[2]),
        result -> {
          List<Object> fields = new ArrayList<>(List.of(args[0], "stall"));
          fields.addAll(result.toFields());
          out.println(fields.stream().map(Object::toString).collect(Collectors.joining(args[1])));
        });
  }
}

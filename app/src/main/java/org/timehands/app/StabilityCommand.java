package org.timehands.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.timehands.app.text.Json;
import org.timehands.app.text.Show;
import org.timehands.app.text.Table;
import org.timehands.stability.AveragingFactors;
import org.timehands.stability.Phase;
import org.timehands.stability.Statistic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes a clock's stability from phase or frequency data. */
@Command(
    name = "stability",
    description = {
      "How stable a clock is, from its phase or frequency: ADEV, OADEV, MDEV, TDEV, HDEV, OHDEV,"
          + " MTIE over the averaging time, as a table and a plot.",
      "Input: a number a line, in equal intervals. Columns may be parted by blanks, commas or"
          + " semicolons; what follows a # is skipped."
    })
final class StabilityCommand implements Callable<Integer> {
  private static final int PROGRESS_POINTS = 1 << 18;
  private static final int MAX_COLUMN = 1000;

  /** Points times averaging factors: some ten seconds a statistic. */
  private static final long MAX_WORK = 10_000_000_000L;

  private final Context context;

  @Parameters(paramLabel = "FILE", arity = "1",
      description = "Where the numbers are; - reads standard input.")
  private String file;

  @Option(names = "--rate", paramLabel = "HZ", defaultValue = "1",
      description = "Numbers a second. Default: ${DEFAULT-VALUE}.")
  private double rateHz;

  @Option(names = "--frequency",
      description = "The numbers are fractional frequencies; else phase, the clock's time error in"
          + " seconds.")
  private boolean frequency;

  @Option(names = "--column", paramLabel = "N", defaultValue = "1",
      description = "Which column they stand in. Default: ${DEFAULT-VALUE}.")
  private int column;

  @Option(names = "--scale", paramLabel = "X", defaultValue = "1",
      description = "Multiply each by X: 1e-9 for phase in nanoseconds. Default: ${DEFAULT-VALUE}.")
  private double scale;

  @Option(names = "--statistic", paramLabel = "NAME", split = ",",
      defaultValue = "OADEV,MDEV,TDEV,OHDEV,MTIE",
      description = "Which ones: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private List<Statistic> statistics;

  @Option(names = "--tau", paramLabel = "WHICH", defaultValue = "octave",
      description = "Which averaging times: octave (1, 2, 4 intervals), decade (1, 2, 5, 10), all."
          + " Default: ${DEFAULT-VALUE}.")
  private AveragingFactors factors;

  @Option(names = "--no-plot", description = "Print the table only.")
  private boolean noPlot;

  @Option(names = "--json", description = "Print JSON, one object.")
  private boolean json;

  StabilityCommand(Context context) {
    this.context = context;
  }

  /** The statistics of one averaging factor. */
  private record Row(int factor, double tauSeconds, Map<Statistic, Double> values) {}

  @Override
  public Integer call() {
    check();
    Phase phase;
    List<Row> rows;
    try (Progress progress = new Progress(context.console(), "stability")) {
      phase = phase(read(progress));
      rows = compute(phase, progress);
    }
    print(phase, rows);
    return ExitCode.OK;
  }

  private void check() {
    if (!(rateHz > 0) || Double.isInfinite(rateHz)) {
      throw Failure.usage("--rate " + rateHz + " is out of range; give numbers a second above 0");
    }
    if (column < 1 || column > MAX_COLUMN) {
      throw Failure.usage("--column " + column + " is out of range; give 1 to " + MAX_COLUMN);
    }
    if (!Double.isFinite(scale) || scale == 0) {
      throw Failure.usage("--scale " + scale + " is out of range; give a number other than 0");
    }
    if (statistics.size() != new TreeSet<>(statistics).size()) {
      throw Failure.usage("--statistic names one twice; give each once");
    }
  }

  private double[] read(Progress progress) {
    String name = name();
    try (InputStream in = file.equals("-") ? context.console().in() : open()) {
      double[] values =
          new SeriesReader(in, name, column, context.console())
              .read(lines -> reading(progress, lines));
      for (int i = 0; i < values.length; i++) {
        values[i] *= scale;
      }
      return values;
    } catch (IOException lost) {
      throw new Failure(
          ExitCode.FAILED, name + " cannot be read: " + lost.getMessage(), lost);
    }
  }

  private String name() {
    return file.equals("-") ? "standard input" : file;
  }

  private InputStream open() throws IOException {
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw Failure.usage(file + " is a directory; give a file, or - for standard input");
    }
    try {
      return Files.newInputStream(path);
    } catch (NoSuchFileException missing) {
      throw new Failure(
          ExitCode.USAGE, file + " does not exist; give a file, or - for standard input", missing);
    }
  }

  private void reading(Progress progress, long lines) {
    if (lines % PROGRESS_POINTS == 0) {
      boolean inPlace = context.console().errIsTerminal();
      progress.show(inPlace ? "reading, " + Show.grouped(lines) + " lines" : "reading");
    }
  }

  private Phase phase(double[] values) {
    int least = frequency ? 1 : Phase.MIN_POINTS;
    if (values.length < least) {
      throw Failure.usage(
          values.length + " numbers in " + name() + " are too few; give at least " + least);
    }
    double intervalSeconds = 1 / rateHz;
    try {
      return frequency
          ? Phase.ofFrequency(values, intervalSeconds)
          : Phase.of(values, intervalSeconds);
    } catch (IllegalArgumentException overflow) {
      throw new Failure(
          ExitCode.USAGE, "after --scale and --rate: " + overflow.getMessage(), overflow);
    }
  }

  private List<Row> compute(Phase phase, Progress progress) {
    int points = phase.size();
    int largest = statistics.stream().mapToInt(each -> each.largestFactor(points)).max().orElse(0);
    if (factors == AveragingFactors.ALL && (long) points * largest > MAX_WORK) {
      throw Failure.usage(
          "--tau all would look at " + points + " points " + largest + " times; use octave or"
              + " decade for so many");
    }
    int[] all = factors.upTo(largest);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      if ((long) points * all.length > PROGRESS_POINTS) {
        progress.show("computing: " + i + " of " + all.length);
      }
      Map<Statistic, Double> values = new EnumMap<>(Statistic.class);
      for (Statistic each : statistics) {
        if (all[i] <= each.largestFactor(points)) {
          values.put(each, each.of(phase, all[i]));
        }
      }
      rows.add(new Row(all[i], all[i] * phase.intervalSeconds(), values));
    }
    return rows;
  }

  private void print(Phase phase, List<Row> rows) {
    if (json) {
      context.console().print(json(phase, rows));
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(Show.grouped(phase.size()) + " points of phase, one in "
        + number(phase.intervalSeconds()) + " s; TDEV and MTIE in seconds");
    lines.add("");
    lines.addAll(table(rows));
    if (!noPlot && !rows.isEmpty()) {
      for (boolean isTime : new boolean[] {false, true}) {
        plot(rows, isTime, lines);
      }
    }
    context.console().print(lines);
  }

  private List<String> table(List<Row> rows) {
    List<String> heads = new ArrayList<>(List.of(">tau s", ">intervals"));
    statistics.forEach(each -> heads.add(">" + each.name()));
    Table table = new Table(heads.toArray(String[]::new));
    for (Row row : rows) {
      List<String> cells = new ArrayList<>();
      cells.add(number(row.tauSeconds));
      cells.add(Integer.toString(row.factor));
      for (Statistic each : statistics) {
        Double value = row.values.get(each);
        cells.add(value == null ? "-" : String.format(Locale.ROOT, "%.6e", value));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table.lines();
  }

  private void plot(List<Row> rows, boolean isTime, List<String> lines) {
    StabilityPlot plot = new StabilityPlot();
    boolean any = false;
    for (Statistic each : statistics) {
      List<Row> having = rows.stream().filter(row -> row.values.containsKey(each)).toList();
      if (each.isTime() == isTime && !having.isEmpty()) {
        any = true;
        plot.add(
            isTime ? each + " s" : each.name(),
            having.stream().mapToDouble(Row::tauSeconds).toArray(),
            having.stream().mapToDouble(row -> row.values.get(each)).toArray());
      }
    }
    if (any) {
      lines.add("");
      lines.addAll(plot.lines());
    }
  }

  /** A number in as many digits as it needs, six at most. */
  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.6g", value);
    return text.contains(".") && !text.contains("e")
        ? text.replaceFirst("\\.?0+$", "")
        : text;
  }

  private StringBuilder json(Phase phase, List<Row> rows) {
    StringBuilder line = new StringBuilder();
    Json object = new Json(line).open('{');
    object.put("points", phase.size()).put("intervalSeconds", phase.intervalSeconds());
    object.open("rows", '[');
    for (Row row : rows) {
      object.open('{').put("tauSeconds", row.tauSeconds).put("factor", row.factor);
      row.values.forEach((each, value) -> object.put(each.name(), value.doubleValue()));
      object.close('}');
    }
    object.close(']').close('}');
    return line;
  }
}

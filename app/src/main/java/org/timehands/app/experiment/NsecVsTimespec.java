package org.timehands.app.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.timehands.app.experiment.PairOps.Pair;
import org.timehands.app.text.Json;
import org.timehands.app.text.Table;

/**
 * Times as one number of nanoseconds against a pair of seconds and nanoseconds: the text's sizes of
 * machine code, and what the same five operations are here, in bytes of bytecode and nanoseconds
 * (3-26, 3-56).
 */
public final class NsecVsTimespec {
  static final List<String> OPERATIONS =
      List.of("add", "subtract", "addNanos", "compare", "isBefore");

  private static final int VALUES = 1024;
  private static final int WARM_ROUNDS = 400;
  private static final int ROUNDS = 401;
  private static final long RANGE_NANOS = 1L << 60;

  /**
   * The text's sizes, in hexadecimal as it gives them.
   *
   * @param machine of which processor
   * @param nsec with nanoseconds
   * @param timespec with the pair
   */
  record TextSize(String machine, String nsec, String timespec) {
    int nsecBytes() {
      return Integer.parseInt(nsec, 16);
    }

    int timespecBytes() {
      return Integer.parseInt(timespec, 16);
    }

    /** How much smaller, in percent. */
    double savedPercent() {
      return 100.0 * (timespecBytes() - nsecBytes()) / timespecBytes();
    }
  }

  static final List<TextSize> TEXT =
      List.of(
          new TextSize("AMD64", "e2", "19c"),
          new TextSize("i386", "11c", "144"),
          new TextSize("ARM", "fc", "1c0"),
          new TextSize("PPC32", "1ac", "280"),
          new TextSize("M68K", "ce", "156"));

  /** One operation here: bytes of bytecode and nanoseconds, of both kinds. */
  private record Cost(int longBytes, int pairBytes, double longNanos, double pairNanos) {}

  private final LongSupplier clock;
  private final Consumer<String> progress;
  private final Map<String, Cost> costs = new LinkedHashMap<>();
  private final long[] ones;
  private final long[] others;
  private final Pair[] onePairs;
  private final Pair[] otherPairs;
  private final Pair result = new Pair();
  private long sum;

  /**
   * An experiment.
   *
   * @param seed of the times that are worked on
   * @param clock in nanoseconds
   * @param progress told where the experiment stands
   */
  public NsecVsTimespec(long seed, LongSupplier clock, Consumer<String> progress) {
    this.clock = clock;
    this.progress = progress;
    SplittableRandom random = new SplittableRandom(seed);
    ones = random.longs(VALUES, -RANGE_NANOS, RANGE_NANOS).toArray();
    others = random.longs(VALUES, -RANGE_NANOS, RANGE_NANOS).toArray();
    onePairs = Arrays.stream(ones).mapToObj(Pair::of).toArray(Pair[]::new);
    otherPairs = Arrays.stream(others).mapToObj(Pair::of).toArray(Pair[]::new);
  }

  /** Measures all operations. */
  public void run() {
    Map<String, Integer> ofLong = codeBytes(LongOps.class);
    Map<String, Integer> ofPair = codeBytes(PairOps.class);
    for (String each : OPERATIONS) {
      progress.accept(each);
      double[] nanos = nanos(each);
      costs.put(each, new Cost(ofLong.get(each), ofPair.get(each), nanos[0], nanos[1]));
    }
  }

  /** The length of each method's bytecode in a class. */
  static Map<String, Integer> codeBytes(Class<?> of) {
    Map<String, Integer> sizes = new HashMap<>();
    try (InputStream in = of.getResourceAsStream(of.getSimpleName() + ".class")) {
      for (MethodModel method : ClassFile.of().parse(in.readAllBytes()).methods()) {
        method
            .findAttribute(Attributes.code())
            .ifPresent(code -> sizes.put(method.methodName().stringValue(), code.codeLength()));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return sizes;
  }

  /** Of both kinds, in turn: the median of the rounds. */
  private double[] nanos(String operation) {
    double[] ofLong = new double[ROUNDS];
    double[] ofPair = new double[ROUNDS];
    for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
      long before = clock.getAsLong();
      longs(operation);
      long between = clock.getAsLong();
      pairs(operation);
      long after = clock.getAsLong();
      if (round >= 0) {
        ofLong[round] = (double) (between - before) / VALUES;
        ofPair[round] = (double) (after - between) / VALUES;
      }
    }
    if (sum == 1) {
      throw new IllegalStateException("nothing was computed");
    }
    Arrays.sort(ofLong);
    Arrays.sort(ofPair);
    return new double[] {ofLong[ROUNDS / 2], ofPair[ROUNDS / 2]};
  }

  private void longs(String operation) {
    long into = 0;
    switch (operation) {
      case "add" -> {
        for (int i = 0; i < VALUES; i++) {
          into ^= LongOps.add(ones[i], others[i]);
        }
      }
      case "subtract" -> {
        for (int i = 0; i < VALUES; i++) {
          into ^= LongOps.subtract(ones[i], others[i]);
        }
      }
      case "addNanos" -> {
        for (int i = 0; i < VALUES; i++) {
          into ^= LongOps.addNanos(ones[i], others[i]);
        }
      }
      case "compare" -> {
        for (int i = 0; i < VALUES; i++) {
          into += LongOps.compare(ones[i], others[i]);
        }
      }
      default -> {
        for (int i = 0; i < VALUES; i++) {
          into += LongOps.isBefore(ones[i], others[i]) ? 1 : 0;
        }
      }
    }
    sum += into;
  }

  private void pairs(String operation) {
    long into = 0;
    switch (operation) {
      case "add" -> {
        for (int i = 0; i < VALUES; i++) {
          PairOps.add(onePairs[i], otherPairs[i], result);
          into ^= result.sec ^ result.nsec;
        }
      }
      case "subtract" -> {
        for (int i = 0; i < VALUES; i++) {
          PairOps.subtract(onePairs[i], otherPairs[i], result);
          into ^= result.sec ^ result.nsec;
        }
      }
      case "addNanos" -> {
        for (int i = 0; i < VALUES; i++) {
          PairOps.addNanos(onePairs[i], others[i], result);
          into ^= result.sec ^ result.nsec;
        }
      }
      case "compare" -> {
        for (int i = 0; i < VALUES; i++) {
          into += PairOps.compare(onePairs[i], otherPairs[i]);
        }
      }
      default -> {
        for (int i = 0; i < VALUES; i++) {
          into += PairOps.isBefore(onePairs[i], otherPairs[i]) ? 1 : 0;
        }
      }
    }
    sum += into;
  }

  /** The report for people. */
  public List<String> text() {
    List<String> lines = new ArrayList<>();
    lines.add("Five operations on times: one long of nanoseconds against seconds and nanoseconds.");
    lines.add("");
    Table table = new Table("", ">nsec", ">timespec", ">saved", ">nsec", ">timespec");
    for (TextSize each : TEXT) {
      table.row(
          "the text, " + each.machine(), each.nsecBytes() + " B", each.timespecBytes() + " B",
          percent(each.savedPercent()), "", "");
    }
    int longBytes = 0;
    int pairBytes = 0;
    for (Map.Entry<String, Cost> each : costs.entrySet()) {
      Cost cost = each.getValue();
      longBytes += cost.longBytes;
      pairBytes += cost.pairBytes;
      table.row(
          "ours, " + each.getKey(), cost.longBytes + " B", cost.pairBytes + " B",
          percent(saved(cost.longBytes, cost.pairBytes)), nanos(cost.longNanos),
          nanos(cost.pairNanos));
    }
    table.row(
        "ours, all five", longBytes + " B", pairBytes + " B",
        percent(saved(longBytes, pairBytes)), "", "");
    lines.addAll(table.lines());
    lines.add("");
    lines.add("The text's bytes are machine code of all it has; ours are bytecode of these");
    lines.add("five. Nanoseconds for each operation in a loop over " + VALUES
        + " times, median.");
    return lines;
  }

  private static double saved(int small, int large) {
    return 100.0 * (large - small) / large;
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.0f %%", value);
  }

  private static String nanos(double value) {
    return String.format(Locale.ROOT, "%.2f ns", value);
  }

  private static long picos(double nanos) {
    return Math.round(nanos * 1000);
  }

  /** The report as members of an open object. */
  public void json(Json json) {
    json.open("text", '[');
    for (TextSize each : TEXT) {
      json.open('{').put("machine", each.machine()).put("nsecBytes", each.nsecBytes());
      json.put("timespecBytes", each.timespecBytes()).close('}');
    }
    json.close(']').open("ours", '[');
    costs.forEach(
        (name, cost) -> {
          json.open('{').put("operation", name).put("longBytecode", cost.longBytes);
          json.put("pairBytecode", cost.pairBytes).put("longPicos", picos(cost.longNanos));
          json.put("pairPicos", picos(cost.pairNanos)).close('}');
        });
    json.close(']');
  }
}

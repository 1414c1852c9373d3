package org.timehands.clocksource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.timehands.clocksource.Admission.Check;
import org.timehands.linux.Counter;
import org.timehands.linux.Cpus;
import org.timehands.linux.HostClocks;
import org.timehands.linux.HostInfo;
import org.timehands.linux.NativeAccess;

/**
 * The clocksources of this machine: found, examined, rated; and the choice among them.
 *
 * <p>Probing measures and takes some tens of milliseconds, up to about a second on many CPUs:
 * probe once and keep the result. All methods may be called from any thread.
 */
public final class ClockSources {
  /** The system property that names the clocksource to use. */
  public static final String PROPERTY = "timehands.clocksource";

  /** The environment variable of the same meaning, asked if the property is not set. */
  public static final String VARIABLE = "TIMEHANDS_CLOCKSOURCE";

  /**
   * Ticks a second of this machine's tick, Linux's own default on servers. A page says no more of a
   * tick than that it is one, so every process has to count the same ({@code timehands.h}).
   */
  public static final int TICK_HZ = 250;

  private ClockSources() {}

  /** Looks at every clocksource of this machine; the best comes first. */
  public static List<Candidate> probe() {
    long rawStepNanos = 0;
    LongSupplier clock = () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
    if (HostClocks.supported(HostClocks.CLOCK_MONOTONIC_RAW)) {
      clock = () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
      rawStepNanos = HostSteps.stepNanos(clock, HostInfo.kernelClocksource());
    }
    List<Candidate> found = new ArrayList<>();
    found.add(nanoTime());
    found.add(raw(rawStepNanos));
    found.add(nativeCounter(clock, Math.max(1, rawStepNanos)));
    found.add(tick());
    return ranked(found);
  }

  /**
   * The clocksource to use: the one named by {@link #PROPERTY} or {@link #VARIABLE}, else the best.
   *
   * @throws IllegalArgumentException if the one named is unknown or was not admitted
   */
  public static Candidate best() {
    return choose(probe());
  }

  /**
   * The same choice among candidates that were probed before.
   *
   * @param candidates what {@link #probe} found
   * @throws IllegalArgumentException as {@link #best}
   */
  public static Candidate choose(List<Candidate> candidates) {
    return choose(
        candidates,
        System.getProperty(PROPERTY, ""),
        System.getenv().getOrDefault(VARIABLE, ""));
  }

  /** The choice as the property and the variable have it, each empty if not set. */
  static Candidate choose(List<Candidate> candidates, String property, String variable) {
    if (!property.isEmpty()) {
      return named(candidates, property, "-D" + PROPERTY);
    }
    return variable.isEmpty() ? best(candidates) : named(candidates, variable, VARIABLE);
  }

  /**
   * What a read costs once its code is compiled, which on a busy machine the short look of {@link
   * #probe} does not see. Takes a tenth of a second.
   *
   * @param source what to read
   * @return nanoseconds, rounded up
   */
  public static long settledReadCostNanos(ClockSource source) {
    return ReadCost.measureNanos(source, ReadCost.SETTLED_NANOS);
  }

  /**
   * The counter that an id names, not examined: for reading what another process steers.
   *
   * @param id a {@link ClockSource#id}
   * @param frequencyHz what the other process says of it
   * @return empty if this process cannot read it
   */
  public static Optional<ClockSource> forReading(long id, long frequencyHz) {
    long era = id >>> 32;
    long kind = ClockSource.kindOf(id);
    if (kind == NativeClockSource.kind() && Counter.available()) {
      return Optional.of(NativeClockSource.unexamined(era, frequencyHz));
    }
    if (kind == ClockSource.MONOTONIC_RAW
        && HostClocks.supported(HostClocks.CLOCK_MONOTONIC_RAW)) {
      return Optional.of(new MonotonicRawClockSource(era, 0, 1));
    }
    if (kind == ClockSource.TICK) {
      ClockSource tick = TickClockSource.over(TICK_HZ, System::nanoTime, 0);
      return Optional.of(EraClockSource.in(tick, era));
    }
    return kind == ClockSource.NANO_TIME
        ? Optional.of(new NanoTimeClockSource(era, 0))
        : Optional.empty();
  }

  /** The best that may be chosen by itself. */
  static Candidate best(List<Candidate> candidates) {
    return candidates.stream()
        .filter(candidate -> candidate.rating() >= ClockSource.RATING_USABLE)
        .max(Comparator.comparingInt(Candidate::rating))
        .orElseThrow(() -> new IllegalStateException("no clocksource is usable: " + candidates));
  }

  /** The one that somebody asked for. */
  static Candidate named(List<Candidate> candidates, String name, String whoSays) {
    Candidate found =
        candidates.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> refusal(whoSays, name, "it is unknown on this machine", candidates));
    if (!found.admitted()) {
      throw refusal(whoSays, name, found.reason(), candidates);
    }
    return found;
  }

  private static IllegalArgumentException refusal(
      String whoSays, String name, String why, List<Candidate> candidates) {
    String allowed =
        candidates.stream()
            .filter(Candidate::admitted)
            .map(Candidate::name)
            .collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        "clocksource '" + name + "' (" + whoSays + ") cannot be used: " + why + "; allowed here: "
            + allowed + "; leave " + whoSays + " out for the best of them");
  }

  private static List<Candidate> ranked(List<Candidate> candidates) {
    return candidates.stream()
        .sorted(Comparator.comparingInt(Candidate::rating).reversed())
        .toList();
  }

  private static Candidate nanoTime() {
    long costNanos = briefCostNanos(new NanoTimeClockSource(0, 0));
    return by(new NanoTimeClockSource(0, costNanos), "the JVM always has it");
  }

  private static long briefCostNanos(ClockSource source) {
    return ReadCost.measureNanos(source, ReadCost.BRIEF_NANOS);
  }

  private static Candidate raw(long stepNanos) {
    String name = MonotonicRawClockSource.NAME;
    if (stepNanos == 0) {
      String why =
          NativeAccess.available() ? "the kernel lacks CLOCK_MONOTONIC_RAW" : NativeAccess.whyNot();
      return refused(name, List.of(new Check("readable", false, why)));
    }
    long costNanos = briefCostNanos(new MonotonicRawClockSource(0, 0, stepNanos));
    return by(
        new MonotonicRawClockSource(0, costNanos, stepNanos),
        "read by " + HostClocks.method() + " in steps of at most " + stepNanos + " ns");
  }

  private static Candidate tick() {
    LongSupplier clock = System::nanoTime;
    long costNanos = briefCostNanos(TickClockSource.over(TICK_HZ, clock, 0));
    return by(TickClockSource.over(TICK_HZ, clock, costNanos), "ticks of the JVM's own counter");
  }

  private static Candidate nativeCounter(LongSupplier hostNanos, long stepNanos) {
    String name = NativeClockSource.nameHere();
    if (!Counter.available()) {
      return refused(name, List.of(new Check("readable", false, Counter.whyNot())));
    }
    List<Check> checks = new ArrayList<>();
    checks.add(new Check("readable", true, "read by " + Counter.orderedInstructions()));
    // First, because it gets the code compiled: hand-offs and brackets are narrower then.
    ClockSource unknown = NativeClockSource.unexamined(0, 1);
    long costNanos = briefCostNanos(unknown);
    Admission admission = Admission.of(Admission.Facts.here(), warpCheck());
    checks.addAll(admission.checks());
    try {
      Calibration calibration =
          new Calibrator(unknown, hostNanos, stepNanos).calibrate(Calibrator.FIRST_WINDOW_NANOS);
      checks.add(new Check("calibration", true, calibration.toString()));
      return new Candidate(
          name,
          new NativeClockSource(0, calibration.frequencyHz(), costNanos, admission),
          admission.admitted(),
          checks,
          calibration);
    } catch (CalibrationException refusal) {
      checks.add(new Check("calibration", false, refusal.getMessage()));
      return refused(name, checks);
    }
  }

  private static WarpCheck.Verdict warpCheck() {
    try {
      int[] cpus = Cpus.affinity();
      long pairNanos = PinnedExchange.budgetNanos(WarpCheck.pairs(cpus).size());
      return WarpCheck.check(
          cpus, new PinnedExchange(cpu -> Counter::readOrdered, pairNanos));
    } catch (IOException refusal) {
      return new WarpCheck.Verdict(
          false, 0, Long.MAX_VALUE, "the check cannot run: " + refusal.getMessage());
    }
  }

  private static Candidate by(ClockSource source, String words) {
    Check readable = new Check("readable", true, words);
    return new Candidate(source.name(), source, true, List.of(readable), null);
  }

  private static Candidate refused(String name, List<Check> checks) {
    return new Candidate(name, null, false, checks, null);
  }
}

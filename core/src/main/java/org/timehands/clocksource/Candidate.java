package org.timehands.clocksource;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.timehands.clocksource.Admission.Check;
import org.timehands.rate.CounterRate;

/**
 * A clocksource of this machine as found by {@link ClockSources#probe}: what was looked at, and
 * what follows. Immutable and thread-safe.
 *
 * @param name the clocksource's name
 * @param source the clocksource, or null if it cannot be read or has no rate
 * @param admitted whether it may drive time
 * @param checks what was looked at, each in words; the failing ones say why it was not admitted
 * @param calibration its frequency against the host's clock; null for what counts nanoseconds or
 *     ticks by definition, and where there is no source
 */
public record Candidate(
    String name,
    ClockSource source,
    boolean admitted,
    List<Check> checks,
    Calibration calibration) {
  /** Checks that what drives time can be read. */
  public Candidate {
    Objects.requireNonNull(name, "name");
    checks = List.copyOf(checks);
    if (admitted && source == null) {
      throw new IllegalArgumentException("candidate " + name + " is admitted without a source");
    }
  }

  /**
   * A clocksource whose frequency is what it says by definition.
   *
   * @param source the clocksource
   * @param words why it may drive time
   */
  public static Candidate of(ClockSource source, String words) {
    Check given = new Check("given", true, words);
    return new Candidate(source.name(), source, true, List.of(given), null);
  }

  /** Its rating, 1 to 499; 0 if it was not admitted. */
  public int rating() {
    return admitted ? source.rating() : 0;
  }

  /** Why it is rated so, or why it was not admitted, in words. */
  public String reason() {
    return admitted
        ? source.ratingReason()
        : checks.stream()
            .filter(check -> !check.passed())
            .map(Check::words)
            .reduce((one, next) -> one + "; " + next)
            .map(words -> "refused: " + words)
            .orElse("refused");
  }

  /** How far {@link #rate} may be off, in parts per billion, beside the counter's drift. */
  public long slopeErrorPpb() {
    return calibration == null ? 0 : calibration.errorPpb();
  }

  /**
   * Its rate: as calibrated, or by definition.
   *
   * @throws IllegalStateException if there is no source
   */
  public CounterRate rate() {
    if (source == null) {
      throw new IllegalStateException("clocksource " + name + " has no rate: " + reason());
    }
    return Optional.ofNullable(calibration)
        .map(Calibration::rate)
        .orElseGet(source::nominalRate);
  }
}

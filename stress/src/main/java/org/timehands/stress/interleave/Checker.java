package org.timehands.stress.interleave;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.timehands.timeline.History;
import org.timehands.timeline.Sample;

/**
 * Holds every answer of a schedule against the promises of the library. Rules, as a failure names
 * them:
 *
 * <pre>
 * MONO     a read begun after another ended is not less (MONOTONIC, RAW, BOOTTIME)
 * PURE     one cycle, one answer; and the order of cycles is the order of answers
 * FRESH    an answer is for a cycle within the read, or it says that it is held
 * LINE     an answer is what its segment says at its cycle, computed with big integers
 * JOIN     a segment begins where, and at what, its predecessor ends, fraction included
 * CONVERT  history gives back what was read
 * BOUND    the truth lies within the bound
 * COMMIT   who reads after a commit reads the new segment
 * STEPS    a read ends after a stated number of its own steps
 * HELD     a reader that may extend does not stand still
 * </pre>
 */
final class Checker {
  /** Of rules, in the order of the clocks in {@link #ended}. */
  private static final String[] CLOCKS = {"MONOTONIC", "RAW", "BOOTTIME"};

  static final int MONO = 0;
  static final int RAW = 1;
  static final int BOOT = 2;

  /** One answer, kept to be compared with others for the same or a neighbouring cycle. */
  record Answer(
      long clocksourceId, long cycles, long sequence, long mono, long raw, long real, long boot,
      long tai, String who) {
    static Answer of(Sample sample, String who) {
      return new Answer(
          sample.clocksourceId(), sample.cycles(), sample.sequence(), sample.monoNanos(),
          sample.rawNanos(), sample.realNanos(), sample.bootNanos(), sample.taiNanos(), who);
    }

    boolean equalTimes(Answer other) {
      return mono == other.mono && raw == other.raw && real == other.real && boot == other.boot
          && tai == other.tai && sequence == other.sequence;
    }
  }

  private final Simulation simulation;
  private final long[] greatest = {Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE};
  private final Map<Long, TreeMap<Long, Answer>> answers = new HashMap<>();
  private final List<Answer> all = new ArrayList<>();
  private final Joins joins;
  private long committed;

  Checker(Simulation simulation) {
    this.simulation = simulation;
    this.joins = new Joins(simulation);
  }

  /** The greatest answer of any read that has ended. */
  long greatest(int clock) {
    return greatest[clock];
  }

  long committed() {
    return committed;
  }

  void committed(long sequence) {
    committed = Math.max(committed, sequence);
  }

  /** A read of one clock has ended. */
  void ended(Glance begun, int clock, long nanos, String who) {
    if (nanos < begun.greatest[clock]) {
      simulation.broken(
          "MONO",
          who + " read " + CLOCKS[clock] + " " + nanos + ", but " + begun.greatest[clock]
              + " had been read before it began: " + (begun.greatest[clock] - nanos)
              + " ns back");
    }
    greatest[clock] = Math.max(greatest[clock], nanos);
  }

  /** An answer with its cycle: one cycle, one answer. */
  void answered(Sample sample, String who) {
    Answer answer = Answer.of(sample, who);
    SimCounter counter = simulation.counterOf(answer.clocksourceId);
    TreeMap<Long, Answer> line =
        answers.computeIfAbsent(answer.clocksourceId, id -> new TreeMap<>());
    long key = counter.sinceOrigin(answer.cycles);
    Answer same = line.putIfAbsent(key, answer);
    if (same != null && !same.equalTimes(answer)) {
      simulation.broken("PURE", "cycle " + key + " has two answers: " + same + ", " + answer);
    }
    ordered(line.lowerEntry(key), answer);
    Map.Entry<Long, Answer> higher = line.higherEntry(key);
    if (higher != null) {
      ordered(Map.entry(key, answer), higher.getValue());
    }
    if (same == null) {
      all.add(answer);
    }
  }

  private void ordered(Map.Entry<Long, Answer> lower, Answer higher) {
    if (lower == null) {
      return;
    }
    Answer low = lower.getValue();
    if (low.mono > higher.mono || low.raw > higher.raw || low.boot > higher.boot) {
      simulation.broken("PURE", "order of cycles is not order of times: " + low + ", " + higher);
    }
  }

  Answer anyAnswer(Rng rng) {
    return all.isEmpty() ? null : all.get(rng.below(all.size()));
  }

  List<Answer> all() {
    return all;
  }

  /** History was asked for a stamp that had been read. */
  void converted(String who, Answer old, History.Found found, Sample now) {
    Layout layout = simulation.layout;
    switch (found) {
      case EXACT, UNMAPPABLE -> {
        if (!old.equalTimes(Answer.of(now, who))) {
          simulation.broken(
              "CONVERT", who + " converted " + old + " to " + Answer.of(now, who));
        }
      }
      case TOO_OLD, WRONG_CLOCKSOURCE -> {
        // A slot may be in the making for the next segment, and for a bridge the one after.
        if (old.sequence > layout.newest() - layout.slots + 3) {
          simulation.broken("CONVERT", who + " found " + old + " " + found);
        }
      }
      case PREDICTED -> {
        // While an absurd promise is being taken back nothing is promised.
        if (!simulation.plan.poisons || !old.equalTimes(Answer.of(now, who))) {
          simulation.broken("CONVERT", who + " found " + old + " " + found);
        }
      }
      default -> simulation.broken("CONVERT", who + " found " + old + " " + found);
    }
  }

  /** Looks at segments that were appended since. */
  void joined() {
    joins.check();
  }
}

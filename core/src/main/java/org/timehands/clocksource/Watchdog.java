package org.timehands.clocksource;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;

/**
 * A clocksource's watchdog: compares it with another one, check by check, and says in words when it
 * lies.
 *
 * <p>A function of what it reads; it has no thread and waits for nothing. Whoever has one calls
 * {@link #check} about every {@link Options#intervalNanos}. A verdict of UNSTABLE is final: mark
 * the clocksource, choose another, make another watchdog. Not thread-safe.
 *
 * <p>The thresholds are those of Linux 6.12's clocksource watchdog and of its rewrite of 2026: a
 * margin of 500 ppm, a readout of at most 50 us, CPUs in turn by monotone hand-offs, and no
 * clocksource that moves in ticks may serve as a watchdog. Unlike Linux's, a check is causal: the
 * watched counter is read between two reads of the other, so that whatever the scheduler does, a
 * bracket is wide, and never wrong. A slow read is retried, and is no disagreement.
 *
 * <p>What is found how soon, in checks after it has happened (WatchdogTest): a counter that stands,
 * a jump by {@link #JUMP_NANOS} or more, a rate off by {@link #FAST_DRIFT_PPM} or more, a counter
 * with fewer bits than it says (after it wrapped), one that stood or went on in a sleep against
 * what it says: 1. A rate off by {@link #SLOW_DRIFT_PPM} or more: {@link #SLOW_DRIFT_CHECKS}. CPUs
 * that differ by more than a hand-off takes: one round of the CPUs. Reads that are always slow:
 * {@link Options#slowChecks}.
 */
public final class Watchdog {
  /** A jump this far is found by the next check. */
  public static final long JUMP_NANOS = 500_000;

  /** A rate this far off is found by the next check. */
  public static final long FAST_DRIFT_PPM = 1_000;

  /** A rate this far off is found within {@link #SLOW_DRIFT_CHECKS}. */
  public static final long SLOW_DRIFT_PPM = 600;

  /** See {@link #SLOW_DRIFT_PPM}. */
  public static final int SLOW_DRIFT_CHECKS = 4;

  /** How many checks back the oldest comparison reaches. */
  private static final int BASELINE = 64;

  /** What counts less than this part of the time stands still, as one says. */
  private static final long STANDING_DIVISOR = 20;

  private static final long BILLION = 1_000_000_000L;

  /** A sleep shorter than this is what reading two clocks one after the other leaves open. */
  private static final long SLEEP_NOISE_NANOS = 1_000_000;

  /** A machine learns how long it slept from a clock that may count whole seconds. */
  private static final long SLEEP_TOLERANCE_NANOS = 1_000_000_000L;

  private static final long SLEEP_TOLERANCE_DIVISOR = 100;

  /**
   * How closely to look.
   *
   * @param intervalNanos how often to look; 0.5 s in Linux
   * @param readoutNanos a bracket wider than this is taken again; 50 us in Linux
   * @param marginPpm disagreement of rates that is let pass; 500 in Linux. Clocksources that
   *     declare to drift more are let drift more
   * @param tries how often a wide bracket is taken again
   * @param slowChecks after so many checks in a row in which the watched counter alone was slow to
   *     read at each try it is of no use
   * @param cpuEvery CPUs are compared at every so many checks; 0 for never
   */
  public record Options(
      long intervalNanos, long readoutNanos, long marginPpm, int tries, int slowChecks,
      int cpuEvery) {
    /** Checks the ranges. */
    public Options {
      if (intervalNanos < 1_000_000 || readoutNanos < 1 || marginPpm < 1 || marginPpm > 100_000
          || tries < 1 || slowChecks < 1 || cpuEvery < 0) {
        throw new IllegalArgumentException(
            "watchdog's options " + intervalNanos + " ns, " + readoutNanos + " ns, " + marginPpm
                + " ppm, " + tries + ", " + slowChecks + ", " + cpuEvery + ": an interval of 1 ms"
                + " or more, a margin of 1 to 100000 ppm, and counts of 1 or more are needed");
      }
    }

    /** Linux's: 0.5 s, 50 us, 500 ppm, 4 tries; slow after 10 checks, CPUs at every check. */
    public static Options defaults() {
      return new Options(500_000_000L, 50_000, 500, 4, 10, 1);
    }

    /** The same with CPUs compared at every so many checks. */
    public Options withCpuEvery(int checks) {
      return new Options(intervalNanos, readoutNanos, marginPpm, tries, slowChecks, checks);
    }
  }

  /** What a check came to. */
  public enum Verdict {
    /** There is nothing to compare with yet: the first one, or the first after a sleep. */
    BEGUN,
    /** They agree. */
    GOOD,
    /** Somebody was in the way at each try; nothing speaks against the clocksource. */
    DISTURBED,
    /** The clocksource lies. */
    UNSTABLE
  }

  /**
   * A check.
   *
   * @param number from 1
   * @param verdict what it came to
   * @param intervalNanos since the check before, as the reference has it
   * @param deviationNanos how much more the watched counter counted; 0 if not known
   * @param allowedNanos how far that may be off
   * @param readoutNanos how wide the narrowest bracket was
   * @param retries how many brackets were too wide
   * @param words what was found
   */
  public record Check(
      long number, Verdict verdict, long intervalNanos, long deviationNanos, long allowedNanos,
      long readoutNanos, int retries, String words) {}

  /** Both counters at one moment, widened to 64 bits. */
  private record Moment(long referenceNanos, long halfNanos, long cycles) {}

  private final ClockSource watched;
  private final Slope slope;
  private final ClockSource reference;
  private final Slope referenceSlope;
  private final Options options;
  private final LongSupplier sleptNanos;
  private final WarpCheck.Exchange exchange;
  private final int[] cpus;
  private final long ratePpb;
  private final Deque<Moment> moments = new ArrayDeque<>();

  private long number;
  private long referenceCycles;
  private long lastSleptNanos;
  private int slow;
  private int nextCpu;
  private Check verdict;

  /**
   * A watchdog of one clocksource.
   *
   * @param watched what is watched
   * @param reference what it is compared with; continuous
   * @param options how closely
   * @param sleptNanos how long the machine has slept in all, such as BOOTTIME minus MONOTONIC
   * @param exchange lets two CPUs compare their reads of the watched counter; null for never
   * @param cpus the CPUs to compare
   * @throws IllegalArgumentException if the reference moves in ticks, or is the watched one
   */
  public Watchdog(
      Candidate watched, Candidate reference, Options options, LongSupplier sleptNanos,
      WarpCheck.Exchange exchange, int... cpus) {
    this.watched = watched.source();
    this.slope = Slope.of(watched.rate());
    this.reference = reference.source();
    this.referenceSlope = Slope.of(reference.rate());
    this.options = Objects.requireNonNull(options, "options");
    this.sleptNanos = Objects.requireNonNull(sleptNanos, "sleptNanos");
    this.exchange = exchange;
    this.cpus = cpus.clone();
    if (!isContinuous(this.reference) || this.reference.id() == this.watched.id()) {
      throw new IllegalArgumentException(
          "clocksource " + reference.name() + " cannot watch " + watched.name()
              + ": another one that moves continuously is needed");
    }
    long declared =
        this.watched.driftBoundPpb() + watched.slopeErrorPpb()
            + this.reference.driftBoundPpb() + reference.slopeErrorPpb();
    this.ratePpb = Math.min(Math.max(options.marginPpm * 1_000, declared), BILLION - 1);
    this.lastSleptNanos = sleptNanos.getAsLong();
  }

  /** Whether a clocksource moves finely enough to judge others. */
  public static boolean isContinuous(ClockSource source) {
    return ClockSource.kindOf(source.id()) != ClockSource.TICK && source.validForHighResolution();
  }

  /** What is watched. */
  public ClockSource watched() {
    return watched;
  }

  /** What it is compared with. */
  public ClockSource reference() {
    return reference;
  }

  /** Looks once; after UNSTABLE it says the same for ever. */
  public Check check() {
    if (verdict != null) {
      return verdict;
    }
    number++;
    Check check = compare();
    boolean due = options.cpuEvery > 0 && number % options.cpuEvery == 0;
    if (check.verdict != Verdict.UNSTABLE && due && exchange != null && cpus.length > 1) {
      check = compareCpus(check);
    }
    verdict = check.verdict == Verdict.UNSTABLE ? check : null;
    return check;
  }

  /** What the tries of one check came to. */
  private static final class Attempt {
    private long width = Long.MAX_VALUE;
    private long middle;
    private long cycles;
    private int wide;
    /** At how many of the wide ones the reference alone was quick, so that the watched was slow. */
    private int blamed;
  }

  private Attempt attempt() {
    Attempt best = new Attempt();
    int shift = Long.SIZE - reference.widthBits();
    for (int i = 0; i < options.tries; i++) {
      long first = reference.read();
      long cycles = watched.read();
      long second = reference.read();
      long third = reference.read();
      long width = nanos(((second - first) << shift) >>> shift, referenceSlope) + 1;
      long alone = nanos(((third - second) << shift) >>> shift, referenceSlope);
      if (width < best.width) {
        best.width = width;
        best.middle = first + ((((second - first) << shift) >>> shift) >> 1);
        best.cycles = cycles;
      }
      if (width <= options.readoutNanos) {
        break;
      }
      best.wide++;
      best.blamed += alone <= options.readoutNanos ? 1 : 0;
    }
    return best;
  }

  private Check compare() {
    Attempt best = attempt();
    Moment last = moments.peekLast();
    long slept = sleptNanos.getAsLong() - lastSleptNanos;
    lastSleptNanos += slept;
    if (last == null) {
      referenceCycles = best.middle;
      moments.add(new Moment(0, best.width / 2 + 1, best.cycles));
      return result(Verdict.BEGUN, 0, 0, 0, best, "begun against " + reference.name());
    }
    int shift = Long.SIZE - reference.widthBits();
    long spent = nanos(((best.middle - referenceCycles) << shift) >>> shift, referenceSlope);
    referenceCycles = best.middle;
    if (slept >= SLEEP_NOISE_NANOS) {
      return afterSleep(best, last, spent, slept);
    }
    Moment now = moment(best, last, spent);
    Check found = judge(best, now, last, spent);
    if (found.verdict == Verdict.UNSTABLE) {
      return found;
    }
    // A wide bracket compares rightly, but poorly: it is no beginning for later ones.
    if (best.width <= options.readoutNanos || moments.size() < 2) {
      moments.addLast(now);
      if (moments.size() > BASELINE) {
        moments.removeFirst();
      }
    } else {
      keepPace(now);
    }
    return found;
  }

  /** What would be forgotten otherwise: how far the counters went in a check that is not kept. */
  private void keepPace(Moment now) {
    moments.removeLast();
    moments.addLast(now);
  }

  private Moment moment(Attempt best, Moment last, long spent) {
    int shift = Long.SIZE - watched.widthBits();
    // The count nearest to what was to be expected, for a counter that may have wrapped.
    long expected = last.cycles + cycles(spent);
    long count = expected + (((best.cycles - expected) << shift) >> shift);
    return new Moment(last.referenceNanos + spent, best.width / 2 + 1, count);
  }

  private Check judge(Attempt best, Moment now, Moment last, long spent) {
    long deviation = deviation(last, now);
    long allowed = allowed(last, now);
    if (Math.abs(deviation) > allowed) {
      return result(
          Verdict.UNSTABLE, spent, deviation, allowed, best, blame(now, last, deviation, allowed));
    }
    Moment first = moments.peekFirst();
    long long1 = deviation(first, now);
    long allowed1 = allowed(first, now);
    if (Math.abs(long1) > allowed1) {
      return result(
          Verdict.UNSTABLE, now.referenceNanos - first.referenceNanos, long1, allowed1, best,
          blame(now, first, long1, allowed1));
    }
    if (best.wide < options.tries) {
      slow = 0;
      return result(
          Verdict.GOOD, spent, deviation, allowed, best, "agrees with " + reference.name());
    }
    slow = best.blamed == best.wide ? slow + 1 : 0;
    if (slow >= options.slowChecks) {
      return result(
          Verdict.UNSTABLE, spent, deviation, allowed, best,
          "a read takes more than " + options.readoutNanos + " ns, " + slow + " checks in a row,"
              + " while " + reference.name() + " is quick");
    }
    return result(
        Verdict.DISTURBED, spent, deviation, allowed, best,
        "not read within " + options.readoutNanos + " ns in " + best.wide + " tries");
  }

  private long deviation(Moment from, Moment to) {
    long cycles = to.cycles - from.cycles;
    long counted = cycles < 0 ? -nanos(-cycles, slope) : nanos(cycles, slope);
    return counted - (to.referenceNanos - from.referenceNanos);
  }

  private long allowed(Moment from, Moment to) {
    long elapsed = Math.max(to.referenceNanos - from.referenceNanos, 0);
    long steps = 2 * (nanos(1, slope) + nanos(1, referenceSlope) + 2);
    long skew = Math.min(nanos(skewCycles(), slope), options.readoutNanos);
    return from.halfNanos + to.halfNanos + steps + skew
        + Fixed.growth(elapsed, Fixed.ratePpb(ratePpb));
  }

  private long skewCycles() {
    long cycles = watched.skewBoundCycles();
    return cycles < 0 || cycles > 1L << 40 ? 0 : cycles;
  }

  private String blame(Moment now, Moment then, long deviation, long allowed) {
    long elapsed = now.referenceNanos - then.referenceNanos;
    String counted = "counted " + (elapsed + deviation) + " ns while " + reference.name()
        + " counted " + elapsed + ", " + allowed + " apart are allowed";
    if (Math.abs(elapsed + deviation) < elapsed / STANDING_DIVISOR) {
      return "stands still: " + counted;
    }
    return now.cycles < then.cycles ? "went back: " + counted : counted;
  }

  /** After a sleep each counter has done what it says it does, or it is found out here. */
  private Check afterSleep(Attempt best, Moment last, long spent, long slept) {
    long awake = reference.suspend() == ClockSource.SuspendBehaviour.RUNS_ON ? spent - slept
        : spent;
    long tolerance = SLEEP_TOLERANCE_NANOS + slept / SLEEP_TOLERANCE_DIVISOR + best.width
        + allowed(last, new Moment(last.referenceNanos + Math.max(awake, 0), 1, 0));
    long stopped = offAfter(best, last, awake);
    long ran = offAfter(best, last, awake + slept);
    boolean wrong =
        switch (watched.suspend()) {
          case STOPS -> Math.abs(stopped) > tolerance;
          case RUNS_ON -> Math.abs(ran) > tolerance;
          case UNKNOWN -> Math.abs(stopped) > tolerance && Math.abs(ran) > tolerance;
          case RESETS -> false;
        };
    long off = watched.suspend() == ClockSource.SuspendBehaviour.STOPS ? stopped : ran;
    moments.clear();
    moments.add(new Moment(0, best.width / 2 + 1, best.cycles));
    if (wrong) {
      return result(
          Verdict.UNSTABLE, spent, off, tolerance, best,
          "says that it " + words(watched.suspend()) + " while the machine sleeps, but after "
              + slept + " ns of sleep it is off by " + off + " ns");
    }
    return result(Verdict.BEGUN, spent, 0, tolerance, best, "begun anew after a sleep");
  }

  /** How far the counter is off what it would have counted in so many nanoseconds. */
  private long offAfter(Attempt best, Moment last, long nanos) {
    int shift = Long.SIZE - watched.widthBits();
    long expected = last.cycles + cycles(Math.max(nanos, 0));
    long off = ((best.cycles - expected) << shift) >> shift;
    return off < 0 ? -nanos(-off, slope) : nanos(off, slope);
  }

  private static String words(ClockSource.SuspendBehaviour behaviour) {
    return behaviour == ClockSource.SuspendBehaviour.STOPS ? "stops"
        : behaviour == ClockSource.SuspendBehaviour.RUNS_ON ? "runs on" : "stops or runs on";
  }

  /** The home CPU and the next in turn exchange reads; neither may see the past of the other. */
  private Check compareCpus(Check check) {
    int other = cpus[1 + nextCpu++ % (cpus.length - 1)];
    WarpCheck.Skew skew = new WarpCheck.Skew(watched.widthBits());
    try {
      exchange.run(cpus[0], other, skew);
    } catch (IOException refused) {
      return with(
          check, check.verdict, check.words + "; CPUs not compared: " + refused.getMessage());
    }
    if (skew.warpCycles() > 0) {
      return with(
          check, Verdict.UNSTABLE,
          "CPUs " + cpus[0] + " and " + other + " disagree: time went back by "
              + skew.warpCycles() + " cycles from one to the other");
    }
    return skew.handOffs() == 0 ? check
        : with(check, check.verdict, check.words + "; CPU " + other + " agrees with " + cpus[0]);
  }

  private static Check with(Check check, Verdict verdict, String words) {
    return new Check(
        check.number, verdict, check.intervalNanos, check.deviationNanos, check.allowedNanos,
        check.readoutNanos, check.retries, words);
  }

  private Check result(
      Verdict found, long interval, long deviation, long allowed, Attempt best, String words) {
    return new Check(
        number, found, interval, deviation, allowed, best.width, best.wide, words);
  }

  private static long nanos(long cycles, Slope by) {
    return Fixed.wholeNanos(cycles, by.whole(), by.fraction(), 0);
  }

  private long cycles(long nanos) {
    return Fixed.cyclesUntil(nanos, slope, 0, 1L << 62);
  }
}

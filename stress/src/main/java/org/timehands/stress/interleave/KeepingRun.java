package org.timehands.stress.interleave;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.mischief.Mischief;
import org.timehands.timekeeping.AuxClock;
import org.timehands.timekeeping.ClockId;
import org.timehands.timekeeping.Snapshot;
import org.timehands.timekeeping.Stamp;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timekeeping.TimekeepingOptions;
import org.timehands.timeline.History;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;

/**
 * One schedule of the write side: two writers that set, step, steer and change the counter of one
 * {@link Timekeeping} and its auxiliary clocks, and two readers, each stopped before any access to
 * shared memory and any read of a counter. Rules, as a failure names them:
 *
 * <pre>
 * MONO     a read begun after another ended is not less (MONOTONIC, RAW, BOOTTIME)
 * PURE     one cycle, one answer
 * CONVERT  history gives back what was read
 * BOUND    the truth lies within MONOTONIC's bound
 * SET      who has set REALTIME, an auxiliary clock or a frequency reads what was set
 * SUM      steps that are made at once all count
 * AUX      an auxiliary clock is on the counter that drives time
 * TOLD     who has set REALTIME returns when listeners have been told of it (A26)
 * ORDER    a listener is told in order, once each, of what is in force
 * THROWS   a writer or a reader threw
 * </pre>
 */
final class KeepingRun implements Mischief.Hook {
  private static final ContinuationScope SCOPE = new ContinuationScope("keeping");
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_000_000 * SECOND;
  private static final long TRUE_START = 7 * SECOND;
  private static final long START_MONO = 5;
  private static final long HERTZ = 24_000_000;
  private static final int MAX_ROUNDS = 200_000;
  private static final int SLOTS = 64;
  private static final int UPDATES = 5;
  private static final int READS = 14;
  private static final int NESTED_SETS = 2;

  private static KeepingRun running;

  private record Key(long clocksourceId, long cycles) {}

  private record Answer(long mono, long raw, long boot, long real, long tai) {
    static Answer of(Snapshot now) {
      return new Answer(
          now.monotonicNanos(), now.rawNanos(), now.boottimeNanos(), now.realtimeNanos(),
          now.taiNanos());
    }
  }

  /** One simulated thread. */
  private final class Worker {
    private final Continuation continuation;

    Worker(Runnable body) {
      continuation = new Continuation(SCOPE, () -> guarded(body));
    }

    private void guarded(Runnable body) {
      try {
        body.run();
      } catch (Violation found) {
        failure = failure == null ? found : failure;
      } catch (RuntimeException | Error thrown) {
        Violation found = new Violation("THROWS", Traces.shortStack(thrown));
        failure = failure == null ? found : failure;
      }
    }
  }

  private final Rng rng;
  private final List<Long> pages = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Map<Key, Answer> answers = new HashMap<>();
  private final long[] greatest = {Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE};
  private final SimulatedClockSource one;
  private final SimulatedClockSource two;
  private final Timekeeping keeping;
  private final boolean sets;
  private long trueNanos = TRUE_START;
  private long stepped;
  private Worker current;
  private int budget;
  private int nested;
  private boolean telling;
  private long setsTold;
  private long changesTold;
  private long reads;
  private long steps;
  private Violation failure;

  KeepingRun(long seed) {
    running = this;
    rng = new Rng(seed);
    sets = rng.permille(500);
    one = counter(SECOND, 300);
    two = counter(HERTZ, 301);
    keeping =
        Timekeeping.begin(
            one, Slope.ONE,
            TimekeepingOptions.defaults()
                .startingAt(START, START_MONO)
                .withSlots(SLOTS)
                .withHorizon(10_000, 50_000_000)
                .waitingBy(this::whileWaiting));
    keeping.addListener(new Ear());
  }

  /** Hears of sets and changes, takes its time, and sometimes sets the clock itself. */
  private final class Ear implements Timekeeping.Listener {
    private final Snapshot seen = new Snapshot();

    @Override
    public void clockWasSet(long sequence) {
      if (sequence <= setsTold) {
        hear("ORDER", "set " + sequence + " is told after " + setsTold);
      }
      if (keeping.clocks().snapshot(seen).clockWasSetSeq() < sequence) {
        hear("ORDER", "set " + sequence + " is told before it is in force");
      }
      dawdle();
      if (nested < NESTED_SETS && rng.permille(200)) {
        nested++;
        stepped++;
        keeping.injectOffset(1);
      }
      setsTold = sequence;
    }

    @Override
    public void clocksourceChanged(long sequence) {
      if (sequence != changesTold + 1) {
        hear("ORDER", "change " + sequence + " is told after " + changesTold);
      }
      dawdle();
      changesTold = sequence;
    }

    private void dawdle() {
      if (telling) {
        hear("ORDER", "two events are told at once");
      }
      telling = true;
      for (int i = rng.below(4); i > 0; i--) {
        yieldTurn();
      }
      telling = false;
    }

    /** What a listener throws is dropped. */
    private void hear(String rule, String detail) {
      failure = failure == null ? new Violation(rule, detail) : failure;
    }
  }

  private SimulatedClockSource counter(long hertz, long id) {
    return new SimulatedClockSource(
        SimulatedClockSource.Settings.of(hertz).named("sim" + id, id, 1).counting(64, id),
        () -> trueNanos);
  }

  /** The simulated thread that runs, or nobody. */
  static Object worker() {
    return running.current;
  }

  /** Gives the turn away. */
  static void yieldTurn() {
    if (running.current != null && !Continuation.yield(SCOPE)) {
      throw new IllegalStateException("a simulated thread is pinned");
    }
  }

  private void whileWaiting() {
    trueNanos += 500;
    yieldTurn();
  }

  Violation failure() {
    return failure;
  }

  long reads() {
    return reads;
  }

  long steps() {
    return steps;
  }

  /** Runs the schedule. */
  void run() {
    workers.add(new Worker(() -> write(0)));
    workers.add(new Worker(() -> write(1)));
    workers.add(new Worker(this::read));
    workers.add(new Worker(this::read));
    for (int round = 0; failure == null; round++) {
      List<Worker> left = workers.stream().filter(each -> !each.continuation.isDone()).toList();
      if (left.isEmpty()) {
        break;
      }
      if (round > MAX_ROUNDS) {
        failure = new Violation("STEPS", "the schedule has no end");
        return;
      }
      budget = rng.permille(500) ? 1 : 1 + (int) rng.heavy(200);
      current = left.get(rng.below(left.size()));
      current.continuation.run();
      current = null;
      if (rng.permille(100)) {
        trueNanos += rng.heavy(30_000);
      }
    }
    if (failure == null) {
      try {
        aftermath();
      } catch (Violation found) {
        failure = found;
      }
    }
  }

  /** Gives back the pages of auxiliary clocks, which nobody reads any more. */
  void free() {
    pages.forEach(Memory::free);
  }

  private static void broken(String rule, String detail) {
    throw new Violation(rule, detail);
  }

  private void write(int number) {
    for (int i = 0; i < UPDATES; i++) {
      switch (rng.below(6)) {
        case 0 -> set(number);
        case 1 -> {
          long delta = 1 + rng.below(1_000);
          stepped += delta;
          told(() -> keeping.injectOffset(delta));
        }
        case 2 -> steer(number);
        case 3 -> {
          SimulatedClockSource to = keeping.clocksource().id() == one.id() ? two : one;
          keeping.changeClocksource(to, Slope.ofFrequency(to.frequencyHz()), 0);
        }
        case 4 -> setAuxiliary(number);
        default -> keeping.advance();
      }
    }
  }

  /** One of the writers alone sets, if any does; the other's steps are small, and forward. */
  private void set(int number) {
    if (!sets || number != 0) {
      return;
    }
    long wanted = START + rng.belowLong(1L << 50);
    long begun = trueNanos;
    told(() -> keeping.setRealtime(wanted));
    within("REALTIME", wanted, keeping.clocks().realtimeNanos(), trueNanos - begun);
  }

  /** Sets. The sets that had come about when it began are told when it ends, and one more. */
  private void told(Runnable set) {
    long before = keeping.clocks().snapshot(new Snapshot()).clockWasSetSeq();
    set.run();
    if (setsTold <= before) {
      broken("TOLD", setsTold + " sets are told, there had been " + before + " before this one");
    }
  }

  private void setAuxiliary(int number) {
    String name = "domain " + number;
    AuxClock clock = keeping.aux().find(name).orElseGet(() -> begin(name));
    long wanted = SECOND + rng.belowLong(1L << 50);
    long begun = trueNanos;
    clock.set(wanted);
    within(clock.name(), wanted, clock.nanos(), trueNanos - begun);
  }

  private AuxClock begin(String name) {
    long address = Memory.allocate(Page.totalBytes(SLOTS), 64);
    pages.add(address);
    Page page = Page.format(address, SLOTS, new PageIdentity(1, 2, 3, 4, 5));
    return keeping.aux().enable(name, page);
  }

  private static void within(String clock, long wanted, long found, long elapsed) {
    // All steps together are less than 10 us.
    if (found < wanted || found > wanted + elapsed + elapsed / 1_000 + 12_000) {
      broken("SET", clock + " was set to " + wanted + ", " + elapsed + " ns later it is " + found);
    }
  }

  private void steer(int number) {
    if (number != 1) {
      return;
    }
    Timex timex = new Timex();
    timex.modes = Timex.ADJ_FREQUENCY;
    timex.freq = ((long) rng.below(1_000) - 500) << 16;
    long wanted = timex.freq;
    keeping.adjtimex(timex, true);
    timex.modes = 0;
    keeping.adjtimex(timex, true);
    if (!sets && timex.freq != wanted) {
      broken("SET", "frequency " + wanted + " was set, and is " + timex.freq);
    }
  }

  private void read() {
    Snapshot now = new Snapshot();
    for (int i = 0; i < READS; i++) {
      long[] before = greatest.clone();
      final long earliest = trueMono();
      keeping.clocks().snapshot(now);
      Answer answer = Answer.of(now);
      long bound = now.boundNanos(ClockId.MONOTONIC);
      if (answer.mono + bound < earliest || answer.mono - bound > trueMono()) {
        broken(
            "BOUND",
            "MONOTONIC is " + answer.mono + " +- " + bound + ", the truth from " + earliest
                + " to " + trueMono());
      }
      notLess(before, 0, answer.mono);
      notLess(before, 1, answer.raw);
      notLess(before, 2, answer.boot);
      Answer same = answers.putIfAbsent(new Key(now.clocksourceId(), now.cycles()), answer);
      if (same != null && !same.equals(answer)) {
        broken("PURE", "cycle " + now.cycles() + " has two answers: " + same + ", " + answer);
      }
      reads++;
    }
  }

  /** Both counters are exact, so MONOTONIC is true time, but for what its bound says. */
  private long trueMono() {
    return START_MONO + trueNanos - TRUE_START;
  }

  private void notLess(long[] before, int clock, long nanos) {
    if (nanos < before[clock]) {
      broken("MONO", "clock " + clock + " went back by " + (before[clock] - nanos) + " ns");
    }
    greatest[clock] = Math.max(greatest[clock], nanos);
  }

  private void aftermath() {
    Snapshot now = new Snapshot();
    for (Map.Entry<Key, Answer> each : answers.entrySet()) {
      Key key = each.getKey();
      History.Found found =
          keeping.clocks().convert(new Stamp(key.clocksourceId, key.cycles), now);
      if (found != History.Found.EXACT || !Answer.of(now).equals(each.getValue())) {
        broken("CONVERT", key + " was " + each.getValue() + ", is " + found + " " + Answer.of(now));
      }
    }
    trueNanos += SECOND;
    keeping.clocks().snapshot(now);
    long apart = now.realtimeNanos() - now.monotonicNanos();
    if (!sets && apart != START - START_MONO + stepped) {
      broken("SUM", "steps of " + stepped + " ns came to " + (apart - START + START_MONO));
    }
    for (AuxClock each : keeping.aux().all()) {
      long id = each.clocks().snapshot(new Snapshot()).clocksourceId();
      if (id != now.clocksourceId()) {
        broken("AUX", each.name() + " is on " + id + ", the timekeeper on " + now.clocksourceId());
      }
    }
  }

  // --- Mischief.Hook ----------------------------------------------------------------------------

  @Override
  public void load(long address) {
    step();
  }

  @Override
  public void store(long address) {
    step();
  }

  @Override
  public void cas(long address) {
    step();
  }

  @Override
  public void counter() {
    trueNanos += rng.below(120);
    step();
  }

  private void step() {
    if (current == null) {
      return;
    }
    steps++;
    if (--budget <= 0) {
      yieldTurn();
    }
  }
}

package org.timehands.stress.live;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.timehands.clocksource.CalibrationException;
import org.timehands.clocksource.Calibrator;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.clocksource.NativeClockSource;
import org.timehands.fixed.Slope;
import org.timehands.linux.HostClocks;
import org.timehands.mischief.Mischief;
import org.timehands.page.OwnerOptions;
import org.timehands.page.PageOwner;
import org.timehands.page.PagePath;
import org.timehands.rate.CounterRate;
import org.timehands.timeline.Counters;
import org.timehands.timeline.Sample;
import org.timehands.timeline.TimelineWriter;

/**
 * A process that owns a page and comes to grief in the middle of an append.
 *
 * <pre>
 *   create DIR            makes the page and leaves it
 *   kill DIR N            appends some segments; SIGKILLs itself before store or CAS N of the next
 *   takeover DIR N        SIGKILLs itself before store N of taking the page up
 *   stop DIR N|cas|sealed the same with SIGSTOP, or before its CAS, or after it; goes on later
 *   steer DIR [gullible]  appends a segment and says whether it comes into force
 *   seqcreate, seqstop, seqkill DIR       the same with the clock that is known to fail
 * </pre>
 */
final class OwnerMain {
  static final int SLOTS = 4096;

  /**
   * The slope goes up and down by 5 %, so that a step back of a clock that steps back lasts longer
   * than a reader may be without a processor.
   */
  static final long SLEW_PPT = 50_000_000_000L;

  private static final int APPENDS_BEFORE = 6;
  private static final long WINDOW_NANOS = 20_000_000;
  private static final long STEPS_A_SECOND = 10_000;
  private static final long GAPS_A_SECOND = 20;
  private static final long FORCE_LIMIT_NANOS = 2_000_000_000L;

  private static final TimelineWriter.Edit FASTER =
      next -> next.setRate(next.rawRate().plusPpt(SLEW_PPT));
  private static final TimelineWriter.Edit SLOWER =
      next -> next.setRate(next.rawRate().plusPpt(-SLEW_PPT));

  private OwnerMain() {}

  public static void main(String[] words) throws Exception {
    Path directory = Path.of(words[1]);
    switch (words[0]) {
      case "create" -> say("created " + open(directory).page().head());
      case "kill" -> append(directory, words[2], "KILL");
      case "stop" -> append(directory, words[2], "STOP");
      case "takeover" -> takeOver(directory, words[2]);
      case "steer" -> steer(directory, words.length > 2);
      case "seqcreate" -> createSeqcount(directory);
      case "seqstop" -> steerSeqcount(directory, "STOP");
      case "seqkill" -> steerSeqcount(directory, "KILL");
      default -> throw new IllegalArgumentException(words[0]);
    }
    // As a crash would: nothing is closed.
    Runtime.getRuntime().halt(0);
  }

  static ClockSource counter() {
    return ClockSources.forReading(NativeClockSource.kind(), 1)
        .or(() -> ClockSources.forReading(ClockSource.MONOTONIC_RAW, 1))
        .orElseThrow();
  }

  static CounterRate rateOf(ClockSource counter) {
    try {
      return new Calibrator(counter, () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW), 1)
          .calibrate(WINDOW_NANOS)
          .rate();
    } catch (CalibrationException unsteady) {
      throw new IllegalStateException(unsteady);
    }
  }

  static PageOwner open(Path directory) throws IOException {
    return open(directory, SLOTS);
  }

  static PageOwner open(Path directory, int slots) throws IOException {
    Counters counters = new Counters(id -> ClockSources.forReading(id, 1).orElse(null));
    return PageOwner.open(
        new PagePath(directory, PagePath.Origin.OPTION),
        new OwnerOptions(slots, OptionalInt.empty()),
        counters,
        first -> {
          ClockSource counter = counter();
          CounterRate slope = rateOf(counter);
          long boot = HostClocks.nanos(HostClocks.CLOCK_BOOTTIME);
          long mono = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
          first.rawBaseNanos = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
          first.startCycles = counter.read();
          first.monoBaseNanos = mono;
          first.clocksourceId = counter.id();
          first.setWidthBits(counter.widthBits());
          first.setRate(slope);
          first.setRawRate(slope);
          first.hostBootOffsetNanos = boot - mono;
          first.stepCycles = slope.frequencyHz() / STEPS_A_SECOND;
          first.gapCycles = slope.frequencyHz() / GAPS_A_SECOND;
        });
  }

  private static void append(Path directory, String fatal, String signal) throws IOException {
    PageOwner owner = open(directory);
    TimelineWriter writer = owner.writer();
    say(owner.beginning() + " epoch " + owner.info().epoch());
    for (int i = 0; i < APPENDS_BEFORE; i++) {
      writer.awaitCommit(writer.append(i % 2 == 0 ? SLOWER : FASTER));
    }
    Fate fate = new Fate(fatal, signal);
    Mischief.install(fate);
    long appended = writer.append(SLOWER);
    Mischief.uninstall();
    say("appended " + appended + " after " + fate.count + ", retries " + writer.retries());
    writer.awaitCommit(appended);
    writer.awaitCommit(writer.append(FASTER));
  }

  private static void takeOver(Path directory, String fatal) throws IOException {
    Mischief.install(new Fate(fatal, "KILL"));
    PageOwner owner = open(directory);
    Mischief.uninstall();
    say(owner.beginning() + " epoch " + owner.info().epoch());
  }

  /** Counts this thread's stores and CASes, and ends or stops the process before one of them. */
  private static final class Fate implements Mischief.Hook {
    private final Thread victim = Thread.currentThread();
    private final String fatal;
    private final String signal;
    private long count;
    private boolean tried;
    private boolean spent;

    Fate(String fatal, String signal) {
      this.fatal = fatal;
      this.signal = signal;
    }

    @Override
    public void store(long address) {
      step("store");
    }

    @Override
    public void cas(long address) {
      step("cas");
    }

    private void step(String what) {
      if (Thread.currentThread() != victim) {
        return;
      }
      count++;
      boolean fatalNow =
          switch (fatal) {
            case "cas" -> what.equals("cas") && !tried;
            case "sealed" -> what.equals("store") && tried;
            default -> Long.parseLong(fatal) == count;
          };
      if (fatalNow && !spent) {
        spent = true;
        say("at " + what + " " + count);
        signalSelf(signal);
      }
      tried |= what.equals("cas");
    }
  }

  /** Sends a signal to this process; returns only after it was continued. */
  private static void signalSelf(String signal) {
    String pid = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
      if (signal.equals("KILL")) {
        Thread.sleep(Long.MAX_VALUE);
      }
    } catch (IOException | InterruptedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void steer(Path directory, boolean gullible) throws IOException {
    PageOwner owner = open(directory);
    if (gullible) {
      // Planted: an owner that takes every horizon for honest.
      owner.writer().setCounterCheck((open, counter) -> false);
    }
    long appended = owner.writer().append(FASTER);
    Sample sample = new Sample();
    long begun = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
    boolean inForce;
    do {
      owner.timeline().sample(sample);
      // A reader that holds has come to a segment that has not begun.
      inForce = sample.sequence() >= appended && !sample.isHeld();
    } while (!inForce
        && HostClocks.nanos(HostClocks.CLOCK_MONOTONIC) - begun < FORCE_LIMIT_NANOS);
    say((inForce ? "in force" : "not in force") + ", recoveries " + owner.writer().recoveries());
  }

  private static void createSeqcount(Path directory) throws IOException {
    ClockSource counter = counter();
    SeqcountClock.create(directory, counter, Slope.of(rateOf(counter)).plusPpt(SLEW_PPT));
    say("created");
  }

  private static void steerSeqcount(Path directory, String signal) throws IOException {
    Counters counters = new Counters(id -> ClockSources.forReading(id, 1).orElse(null));
    SeqcountClock clock = SeqcountClock.open(directory, counters, () -> false);
    boolean stop = signal.equals("STOP");
    clock.steer(
        Slope.of(rateOf(counter())).plusPpt(-SLEW_PPT),
        () -> grief(stop, signal, "computed"),
        () -> grief(!stop, signal, "odd"));
    say("steered");
  }

  private static void grief(boolean now, String signal, String where) {
    if (now) {
      say("at " + where);
      signalSelf(signal);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}

package org.timehands.stress.timers;

import java.util.SplittableRandom;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.tick.TickMode;
import org.timehands.tick.TickMode.Kind;
import org.timehands.timer.TimerStatistics;
import org.timehands.timer.Timers;

/**
 * The tick mode of a run, switched while timers are armed, and the rules of a beat, all broken as
 * BEAT: timers run once in a tick at most, what is woken for is a tick, a periodic beat goes on,
 * and each tick is counted once.
 */
final class Beat {
  private static final int[] HERTZ = {100, 250, 300, 1000};

  private final Timers timers;
  private final VirtualHost host;
  private final SimulatedDevice device;
  private final long mostPpm;
  private TickMode mode = TickMode.tickless();
  /** MONOTONIC just before somebody looked last. */
  private long lookedNanos;
  private long beganNanos;
  private boolean switched;
  /** The present mode began between these instants of MONOTONIC, with so many ticks counted. */
  private long earliestNanos;
  private long latestNanos;
  private long countedBefore;

  Beat(Timers timers, VirtualHost host, SimulatedDevice device, long mostPpm) {
    this.mostPpm = mostPpm;
    this.timers = timers;
    this.host = host;
    this.device = device;
    lookedNanos = host.peek(0);
  }

  /** Any of the modes, tickless as often as each of the two others. */
  static TickMode any(SplittableRandom random) {
    int hertz = HERTZ[random.nextInt(HERTZ.length)];
    return switch (random.nextInt(3)) {
      case 0 -> TickMode.tickless();
      case 1 -> TickMode.periodic(hertz);
      default -> TickMode.dynamic(hertz);
    };
  }

  TickMode mode() {
    return mode;
  }

  boolean isPeriodic() {
    return mode.kind() == Kind.PERIODIC;
  }

  /** How much later than at its instant a timer runs in this mode, at the rates that there are. */
  long grainNanos() {
    long tick = mode.tickNanos();
    return mode.isHighResolution() ? 0 : tick + tick / 1000 * mostPpm / 875 + 1000;
  }

  void switchTo(TickMode to) {
    final long before = host.peek(0);
    TickMode old = mode;
    timers.setTickMode(to);
    count(old, before, host.peek(0));
    mode = to;
    switched = true;
    lookedNanos = before;
    earliestNanos = before;
    latestNanos = host.peek(0);
    countedBefore = counted(to);
  }

  private long counted(TickMode of) {
    TimerStatistics seen = timers.statisticsByMode().get(of);
    return seen == null ? 0 : seen.ticks();
  }

  /** Each tick of a mode that ends between two instants is counted, once. */
  private void count(TickMode of, long endsAfter, long endsBefore) {
    long ticks = counted(of) - countedBefore;
    long least = Math.max(0, of.tickAt(endsAfter) - of.tickAt(latestNanos));
    long most = of.tickAt(endsBefore) - of.tickAt(earliestNanos);
    boolean isRight =
        of.isHighResolution() ? ticks == 0 : least <= ticks && ticks <= most;
    if (!isRight) {
      throw new Violation(
          "BEAT", ticks + " ticks are counted, there were " + least + " to " + most + ": " + of);
    }
  }

  /** Before timers expire. */
  void begins() {
    switched = false;
    beganNanos = host.peek(0);
  }

  /** After so many have expired. */
  void ended(int expired, boolean hung) {
    if (!switched) {
      boolean again = mode.tickAt(lookedNanos) == mode.tickAt(host.peek(0));
      if (!mode.isHighResolution() && again && expired > 0) {
        throw new Violation("BEAT", expired + " expired in a tick that was over: " + mode);
      }
      lookedNanos = beganNanos;
    }
    long wait = device.deadlineNanos() - host.peekHost();
    if (mode.isHighResolution() || hung || device.deadlineNanos() == Long.MAX_VALUE) {
      return;
    }
    if (!host.hasGaps() && wait > 0 && Math.floorMod(host.peek(0) + wait, mode.tickNanos()) != 0) {
      throw new Violation("BEAT", "is woken " + wait + " ns ahead, which is no tick: " + mode);
    }
  }

  /** Whenever nothing is going on. */
  void check(boolean hung) {
    long wait = device.deadlineNanos() - host.peekHost();
    if (isPeriodic() && !hung && wait > grainNanos() + VirtualHost.LONG_GAP_NANOS) {
      throw new Violation("BEAT", "the beat stops for " + wait + " ns: " + mode);
    }
  }

  /** At the end: looks once more, so that all ticks are counted. */
  void end() {
    switchTo(TickMode.tickless());
  }
}

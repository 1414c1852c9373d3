package org.timehands.stress.timers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.clockevent.WaitChunks;
import org.timehands.sim.Adversary;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.TimerReports;
import org.timehands.timer.Timers;

/**
 * One seeded schedule: arms, cancels, forwards and sets clocks at random, switches the tick mode,
 * moves virtual time, lets the device be late, lose events and wake for nothing, and holds every
 * expiry against a model.
 *
 * <p>Rules: EARLY (before its clock had come to it), UNARMED (ran though nobody had armed it),
 * ORDER (of its clock's queue), LATE (beyond what rates and the adversary explain), STATE (an
 * answer that is not the model's), OVERSLEEPS (the device is programmed too late), BEAT (see {@link
 * Beat}), ENDLESS (a call that does not end), BROKEN (an exception).
 */
final class TimerRun implements TimerReports {
  private static final ClockId[] CLOCKS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };
  private static final int TIMERS = 12;
  private static final int MANY_TIMERS = 40;
  private static final int OPERATIONS = 60;
  private static final int MOST_RUNS_IN_A_CALL = 10_000;
  private static final int MOST_TICKS = 30;
  private static final long SECOND = 1_000_000_000L;
  private static final int RATE_PPM = 100_000;
  private static final int CALM_PPM = 500;

  /** So long is waited at least where time is thought to stand: between two looks it may. */
  private static final long STANDSTILL_NANOS = 1_000_000;

  /* The last chunk, and a gap, at the fastest rate. */
  private static final long OVERSLEEP_NANOS =
      (WaitChunks.FINAL_NANOS + VirtualHost.LONG_GAP_NANOS) / 1_000_000 * RATE_PPM + 1000;

  private final SplittableRandom random;
  private final VirtualHost host;
  private final SimulatedDevice device;
  private final Timers timers;
  private final Adversary adversary;
  private final Beat beat;
  private final boolean ticks;
  /** How far the clocks' rates lie apart at most: as a slew's, or as two quartzes'. */
  private final int mostPpm;
  private final long boundNanos;
  /** The device's programming whose event was lost for good. */
  private long lostProgram = -1;
  private final List<Subject> subjects = new ArrayList<>();
  /** On all clocks, or many on two, so that their queues are deep. */
  private final boolean many;
  private final Deque<Runnable> handed = new ArrayDeque<>();
  private long nextRank;
  private int runsInCall;
  private boolean hung;
  private boolean hungBefore;
  private long stolenBefore;
  private boolean isCalling;
  private boolean armsDue;
  private final StringBuilder trace;
  /** What a callback threw: what is seen after it may only follow from it. */
  private Violation first;
  long expired;

  /**
   * A schedule.
   *
   * @param seed of all that is left to chance
   * @param traced whether to note what happens
   * @param forgets the planted machine: what its device loses, nobody retries
   */
  TimerRun(long seed, boolean traced, boolean forgets) {
    trace = traced ? new StringBuilder() : null;
    random = new SplittableRandom(seed);
    host = new VirtualHost(random);
    device = new SimulatedDevice(host::hostNanos);
    adversary = forgets ? Adversary.forgetting(random) : new Adversary(random);
    Executor later = handed::add;
    timers =
        Timers.byHand(
            host,
            TimerOptions.defaults()
                .withDevices(() -> device)
                .withDeferred(later)
                .withSlowCallbackNanos(SECOND)
                .withReports(this));
        mostPpm = random.nextBoolean() ? RATE_PPM : CALM_PPM;
    // The last chunk at the fastest rate, twice, because the rate may change meanwhile.
    boundNanos =
        2 * (WaitChunks.FINAL_NANOS / 1_000_000 * mostPpm)
            + (mostPpm == RATE_PPM ? 2_000_000 : STANDSTILL_NANOS + 100_000);
    ticks = random.nextInt(8) == 0;
    beat = new Beat(timers, host, device, mostPpm);
    host.setGaps(random.nextInt(3) * 100);
    many = random.nextInt(4) == 0;
    for (int i = 0; i < (many ? MANY_TIMERS : TIMERS); i++) {
      Subject subject = new Subject(i, random.nextInt(4) == 0);
      subject.timer = timers.timer(0, (timer, now) -> callback(subject, now), subject.soft);
      subjects.add(subject);
    }
  }

  void run() {
    try {
      for (int i = 0; i < OPERATIONS; i++) {
        operate();
        oversleep();
      }
      if (beat.isPeriodic()) {
        switchTo(TickMode.dynamic(250));
      }
      adversary.rest();
      advance(20 * SECOND);
      host.monotonicNanos();
      beat.end();
    } catch (Violation seen) {
      throw first == null ? seen : first;
    } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException
        | NullPointerException broken) {
      throw new Violation("BROKEN", broken.toString());
    }
  }

  /** What has happened, if this was asked for. */
  String trace() {
    return trace == null ? "" : trace.toString();
  }

  private void tell(String what) {
    if (trace != null) {
      trace.append("host ").append(host.peekHost()).append(" mono ").append(host.peek(0));
      trace.append(" device ").append(device.deadlineNanos()).append(": ").append(what);
      trace.append(System.lineSeparator());
    }
  }

  /* ---- what is done ------------------------------------------------------------------------ */

  private void operate() {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> arm(pick());
      case 5 -> cancelSome();
      case 6 -> setClocks();
      case 7 -> setRate();
      case 8 -> timersExpire();
      case 9 -> armBehindTheDevice();
      case 10 -> ask(pick());
      case 11 -> planJump();
      case 12 -> runHanded();
      case 13 -> armTwins();
      case 14 -> switchMode();
      default -> advance(beat.isPeriodic() ? span() % mostNanos() : span());
    }
  }

  private void setRate() {
    host.setRate(random.nextInt(-mostPpm, mostPpm + 1) / (1 + random.nextInt(9)));
    tell("rate " + host.ratePpm());
  }

  private Subject pick() {
    return subjects.get(random.nextInt(subjects.size()));
  }

  private int pickClock() {
    return random.nextInt(many ? 2 : CLOCKS.length);
  }

  /** Every order of magnitude from a nanosecond to some hours is as likely as the next. */
  private long span() {
    return random.nextLong(1L << (1 + random.nextInt(43)));
  }

  private void arm(Subject subject) {
    int clock = pickClock();
    long slack = random.nextInt(3) == 0 ? span() >> 8 : 0;
    if (random.nextBoolean()) {
      armAt(subject, clock, host.peek(clock) + span() - span() / 16, slack);
      return;
    }
    long delay = span();
    int counted = clock == 2 ? 2 : 0;
    long before = host.peek(counted);
    check(subject.timer.armIn(CLOCKS[clock], delay, slack) == subject.isArmed(), "armIn", subject);
    long expiry = subject.timer.expiryNanos();
    if (expiry < before + delay || expiry > host.peek(counted) + delay) {
      throw new Violation("STATE", subject + " armed for " + expiry + ", " + delay + " from now");
    }
    note(subject, counted, expiry, slack);
  }

  private void armAt(Subject subject, int clock, long expiry, long slack) {
    boolean was = subject.timer.arm(CLOCKS[clock], expiry, slack);
    check(was == subject.isArmed(), "arm", subject);
    note(subject, clock, Math.max(0, expiry), slack);
  }

  /** Two timers at one instant: the one that was armed first goes first. */
  private void armTwins() {
    int clock = pickClock();
    long at = host.peek(clock) + span();
    for (int i = 0; i < (many ? 16 : 4); i++) {
      armAt(pick(), clock, at, 0);
    }
  }

  /** Just behind the wake-up that is programmed, where a far one must not be trusted. */
  private void armBehindTheDevice() {
    long ahead = device.deadlineNanos() - host.peekHost();
    if (device.deadlineNanos() != Long.MAX_VALUE && ahead > 0) {
      armAt(pick(), 0, host.peek(0) + ahead + random.nextInt(1000), 0);
    }
  }

  private void cancel(Subject subject) {
    ClockTimer.Cancel found = subject.timer.tryCancel();
    ClockTimer.Cancel expected =
        subject.running
            ? ClockTimer.Cancel.RUNNING
            : subject.isArmed() ? ClockTimer.Cancel.CANCELLED : ClockTimer.Cancel.INACTIVE;
    check(found == expected, "cancel said " + found, subject);
    if (found == ClockTimer.Cancel.CANCELLED) {
      subject.clock = -1;
    }
  }

  private void cancelSome() {
    for (int i = many ? random.nextInt(MANY_TIMERS) : 0; i >= 0; i--) {
      cancel(pick());
    }
  }

  private void ask(Subject subject) {
    check(
        subject.timer.isActive() == (subject.isArmed() || subject.running), "isActive", subject);
    long remaining = subject.timer.remainingNanos();
    check((remaining >= 1) == subject.isArmed(), "remaining said " + remaining, subject);
  }

  private void setClocks() {
    if (random.nextInt(4) == 0) {
      host.sleep(span());
    } else {
      host.step(random.nextBoolean() ? span() : -span() % (SECOND * 3600));
    }
    timers.clockWasSet();
    restart();
  }

  /** A leap second is announced long enough before it comes. */
  private void planJump() {
    long inNanos = 10 * SECOND + random.nextLong(20 * SECOND);
    host.planJump(inNanos, random.nextBoolean() ? SECOND : -SECOND);
  }

  private long mostNanos() {
    return MOST_TICKS * beat.mode().tickNanos();
  }

  /** Switches the tick mode: what is due by now is looked at within a tick of the new one. */
  private void switchMode() {
    if (ticks) {
      switchTo(Beat.any(random));
    }
  }

  private void switchTo(TickMode mode) {
    beat.switchTo(mode);
    tell("mode " + mode);
    restart();
  }

  private void restart() {
    for (Subject subject : subjects) {
      if (subject.isArmed()) {
        subject.floorNanos = host.peek(subject.clock);
      }
    }
  }

  private void runHanded() {
    while (!handed.isEmpty()) {
      handed.poll().run();
    }
  }

  /* ---- time -------------------------------------------------------------------------------- */

  private void advance(long nanos) {
    tell("advance by " + nanos);
    long target = host.peekHost() + nanos;
    while (isComing(target)) {
      long ahead = Math.max(0, device.deadlineNanos() - host.peekHost());
      long delivery = adversary.deliveryNanos(ahead);
      if (delivery == Adversary.NEVER) {
        lostProgram = device.programs();
        break;
      }
      host.passTo(host.peekHost() + Math.min(ahead, delivery));
      host.pass(Math.max(0, delivery - ahead));
      timersExpire();
      if (random.nextBoolean()) {
        runHanded();
      }
    }
    host.passTo(target);
    runHanded();
    if (isComing(target)) {
      advance(0);
    } else if (!hung) {
      subjects.stream()
          .filter(Subject::isArmed)
          .forEach(subject -> lateness(subject, host.peek(subject.clock)));
    }
  }

  private boolean isComing(long target) {
    return device.programs() != lostProgram
        && device.deadlineNanos() <= Math.max(target, host.peekHost());
  }

  private void timersExpire() {
    runsInCall = 0;
    hungBefore = hung;
    hung = false;
    long stolen = host.stolenNanos();
    beat.begins();
    armsDue = false;
    int ran = timers.expire();
    tell("expired");
    beat.ended(ran, hung);
    stolenBefore = stolen;
    if (armsDue && !beat.mode().isHighResolution()) {
      // Behind a timer that was armed in the past while they were due, timers wait for a tick more.
      restart();
    }
    oversleep();
  }

  /**
   * The device wakes before the next timer is due by more than the rates explain: what is asked
   * right after it was programmed, so that nobody can have been descheduled meanwhile.
   */
  private void oversleep() {
    beat.check(hung);
    for (Subject subject : subjects) {
      if (!hung && subject.isArmed() && !subject.soft) {
        long remaining = subject.hardNanos - host.peek(subject.clock);
        long wait = device.deadlineNanos() - host.peekHost();
        if (wait > Math.max(0, remaining) + OVERSLEEP_NANOS + beat.grainNanos()) {
          throw new Violation("OVERSLEEPS", subject + " in " + remaining + " ns, waits " + wait);
        }
      }
    }
  }

  /** A timer is late by what the rates make a chunk of the wait too long, and no more. */
  private void lateness(Subject subject, long nowNanos) {
    long late = nowNanos - Math.max(subject.hardNanos, subject.floorNanos);
    if (subject.clock == 1) {
      late = Math.min(late, host.sinceJumpOn());
    }
    // What callbacks and others took since the device was programmed last is nobody's fault.
    long allowed =
        boundNanos + beat.grainNanos() + 2 * (host.stolenNanos() - stolenBefore);
    if (late > allowed) {
      throw new Violation("LATE", subject + " by " + late + " ns, allowed " + allowed);
    }
  }

  /* ---- the model --------------------------------------------------------------------------- */

  private void note(Subject subject, int clock, long softNanos, long slack) {
    subject.clock = clock;
    subject.softNanos = softNanos;
    long hard = softNanos + slack;
    subject.hardNanos = hard < 0 ? Long.MAX_VALUE : hard;
    subject.floorNanos = host.peek(clock);
    subject.rank = nextRank++;
    armsDue |= isCalling && softNanos <= subject.floorNanos;
    tell("armed " + subject);
  }

  private Next callback(Subject subject, long nowNanos) {
    expired++;
    if (++runsInCall > MOST_RUNS_IN_A_CALL) {
      throw new Violation("ENDLESS", "a call of expire ran " + runsInCall + " callbacks");
    }
    tell("runs at " + nowNanos + " " + subject);
    judge(subject, nowNanos);
    int clock = subject.clock;
    subject.clock = -1;
    subject.running = true;
    isCalling = true;
    Next next = act(subject, nowNanos);
    subject.running = false;
    if (next == Next.AGAIN && !subject.isArmed()) {
      note(subject, clock, subject.softNanos, subject.hardNanos - subject.softNanos);
    }
    isCalling = false;
    return next;
  }

  private void judge(Subject subject, long nowNanos) {
    if (!subject.isArmed()) {
      throw new Violation("UNARMED", subject + " ran");
    }
    if (nowNanos < subject.softNanos) {
      throw new Violation("EARLY", subject + " ran at " + nowNanos);
    }
    // A soft timer runs later: its clock may have been set back since it expired.
    boolean maySee = subject.soft || subject.clock == 1 && host.jumpsBack();
    if (!maySee && host.peek(subject.clock) < subject.softNanos) {
      throw new Violation("EARLY", subject + " sees " + host.peek(subject.clock));
    }
    // Behind the first of a call, callbacks take time; and after a hang there is a pause.
    if (!subject.soft && runsInCall == 1 && !hungBefore && adversary.isQuiet()) {
      lateness(subject, nowNanos);
    }
    for (Subject other : subjects) {
      boolean same = other != subject && !other.soft && other.clock == subject.clock;
      if (!subject.soft && same && other.precedes(subject)) {
        throw new Violation("ORDER", subject + " before " + other);
      }
    }
  }

  private Next act(Subject subject, long nowNanos) {
    host.pass(random.nextInt(8) == 0 ? random.nextLong(300_000) : 0);
    return switch (random.nextInt(10)) {
      case 0, 1 -> again(subject, nowNanos, Math.max(1, span()));
      case 2 -> again(subject, nowNanos, 1 + random.nextInt(3));
      case 3 -> {
        arm(subject);
        yield random.nextBoolean() ? Next.AGAIN : Next.DONE;
      }
      case 4 -> {
        arm(pick());
        yield Next.DONE;
      }
      case 5 -> {
        cancel(pick());
        yield Next.DONE;
      }
      case 6 -> {
        setClocks();
        yield Next.DONE;
      }
      case 7 -> random.nextInt(4) == 0 ? Next.AGAIN : Next.DONE;
      case 8 -> {
        switchMode();
        yield Next.DONE;
      }
      default -> Next.DONE;
    };
  }

  private Next again(Subject subject, long nowNanos, long interval) {
    long periods = subject.timer.forward(nowNanos, interval);
    long late = nowNanos - subject.softNanos;
    long slack = subject.hardNanos - subject.softNanos;
    check(periods == late / interval + 1, "forward said " + periods, subject);
    subject.softNanos += periods * interval;
    subject.hardNanos = subject.softNanos + slack;
    check(subject.softNanos > nowNanos, "forward is not past now", subject);
    check(subject.timer.expiryNanos() == subject.softNanos, "forwarded", subject);
    return Next.AGAIN;
  }

  private static void check(boolean holds, String what, Subject subject) {
    if (!holds) {
      throw new Violation("STATE", what + ": " + subject);
    }
  }

  /* ---- reports ----------------------------------------------------------------------------- */

  @Override
  public void failed(ClockTimer timer, Throwable thrown) {
    Violation violation =
        thrown instanceof Violation ours ? ours : new Violation("BROKEN", thrown.toString());
    first = first == null ? violation : first;
    host.poison(violation);
  }

  @Override
  public void hang(long spentNanos, long pauseNanos) {
    hung = true;
  }
}

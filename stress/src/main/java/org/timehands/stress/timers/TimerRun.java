package org.timehands.stress.timers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.clockevent.WaitChunks;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockTimer;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.TimerReports;
import org.timehands.timer.Timers;

/**
 * One seeded schedule: arms, cancels, forwards and sets clocks at random, moves virtual time, and
 * holds every expiry against a model.
 *
 * <p>Rules: EARLY (before its clock had come to it), UNARMED (ran though nobody had armed it),
 * ORDER (of its clock's queue), LATE (beyond what rates and the adversary explain), STATE (an
 * answer that is not the model's), ENDLESS (a call that does not end), BROKEN (an exception).
 */
final class TimerRun implements TimerReports {
  private static final ClockId[] CLOCKS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };
  private static final int TIMERS = 12;
  private static final int MANY_TIMERS = 40;
  private static final int OPERATIONS = 60;
  private static final int MOST_RUNS_IN_A_CALL = 10_000;
  private static final long SECOND = 1_000_000_000L;
  private static final int RATE_PPM = 100_000;

  /* The last chunk at the fastest rate, twice, because the rate may change meanwhile. */
  private static final long BOUND_NANOS =
      2 * (WaitChunks.FINAL_NANOS / 1_000_000 * RATE_PPM) + 2_000_000;

  /* The last chunk, and a gap, at the fastest rate. */
  private static final long OVERSLEEP_NANOS =
      (WaitChunks.FINAL_NANOS + VirtualHost.LONG_GAP_NANOS) / 1_000_000 * RATE_PPM + 1000;

  private final SplittableRandom random;
  private final VirtualHost host;
  private final SimulatedDevice device;
  private final Timers timers;
  private final Adversary adversary;
  private final List<Subject> subjects = new ArrayList<>();
  /** On all clocks, or many on two, so that their queues are deep. */
  private final boolean many;
  private final Deque<Runnable> handed = new ArrayDeque<>();
  private long nextRank;
  private int runsInCall;
  private boolean hung;
  private boolean hungBefore;
  private long stolenBefore;
  private final StringBuilder trace;
  /** What a callback threw: what is seen after it may only follow from it. */
  private Violation first;
  long expired;

  TimerRun(long seed, boolean traced) {
    trace = traced ? new StringBuilder() : null;
    random = new SplittableRandom(seed);
    host = new VirtualHost(random);
    device = new SimulatedDevice(host::hostNanos);
    adversary = new Adversary(random);
    Executor later = handed::add;
    timers =
        Timers.byHand(
            host,
            TimerOptions.defaults()
                .withDevices(() -> device)
                .withDeferred(later)
                .withSlowCallbackNanos(SECOND)
                .withReports(this));
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
      adversary.rest();
      advance(20 * SECOND);
      host.monotonicNanos();
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
      default -> advance(span());
    }
  }

  private void setRate() {
    host.setRate(random.nextInt(-RATE_PPM, RATE_PPM + 1) / (1 + random.nextInt(9)));
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
    for (Subject subject : subjects) {
      if (subject.isArmed()) {
        subject.floorNanos = host.peek(subject.clock);
      }
    }
  }

  /** A leap second is announced long enough before it comes. */
  private void planJump() {
    long inNanos = 10 * SECOND + random.nextLong(20 * SECOND);
    host.planJump(inNanos, random.nextBoolean() ? SECOND : -SECOND);
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
    while (device.deadlineNanos() <= Math.max(target, host.peekHost())) {
      host.passTo(device.deadlineNanos());
      host.pass(adversary.lateness());
      timersExpire();
      if (random.nextBoolean()) {
        runHanded();
      }
    }
    host.passTo(target);
    runHanded();
    if (device.deadlineNanos() <= host.peekHost()) {
      advance(0);
    } else if (!hung) {
      subjects.stream()
          .filter(Subject::isArmed)
          .forEach(subject -> lateness(subject, host.peek(subject.clock)));
    }
  }

  private void timersExpire() {
    runsInCall = 0;
    hungBefore = hung;
    hung = false;
    long stolen = host.stolenNanos();
    timers.expire();
    tell("expired");
    stolenBefore = stolen;
    oversleep();
  }

  /**
   * The device wakes before the next timer is due by more than the rates explain: what is asked
   * right after it was programmed, so that nobody can have been descheduled meanwhile.
   */
  private void oversleep() {
    for (Subject subject : subjects) {
      if (!hung && subject.isArmed() && !subject.soft) {
        long remaining = subject.hardNanos - host.peek(subject.clock);
        long wait = device.deadlineNanos() - host.peekHost();
        if (wait > Math.max(0, remaining) + OVERSLEEP_NANOS) {
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
    long allowed = BOUND_NANOS + 2 * (host.stolenNanos() - stolenBefore);
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
    Next next = act(subject, nowNanos);
    subject.running = false;
    if (next == Next.AGAIN && !subject.isArmed()) {
      note(subject, clock, subject.softNanos, subject.hardNanos - subject.softNanos);
    }
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
    if (!subject.soft && runsInCall == 1 && !hungBefore && adversary.rates()) {
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

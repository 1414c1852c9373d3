package org.timehands.timeout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.WaitChunks;
import org.timehands.clocksource.IntervalCounter;
import org.timehands.mischief.Mischief;
import org.timehands.timekeeping.ClockId;

/** One wheel with its mailbox and coarse clock: any thread sends, one owner looks and runs. */
final class Shard {
  /*
   * field    | read           | write          | guard
   * wakeTick | volatile       | CAS, volatile  | none: whoever turns it to AWAKE wakes the device
   * closed   | volatile       | volatile       | none: set before the last request
   * over     | owner          | owner          | none: set when the last request is answered
   * request  | volatile       | volatile       | Timeouts' lock; the owner answers it
   * ahead    | -              | owner          | none
   * WAKE_TICK | -             | -              | -
   *
   * Sleep. The owner says until when it sleeps, then looks into the mailbox; who sends pushes, then
   * reads until when the owner sleeps. One of them sees the other. What need not run before the
   * owner wakes anyhow wakes nobody, unless a thousand messages lie there.
   *
   *   owner: wakeTick = until; mailbox empty?      sender: push; deadline < wakeTick? wake
   */
  static final long AWAKE = Long.MIN_VALUE;
  private static final int MAIL_DEPTH = 1024;
  private static final int LOOKS_PER_CALLBACK = 8;
  /** Devices stand still in a suspend, and nobody says that a clock which does not has leapt. */
  private static final long BLIND_WAIT_NANOS = 1_000_000_000;
  /** How long the owner sleeps at most while deferrable ones are filed: else words grow too old. */
  private static final long LONGEST_SLEEP_TICKS = 1L << 26;
  /** How long a round lasts at least before its end, be a tick as short as it may. */
  private static final long SHORTEST_ROUND_NANOS = 100_000;
  private static final long UNREAD = Long.MIN_VALUE;
  private static final VarHandle WAKE_TICK;

  static {
    try {
      WAKE_TICK = MethodHandles.lookup().findVarHandle(Shard.class, "wakeTick", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final int index;
  private final TimeoutsOptions options;
  private final LongSupplier nanos;
  private final IntervalCounter meter;
  private final ClockEventDevice device;
  final CoarseClock clock;
  private final Mailbox mailbox = new Mailbox();
  private final Lane urgent;
  private final Lane deferrable;
  private final long reachTicks;
  private final long longestWaitNanos;
  private final long roundNanos;
  private final TimeoutCounts counts = new TimeoutCounts();
  private volatile long wakeTick = AWAKE;
  private volatile boolean closed;
  private boolean over;
  private boolean interrupted;
  /** Why some of the mail could not be filed in this round, or null. */
  private Throwable noPlace;
  @SuppressWarnings("UnusedVariable") // keeps what was read ahead from being left out
  private long ahead;
  private volatile Request request;

  Shard(
      Object house,
      int index,
      TimeoutsOptions options,
      LongSupplier nanos,
      IntervalCounter meter,
      ClockEventDevice device) {
    this.index = index;
    this.options = options;
    this.nanos = nanos;
    this.meter = meter;
    this.device = device;
    this.clock = new CoarseClock(house, nanos, options.tickNanos());
    this.urgent = new Lane(clock.firstTick());
    this.deferrable = new Lane(clock.firstTick());
    this.reachTicks = urgent.wheel.reachTicks();
    boolean leaps = options.clock() == ClockId.BOOTTIME;
    this.longestWaitNanos = leaps ? BLIND_WAIT_NANOS : Long.MAX_VALUE;
    this.roundNanos = Math.max(options.tickNanos(), SHORTEST_ROUND_NANOS);
  }

  // --- any thread --------------------------------------------------------------------------------

  /** The tick to count a delay from, if nobody has used the coarse clock's yet. */
  long firstTick(long tick) {
    if (tick == CoarseClock.ASLEEP) {
      return fineTick();
    }
    clock.use(tick);
    return tick;
  }

  private long fineTick() {
    long tick = clock.fineTick();
    if (clock.isWanted(tick)) {
      wake();
    }
    return tick;
  }

  long looksAt(long deadlineTicks, long fromTick) {
    return Wheel.looksAt(deadlineTicks, fromTick, reachTicks);
  }

  long nanosOf(long tick) {
    return clock.nanosOf(tick);
  }

  long leaptTicks() {
    return clock.leaptTicks();
  }

  /** Asks the owner to look at a timeout; wakes it if it would sleep too long. */
  void mail(SharedTimeout timeout, long deadlineTicks) {
    int depth = timeout.markMailed() ? mailbox.push(timeout) : 1;
    if (Mischief.ON) {
      Mischief.point("timeout.mailed");
    }
    if (wakesFor(timeout, deadlineTicks) || (depth & (MAIL_DEPTH - 1)) == 0) {
      wake();
    }
  }

  /**
   * What was armed anew while this message was on its way counts as well: whoever did that found it
   * marked as sent, and may have woken the owner before it lay here.
   */
  void mailed(SharedTimeout timeout, long deadlineTicks) {
    if (wakesFor(timeout, deadlineTicks)) {
      wake();
    }
  }

  private boolean wakesFor(SharedTimeout timeout, long deadlineTicks) {
    long until = wakeTick;
    if (timeout.isDeferrable()) {
      // Of an owner that has none filed, and so sleeps for longer than it may with one.
      return until != AWAKE && deadlineTicks < until - LONGEST_SLEEP_TICKS;
    }
    return deadlineTicks < until || clock.hasLeapt(deadlineTicks);
  }

  /** Asks the owner to free the place of one that was cancelled; that has time. */
  void leave(SharedTimeout timeout) {
    if (!closed) {
      mail(timeout, Long.MAX_VALUE);
    }
  }

  void wake() {
    long until = wakeTick;
    if (Mischief.ON) {
      Mischief.point("timeout.wake");
    }
    if (until != AWAKE && WAKE_TICK.compareAndSet(this, until, AWAKE)) {
      device.kick();
    }
  }

  void send(Request wanted) {
    closed |= wanted.close;
    if (Mischief.ON) {
      Mischief.point("timeout.closed");
    }
    request = wanted;
    wake();
  }

  boolean isClosed() {
    return closed;
  }

  /** What to give {@link #call}, before a callback: that runs, whatever fails here. */
  long metered() {
    try {
      return meter.read();
    } catch (Throwable broken) { // no memory, or the clock of who polls by hand
      return UNREAD;
    }
  }

  /**
   * Calls a callback, and reports what it throws and whether it takes long.
   *
   * @param before the meter before it
   * @return the meter after it
   */
  long call(SharedTimeout timeout, Consumer<? super Timeout> callback, long before) {
    try {
      callback.accept(timeout);
    } catch (Throwable thrown) { // nobody else may suffer from it
      failed(callback, thrown);
    }
    long after = meter.read();
    long tookNanos = before == UNREAD ? 0 : meter.nanos(after - before);
    if (tookNanos < options.slowNanos()) {
      return after;
    }
    slow(callback, tookNanos);
    return meter.read();
  }

  private void slow(Object callback, long tookNanos) {
    counts.count(TimeoutCounts.SLOW);
    try {
      options.listener().slow(callback, tookNanos);
    } catch (Throwable ofTheListener) { // other languages check none
      counts.count(TimeoutCounts.FAILED);
    }
  }

  private void failed(Object callback, Throwable thrown) {
    counts.count(TimeoutCounts.FAILED);
    try {
      options.listener().failed(callback, thrown);
    } catch (Throwable ofTheListener) { // other languages check none
      counts.count(TimeoutCounts.FAILED);
    }
  }

  TimeoutStats stats() {
    return counts.stats(clock.lateTicks());
  }

  // --- the owner ---------------------------------------------------------------------------------

  private Lane lane(SharedTimeout timeout) {
    return timeout.isDeferrable() ? deferrable : urgent;
  }

  /**
   * One round: moves the clock, reads the mail, runs what is due up to the budget.
   *
   * @return the tick until which there is nothing to do; {@link #AWAKE} if there is more at once,
   *     {@link Long#MAX_VALUE} if nothing is armed
   */
  long poll() {
    long tick = clock.advance();
    collect(tick);
    readMail();
    collect(tick);
    if (look() && !clock.stays() && nanos.getAsLong() - nanosOf(tick) > 2 * options.tickNanos()) {
      counts.add(TimeoutCounts.HANGS, 1);
    }
    counts.set(TimeoutCounts.PLACES, (long) urgent.wheel.size() + deferrable.wheel.size());
    answerNow();
    boolean isCaughtUp = !urgent.wheel.hasDue() && !deferrable.wheel.hasCollected();
    // What came since the mail was read is no older than this round.
    if (isCaughtUp && noPlace == null) {
      clock.caughtUp();
    }
    // What callbacks armed lies in the mailbox: only the next round knows when it is due.
    if (!isCaughtUp || !mailbox.isEmpty() || clock.stays()) {
      return AWAKE;
    }
    boolean ticking = clock.keepTicking();
    long next = urgent.wheel.size() == 0 ? Long.MAX_VALUE : urgent.wheel.nextTicks();
    if (deferrable.wheel.size() > 0) {
      next = Math.min(next, tick + LONGEST_SLEEP_TICKS);
    }
    return ticking ? Math.min(next, tick + 1) : next;
  }

  boolean hasMail() {
    return !mailbox.isEmpty();
  }

  /** Throws why some of the mail lies there still, when all the rest of the round is done. */
  void complain() {
    Throwable thrown = noPlace;
    noPlace = null;
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown instanceof RuntimeException full) {
      throw full;
    }
  }

  /** One round, and the sleep after it. */
  void turn() {
    long next = poll();
    complain();
    if (next != AWAKE && !over) {
      sleep(next);
    }
  }

  private void collect(long tick) {
    urgent.wheel.collect(tick);
    deferrable.wheel.collect(tick);
  }

  private void readMail() {
    int count = mailbox.take();
    for (int i = 0; i < count; i++) {
      SharedTimeout timeout = mailbox.next();
      // To look for memory in vain is dear: one asks in each round; some may need none.
      boolean settled = noPlace == null || timeout.entry != Wheel.NONE;
      try {
        if (settled) {
          settle(timeout);
        }
      } catch (Throwable thrown) { // there is no memory, or the wheel is full
        noPlace = thrown;
        settled = false;
      }
      if (!settled && timeout.markMailed()) {
        mailbox.push(timeout); // the next round tries again
      }
    }
    if (count > 0) {
      counts.add(TimeoutCounts.MESSAGES, count);
    }
  }

  /** Brings a timeout's place in line with its word; see the ground rules of SharedTimeout. */
  private void settle(SharedTimeout timeout) {
    Lane lane = lane(timeout);
    long place = timeout.looksAt;
    long word = timeout.word;
    if (SharedTimeout.isArmed(word)) {
      long off = timeout.later();
      long deadline = clock.deadline(word, off);
      if (place == SharedTimeout.NOT_FILED) {
        timeout.looksSooner(lane.file(timeout, deadline));
      } else if (looksAt(deadline, lane.wheel.clock()) < place) {
        lane.wheel.unfile(timeout.entry);
        timeout.looksSooner(lane.file(timeout, deadline));
      }
      if (deadline - lane.wheel.clock() > 0) {
        renew(timeout, word, off, deadline);
      }
    } else if (word == SharedTimeout.CLOSED) {
      lane.drop(timeout);
      timeout.looksNowhere();
    } // else cancelled, but kept: most are armed again before the place is due
  }

  /**
   * Looks at what was collected and runs what is due, up to the budget, and for a tick: then others
   * want to be heard.
   *
   * @return whether any ran
   */
  private boolean look() {
    int ran = 0;
    int looks = 0;
    long before = UNREAD;
    long began = UNREAD;
    while (ran < options.budget() && looks < LOOKS_PER_CALLBACK * options.budget()) {
      if (looks % Lane.AHEAD == 0) {
        ahead = urgent.readAhead();
      }
      SharedTimeout timeout = urgent.poll();
      timeout = timeout == null ? deferrable.poll() : timeout;
      if (timeout == null) {
        break;
      }
      looks++;
      Consumer<? super Timeout> callback = due(timeout);
      if (callback == null) {
        before = UNREAD; // what this look took is nobody's
        continue;
      }
      ran++;
      if (before == UNREAD) {
        before = metered();
        began = began == UNREAD ? before : began;
      }
      // One read for two: the end of a callback is the beginning of the next.
      before = run(timeout, callback, before);
      if (meter.nanos(before - began) >= roundNanos) {
        break;
      }
    }
    calm();
    counts.add(TimeoutCounts.LOOKS, looks);
    counts.add(TimeoutCounts.EXPIRED, ran);
    return ran > 0;
  }

  /**
   * Decides about one that was taken out of its bucket; its callback if it is to run and nobody can
   * keep it from that any more, or null.
   */
  private Consumer<? super Timeout> due(SharedTimeout timeout) {
    Lane lane = lane(timeout);
    while (true) {
      long word = timeout.word;
      long off = timeout.later();
      long place = SharedTimeout.NOT_FILED;
      long deadline = 0;
      if (SharedTimeout.isArmed(word)) {
        deadline = clock.deadline(word, off);
        if (deadline - lane.wheel.clock() <= 0) {
          // Before the word is changed: who shuts it down later answers that it was not pending,
          // and takes the callback from the timeout.
          Consumer<? super Timeout> callback = timeout.callback();
          timeout.looksNowhere();
          if (timeout.change(word, timeout.over())) {
            lane.drop(timeout);
            timeout.taken();
            return callback;
          }
          continue;
        }
        place = looksAt(deadline, lane.wheel.clock());
      }
      timeout.looksLater(place);
      if (timeout.isStill(word, off) && renew(timeout, word, off, deadline)) {
        if (place == SharedTimeout.NOT_FILED) {
          lane.drop(timeout);
        } else {
          lane.wheel.putBack(timeout.entry, deadline);
        }
        return null;
      }
    }
  }

  /**
   * Counts old words from a tick of now, before they are older than they can tell; false if
   * somebody else has changed what it is armed for. How far it was put off is in the new word.
   */
  private boolean renew(SharedTimeout timeout, long word, long off, long deadline) {
    if (!SharedTimeout.isArmed(word)) {
      return true;
    }
    boolean isOffOld = off != 0 && clock.isOld(off);
    // If the put-off is over, the word stays: it may tell of a leap that has yet to be seen.
    if (clock.isOld(word) || (isOffOld && deadline != clock.deadline(word))) {
      long now = urgent.wheel.clock();
      long from = now - CoarseClock.SLACK_TICKS;
      long delay = deadline - now - clock.extra(from);
      if (!timeout.change(word, SharedTimeout.word(from, Math.max(1, delay)))) {
        return false;
      }
    }
    // Not before it is old: whoever armed anew may have put off again by the very same word.
    if (isOffOld) {
      timeout.forgetLater(off);
    }
    return true;
  }

  /** What interrupts the thread is no business of the next callback. */
  private void calm() {
    interrupted |= Thread.interrupted();
  }

  /** Whether the thread that polls was interrupted since this was asked last. */
  boolean wasInterrupted() {
    boolean was = interrupted;
    interrupted = false;
    return was;
  }

  /** Runs one here, or hands it over; answers the meter after that. */
  private long run(SharedTimeout timeout, Consumer<? super Timeout> callback, long before) {
    calm();
    if (options.executor() == null) {
      return call(timeout, callback, before);
    }
    HandedRun handed = null;
    try {
      handed = new HandedRun(timeout, callback);
      options.executor().execute(handed);
    } catch (Throwable refused) { // "unable to create native thread" is one
      failed(callback, refused);
      calm();
      if (handed == null) {
        return call(timeout, callback, before);
      }
      handed.run();
    }
    return meter.read();
  }

  /** Answers a request, if there is one; if there is no memory for that, nothing has happened. */
  void answerNow() {
    Request wanted = request;
    if (wanted != null) {
      Consumer<SharedTimeout> taker = timeout -> end(timeout, wanted);
      int mail = mailbox.take();
      int most = urgent.wheel.size() + deferrable.wheel.size() + mail;
      wanted.pending.ensureCapacity(wanted.pending.size() + most);
      request = null;
      answer(wanted, taker);
    }
  }

  /** The same for the thread that sent it and polls: nobody else would hear what was taken. */
  void answerOwn(Request wanted) {
    try {
      answerNow();
    } finally {
      request = wanted.close ? request : null;
    }
  }

  /** Takes everything out. */
  private void answer(Request wanted, Consumer<SharedTimeout> taker) {
    for (SharedTimeout each = mailbox.next(); each != null; each = mailbox.next()) {
      taker.accept(each);
    }
    urgent.takeAll(taker);
    deferrable.takeAll(taker);
    counts.set(TimeoutCounts.PLACES, 0L);
    over |= wanted.close;
    wanted.done.countDown();
  }

  private void end(SharedTimeout timeout, Request wanted) {
    lane(timeout).drop(timeout);
    timeout.looksLater(SharedTimeout.NOT_FILED);
    long word = timeout.word;
    while (word != SharedTimeout.CLOSED) {
      if (timeout.change(word, wanted.close ? SharedTimeout.CLOSED : timeout.over())) {
        if (SharedTimeout.isArmed(word)) {
          wanted.pending.add(timeout);
        }
        return;
      }
      word = timeout.word;
    }
  }

  /** Waits until a tick, or until woken; may return early. */
  void sleep(long untilTick) {
    if (Mischief.ON) {
      Mischief.point("timeout.drowsy");
    }
    wakeTick = untilTick;
    if (Mischief.ON) {
      Mischief.point("timeout.sleep");
    }
    if (mailbox.isEmpty() && request == null) {
      device.program(wakeAt(untilTick));
      device.await();
      counts.add(TimeoutCounts.WAKES, 1);
    }
    wakeTick = AWAKE;
  }

  /**
   * When the device has to wake the owner for a tick: its clock is read first, so that whatever
   * comes in between makes the wait too short, and a long wait is cut, since the clocks' rates
   * differ (A25).
   */
  private long wakeAt(long untilTick) {
    if (untilTick == Long.MAX_VALUE) {
      return ClockEventDevice.NEVER;
    }
    long deviceNanos = device.nowNanos();
    long wait = nanosOf(untilTick) - nanos.getAsLong();
    long most = Math.min(longestWaitNanos, device.maxDeltaNanos());
    return deviceNanos + Math.min(WaitChunks.next(Math.max(0, wait)), most);
  }

  void closeDevice() {
    device.close();
  }

  /** Whether nobody would be heard any more: closed, and the last request is answered. */
  boolean isOver() {
    return over;
  }
}

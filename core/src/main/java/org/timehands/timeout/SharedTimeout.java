package org.timehands.timeout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.timehands.mischief.Mischief;

/** The timeout of a {@link Timeouts}: any thread arms and cancels it, its shard's owner runs it. */
final class SharedTimeout extends TimeoutHead implements Timeout {
  /*
   * Ground rules
   *
   * One word says whether it is armed and until when; whoever changes it by compare-and-set has
   * decided. The owner of the shard runs it after it has changed the word from armed to idle; a
   * cancel that changed the word first has kept it from running. So each arming ends once.
   *
   *   IDLE --arm--> ARMED --arm--> ARMED'      any thread
   *   ARMED --cancel--> IDLE (a kept one), CLOSED (one of a single call)
   *   ARMED --due--> IDLE, CLOSED              the owner, then it runs
   *   any --close--> CLOSED                    for ever
   *
   * Where the owner will look at it stands beside the word: looksAt, NOT_FILED if nowhere. Who arms
   * writes the word, then reads looksAt: if the owner looks there no later, that is all (the hot
   * path); else a message goes to the owner's mailbox. The owner may say at any time that it looks
   * sooner: who has not seen that sends a message too many. When it is to look later, or nowhere,
   * it says so first, and then reads the words again. The two orders exclude that both miss each
   * other:
   *
   *   arms: word = ARMED(d); read looksAt          owner: looksAt = later; read word, later
   *
   * (drop either order and TimeoutInterleavingTest finds an arming that never runs). When it runs
   * what is due, the change of the word is that second look: who finds the word changed finds
   * looksAt changed as well. A message says only "look at me"; one too many does nothing.
   *
   * Beside the word stands a second one, later: how far it was put off since, by a store that
   * nobody answers. What is due is the later of the two, so that who puts off need not decide
   * anything: no compare-and-set, no fence, no message, since the owner looks no later than for the
   * word alone. It belongs to the arming that it met. Who arms anew takes away what stood there:
   *
   *   arms: seen = later; word = ARMED(d); later: seen -> 0; read looksAt
   *
   * In this order nothing runs too early in between: the owner sees the old word with the old
   * later, or the new one with more than it asked for; then the last read finds that it looked.
   *
   * field    | read            | write             | guard
   * word     | volatile        | CAS               | none
   * looksAt  | volatile        | owner: volatile to later, else release | none
   * later    | opaque, owner: volatile | opaque; CAS to 0 | none: 0, or as the word
   * mailed   | plain, owner    | volatile exchange | who turns it on pushes, the owner turns it off
   * nextMail | plain, owner    | plain             | published by the push of the mailbox
   * attachment | acquire       | release           | none
   * WORD, LATER, LOOKS_AT, MAILED, ATTACHMENT | - | - | -
   */
  static final long IDLE = 0;
  static final long CLOSED = -1;
  static final long NOT_FILED = Long.MAX_VALUE;

  /** Bits of the word that hold the tick it was counted from; the rest is the delay. */
  static final int TICK_BITS = 29;

  /**
   * How far a word's tick may be ahead of whoever reads it; the rest is for its age. An owner that
   * has anything to do sleeps for 2^27 ticks at most, and is hardly later.
   */
  static final long AHEAD_TICKS = (1L << 27) + (1L << 22);

  /** Longest delay in ticks. */
  static final long MAX_DELAY_TICKS = (1L << (Long.SIZE - 1 - TICK_BITS)) - 4;

  static final int ONCE = 1;
  static final int DEFERRABLE = 2;

  private static final long TICK_MASK = (1L << TICK_BITS) - 1;
  private static final VarHandle WORD;
  private static final VarHandle LATER;
  private static final VarHandle LOOKS_AT;
  private static final VarHandle MAILED;
  private static final VarHandle ATTACHMENT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WORD = lookup.findVarHandle(SharedTimeout.class, "word", long.class);
      LATER = lookup.findVarHandle(SharedTimeout.class, "later", long.class);
      LOOKS_AT = lookup.findVarHandle(SharedTimeout.class, "looksAt", long.class);
      MAILED = lookup.findVarHandle(SharedTimeout.class, "mailed", boolean.class);
      ATTACHMENT = lookup.findVarHandle(SharedTimeout.class, "attachment", Object.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final Shard shard;
  private final byte traits;
  volatile long word;
  volatile long looksAt = NOT_FILED;
  private boolean mailed;
  /** The mailbox's link, and how many messages lay there, modulo 2^16. */
  SharedTimeout nextMail;
  char mailDepth;
  /** The owner's: its entry in the wheel, or Wheel.NONE. */
  int entry = Wheel.NONE;
  private Consumer<? super Timeout> callback;
  @SuppressWarnings("UnusedVariable") // by its handle
  private Object attachment;

  SharedTimeout(Shard shard, Consumer<? super Timeout> callback, int traits) {
    super(shard.clock);
    this.shard = shard;
    this.callback = callback;
    this.traits = (byte) traits;
  }

  boolean isOnce() {
    return (traits & ONCE) != 0;
  }

  /** The word when this has run or was cancelled. */
  long over() {
    return isOnce() ? CLOSED : IDLE;
  }

  boolean isDeferrable() {
    return (traits & DEFERRABLE) != 0;
  }

  /** The tick to count a delay from. */
  long tick() {
    return tick(clock);
  }

  /** The same by its clock, for who has that at hand. */
  long tick(CoarseClock its) {
    long tick = its.tick();
    return its.isUsed(tick) ? tick : shard.firstTick(tick);
  }

  // --- the word ----------------------------------------------------------------------------------

  static boolean isArmed(long word) {
    return word > IDLE;
  }

  static long word(long tick, long delayTicks) {
    return (delayTicks << TICK_BITS) | (tick & TICK_MASK);
  }

  /**
   * The tick that an armed word counts from: less than AHEAD_TICKS after another one, or up to 2^29
   * - AHEAD_TICKS before it.
   */
  static long tick(long word, long nearTick) {
    long last = nearTick + AHEAD_TICKS - 1;
    return last - ((last - word) & TICK_MASK);
  }

  static long delay(long word) {
    return word >>> TICK_BITS;
  }

  boolean change(long from, long to) {
    if (Mischief.ON) {
      Mischief.point("timeout.word");
    }
    return WORD.compareAndSet(this, from, to);
  }

  /**
   * Arms, counted from a tick of the shard's clock.
   *
   * @return the word before; CLOSED if it was not armed
   */
  long arm(long fromTick, long delayTicks) {
    long fresh = word(fromTick, delayTicks);
    long seen = later();
    long before = word;
    while (before != CLOSED && !change(before, fresh)) {
      before = word;
    }
    if (before == CLOSED) {
      return CLOSED;
    }
    forgetLater(seen);
    return armed(before, fromTick, delayTicks);
  }

  /** Puts off until a tick of the shard's clock and so much more, whatever it is armed for. */
  void putOff(long fromTick, long delayTicks) {
    if (Mischief.ON) {
      Mischief.point("timeout.later");
    }
    LATER.setOpaque(this, word(fromTick, delayTicks));
  }

  /** Until when it was put off, as a word; 0 if it was not. */
  long later() {
    if (Mischief.ON) {
      Mischief.point("timeout.later.read");
    }
    return (long) LATER.getOpaque(this);
  }

  /** Whether its words are what they were, to the owner, after looksLater. */
  boolean isStill(long was, long wasLater) {
    if (word != was) {
      return false;
    }
    if (Mischief.ON) {
      Mischief.point("timeout.later.again");
    }
    return (long) LATER.getVolatile(this) == wasLater;
  }

  // --- where the owner looks, for the owner ------------------------------------------------------

  /** Says that it looks sooner, or at all. */
  void looksSooner(long place) {
    if (Mischief.ON) {
      Mischief.point("timeout.looks.sooner");
    }
    LOOKS_AT.setRelease(this, place);
  }

  /** Says that it looks later, or nowhere; the words must be read again after that. */
  void looksLater(long place) {
    if (Mischief.ON) {
      Mischief.point("timeout.looks.later");
    }
    looksAt = place;
    if (Mischief.ON) {
      Mischief.point("timeout.again");
    }
  }

  /** Says that it looks nowhere, right before it changes the word, or when nobody arms any more. */
  void looksNowhere() {
    if (Mischief.ON) {
      Mischief.point("timeout.nowhere");
    }
    LOOKS_AT.setRelease(this, NOT_FILED);
  }

  // --- arming ------------------------------------------------------------------------------------

  /** Takes away how far it was put off, unless that has changed. */
  void forgetLater(long seen) {
    if (seen != 0) {
      if (Mischief.ON) {
        Mischief.point("timeout.later.forget");
      }
      LATER.compareAndSet(this, seen, 0L);
    }
  }

  /**
   * Tells the owner of an arming if it would look too late.
   *
   * @return the word before; CLOSED if there is no owner any more, and this is closed now
   */
  long armed(long before, long fromTick, long delayTicks) {
    if (Mischief.ON) {
      Mischief.point("timeout.armed");
    }
    long deadline = fromTick + CoarseClock.SLACK_TICKS + delayTicks;
    long looks = looksAt;
    if (deadline < looks && shard.looksAt(deadline, fromTick) < looks) {
      // Nobody empties the mailbox of a closed shard.
      if (!shard.isClosed()) {
        shard.mail(this, deadline);
        long now = word;
        if (now != word(fromTick, delayTicks) && isArmed(now)) {
          shard.mailed(this, tick(now, fromTick) + CoarseClock.SLACK_TICKS + delay(now));
        }
      }
      // The last look into the mailbox comes after the shard is closed: so who finds it open is
      // heard, and who finds it closed takes the arming back, unless it was drained already.
      if (shard.isClosed() && change(word(fromTick, delayTicks), CLOSED)) {
        return CLOSED;
      }
    }
    return before;
  }

  /** Closes it for good; answers the word before. */
  long close() {
    long before = word;
    while (before != CLOSED && !change(before, CLOSED)) {
      before = word;
    }
    if (before != CLOSED) {
      forget();
      shard.leave(this);
    }
    return before;
  }

  /** Marks it as being in the mailbox; false if it is there already. */
  boolean markMailed() {
    if (Mischief.ON) {
      Mischief.point("timeout.mark");
    }
    return !(boolean) MAILED.getAndSet(this, true);
  }

  void unmarkMailed() {
    if (Mischief.ON) {
      Mischief.point("timeout.unmark");
    }
    assert mailed : "taken from a mailbox it was not in";
    MAILED.getAndSet(this, false);
  }

  // --- what users see ----------------------------------------------------------------------------

  @Override
  public boolean cancel() {
    long before = word;
    while (isArmed(before)) {
      if (change(before, over())) {
        if (isOnce()) {
          forget();
          shard.leave(this);
        }
        return true;
      }
      before = word;
    }
    return false;
  }

  @Override
  public boolean isPending() {
    return isArmed(word);
  }

  @Override
  public long expires() {
    long now = word;
    if (!isArmed(now)) {
      return TimeoutWheel.NEVER;
    }
    long off = later();
    return off == 0
        ? clock.expiresNanos(now)
        : Math.max(clock.expiresNanos(now), clock.expiresNanos(off));
  }

  @Override
  public void attach(Object attached) {
    ATTACHMENT.setRelease(this, attached);
  }

  @Override
  public Object attachment() {
    return ATTACHMENT.getAcquire(this);
  }

  private void forget() {
    callback = null;
    ATTACHMENT.setRelease(this, null);
  }

  // --- for the owner -----------------------------------------------------------------------------

  /** What runs; null once this was shut down or cancelled for good. */
  Consumer<? super Timeout> callback() {
    return callback;
  }

  /** It is about to run, and the owner has its callback. */
  void taken() {
    if (isOnce()) {
      callback = null;
    }
  }

  @Override
  public String toString() {
    return "Timeout[" + (isPending() ? "expires " + expires() + " ns" : "not pending") + "]";
  }
}

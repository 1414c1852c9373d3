package org.timehands.timeout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.timehands.mischief.Mischief;

/** The timeout of a {@link Timeouts}: any thread arms and cancels it, its shard's owner runs it. */
final class SharedTimeout implements Timeout, Runnable {
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
   * path); else a message goes to the owner's mailbox. The owner writes NOT_FILED, then reads the
   * word, then files it and says where. The two orders exclude that both miss each other:
   *
   *   arms: word = ARMED(d); read looksAt          owner: looksAt = NOT_FILED; read word
   *
   * (drop either order and TimeoutInterleavingTest finds an arming that never runs). A message says
   * only "look at me"; one too many does nothing.
   *
   * field    | read            | write             | guard
   * word     | volatile        | CAS               | none
   * looksAt  | volatile        | volatile, owner   | none
   * mailed   | plain, owner    | volatile exchange | who turns it on pushes, the owner turns it off
   * nextMail | plain, owner    | plain             | published by the push of the mailbox
   * attachment | volatile      | volatile          | none
   * WORD, MAILED | -           | -                 | -
   */
  static final long IDLE = 0;
  static final long CLOSED = -1;
  static final long NOT_FILED = Long.MAX_VALUE;

  /** Bits of the word that hold the tick it was counted from; the rest is the delay. */
  static final int TICK_BITS = 29;

  /** Longest delay in ticks. */
  static final long MAX_DELAY_TICKS = (1L << (Long.SIZE - 1 - TICK_BITS)) - 4;

  static final int ONCE = 1;
  static final int DEFERRABLE = 2;

  private static final long TICK_MASK = (1L << TICK_BITS) - 1;
  private static final VarHandle WORD;
  private static final VarHandle MAILED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WORD = lookup.findVarHandle(SharedTimeout.class, "word", long.class);
      MAILED = lookup.findVarHandle(SharedTimeout.class, "mailed", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final Shard shard;
  private final int traits;
  volatile long word;
  volatile long looksAt = NOT_FILED;
  private int mailed;
  /** The mailbox's link, and how many messages lay there when this one came. */
  SharedTimeout nextMail;
  int mailDepth;
  /** The owner's: its entry in the wheel, or Wheel.NONE. */
  int entry = Wheel.NONE;
  private Consumer<? super Timeout> callback;
  private volatile Object attachment;

  SharedTimeout(Shard shard, Consumer<? super Timeout> callback, int traits) {
    this.shard = shard;
    this.callback = callback;
    this.traits = traits;
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

  // --- the word ----------------------------------------------------------------------------------

  static boolean isArmed(long word) {
    return word > IDLE;
  }

  static long word(long tick, long delayTicks) {
    return (delayTicks << TICK_BITS) | (tick & TICK_MASK);
  }

  /** The tick that an armed word counts from, within 2^28 ticks of another one. */
  static long tick(long word, long nearTick) {
    int unused = Long.SIZE - TICK_BITS;
    long ahead = ((word - nearTick) << unused) >> unused;
    return nearTick + ahead;
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
    long before = word;
    while (before != CLOSED && !change(before, fresh)) {
      before = word;
    }
    return before == CLOSED ? CLOSED : armed(before, fromTick, delayTicks);
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
      shard.mail(this, deadline);
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
    return (int) MAILED.getAndSet(this, 1) == 0;
  }

  void unmarkMailed() {
    if (Mischief.ON) {
      Mischief.point("timeout.unmark");
    }
    assert mailed == 1 : "taken from a mailbox it was not in";
    MAILED.getAndSet(this, 0);
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
    return isArmed(now) ? shard.expiresNanos(now) : TimeoutWheel.NEVER;
  }

  @Override
  public void attach(Object attached) {
    attachment = attached;
  }

  @Override
  public Object attachment() {
    return attachment;
  }

  private void forget() {
    callback = null;
    attachment = null;
  }

  // --- running -----------------------------------------------------------------------------------

  /** Runs the callback, on the owner's thread or an executor's; whatever it throws is reported. */
  @Override
  public void run() {
    Consumer<? super Timeout> called = callback;
    if (called == null) {
      return; // closed for good after it became due
    }
    shard.call(this, called);
    if (isOnce()) {
      callback = null;
    }
  }

  @Override
  public String toString() {
    return "Timeout[" + (isPending() ? "expires " + expires() + " ns" : "not pending") + "]";
  }
}

package org.timehands.timer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The queue of one clock of one shard: timers in the order of their hard expiries, and of their
 * arming where these are equal. A 4-ary heap of places, which timers keep while they are cancelled
 * or armed for later.
 *
 * <p>Not thread-safe: the shard's lock guards it, save for the {@link #counts}.
 */
/*
 * Whoever cancels or arms one of many timers waits for memory: so it touches that timer and no
 * other. A place has a key of its own, (nanoseconds, rank), that is never later than its timer's:
 *
 *   cancel          the place stays, and is idle
 *   arm for later   the place stays, and is behind: its rank is not the timer's any more
 *   arm for sooner  the place rises at once
 *
 * The first two need not even the lock, in a queue that frees its timers: see TimerHead.
 *
 * Whoever asks for the first timer cleans the top: idle places go, places that are behind sink to
 * their timers' keys, until the top is neither. That timer is the first, since all the other places
 * are later, and the timers not before their places. A place sinks once at most for each time that
 * its timer was armed. Without this a timer that was moved would run at the old instant, or one
 * that was cancelled at all (TimerHeapTest, TimerCampaignTest).
 *
 * Idle places hold memory. There are about as many of them as armed timers at most, and some
 * dozens, as far as a sample tells (QueueCounts): beyond that those go that are found by going
 * round the array, a piece at a time. So nobody waits for all places to be gone through (as a
 * rebuild would).
 *
 * Keys stand beside the timers, where the four to choose from are neighbours: 20 bytes a place, and
 * up to twice as much until the arrays grow again.
 */
final class TimerHeap {
  /** The position of a timer that has no place. */
  static final int NONE = -1;

  /** More places than this are refused: with their timers they would take 6 GiB. */
  static final int LIMIT = 1 << 26;

  /** How many places are looked at, at most, to find idle ones: two to four times what it takes. */
  private static final int LOOKS = 128;

  private static final int ARITY_SHIFT = 2;
  private static final int FIRST_CAPACITY = 16;

  /** A place, or the timer of one, on the way to the first timers. */
  private record Seen(long key, long rank, ClockTimer timer, int place)
      implements Comparable<Seen> {
    @Override
    public int compareTo(Seen other) {
      return key != other.key ? Long.compare(key, other.key) : Long.compare(rank, other.rank);
    }
  }

  private final boolean frees;
  /** What may be read and counted without the lock. */
  final QueueCounts counts = new QueueCounts();
  private ClockTimer[] timers = new ClockTimer[FIRST_CAPACITY];
  /** Nanoseconds and rank of each place, in turn. */
  private long[] keys = new long[2 * FIRST_CAPACITY];
  private int places;
  private int sweep;

  /**
   * An empty queue.
   *
   * @param frees whether timers that have a place here are armed and cancelled without the lock
   */
  TimerHeap(boolean frees) {
    this.frees = frees;
  }

  /**
   * How many of the timers in some places are armed: counted when somebody asks, which is seldom,
   * and not by who arms and cancels. Others may do that meanwhile.
   */
  int armed(int from, int end) {
    int armed = 0;
    for (int place = from; place < Math.min(end, places); place++) {
      armed += isArmed(timers[place]) ? 1 : 0;
    }
    return armed;
  }

  private static boolean isArmed(ClockTimer timer) {
    long word = timer.word();
    return TimerHead.isFree(word)
        ? TimerHead.isArmed(word)
        : timer.state == ClockTimer.QUEUED;
  }

  /** How many places there are, with the idle ones. */
  int places() {
    return places;
  }

  /** The rank that the next timer gets: every timer that is queued now has a smaller one. */
  long nextRank() {
    return counts.nextRank();
  }

  // --- who decides -------------------------------------------------------------------------------

  /** Takes hold of a timer: from now on its fields are true, and nobody changes them. */
  static void hold(ClockTimer timer) {
    long seen = timer.word();
    while (TimerHead.isFree(seen)) {
      if (timer.change(seen, TimerHead.HELD)) {
        timer.state = TimerHead.isArmed(seen) ? ClockTimer.QUEUED : ClockTimer.IDLE;
        timer.counted = TimerHead.isCounted(seen);
        timer.softNanos = TimerHead.nanos(seen);
        return;
      }
      seen = timer.word();
    }
  }

  /** Lets go of a timer that is held, if its place is here and others may decide about it. */
  void release(ClockTimer timer) {
    boolean free =
        frees
            && timer.position != NONE
            && timer.runner == null
            && timer.state != ClockTimer.DEFERRED
            && timer.slackNanos() == 0
            && TimerHead.fits(timer.softNanos);
    if (free) {
      timer.free(
          timer.softNanos
              | (timer.counted ? TimerHead.COUNTED : 0)
              | (timer.state == ClockTimer.IDLE ? TimerHead.IDLE_BIT : 0));
    }
  }

  // --- the queue ---------------------------------------------------------------------------------

  /** The first timer, held, or null if none is armed, and then there is no place either. */
  ClockTimer first() {
    while (places > 0) {
      ClockTimer top = timers[0];
      hold(top);
      if (top.state != ClockTimer.QUEUED) {
        take(0);
        trim();
      } else if (top.rank() != keys[1] || top.hardNanos() != keys[0]) {
        sink(top);
      } else {
        return top;
      }
    }
    return null;
  }

  /** The place of the top goes to its timer's key. */
  private void sink(ClockTimer top) {
    top.setPlaceNanos(top.hardNanos());
    down(0, top, top.hardNanos(), top.rank());
    release(top);
  }

  /** The first few timers, in their order. */
  List<ClockTimer> first(int most) {
    List<ClockTimer> found = new ArrayList<>();
    PriorityQueue<Seen> frontier = new PriorityQueue<>();
    see(0, Math.min(1, places), frontier);
    while (!frontier.isEmpty() && found.size() < most) {
      Seen next = frontier.poll();
      ClockTimer timer = next.timer;
      if (next.place == NONE) {
        found.add(timer);
        continue;
      }
      int child = (next.place << ARITY_SHIFT) + 1;
      see(child, Math.min(child + (1 << ARITY_SHIFT), places), frontier);
      hold(timer);
      if (timer.state == ClockTimer.QUEUED) {
        frontier.add(new Seen(timer.hardNanos(), timer.rank(), timer, NONE));
      }
      release(timer);
    }
    return found;
  }

  private void see(int from, int end, PriorityQueue<Seen> frontier) {
    for (int place = from; place < end; place++) {
      frontier.add(new Seen(keys[2 * place], keys[2 * place + 1], timers[place], place));
    }
  }

  /**
   * Queues a timer by its hard expiry, behind all that are equal; it is held, and has no place, or
   * one here.
   *
   * @return whether it has got the first place; if it had that before, nobody has to look sooner
   */
  boolean arm(ClockTimer timer) {
    boolean placed = timer.position != NONE;
    if (!placed) {
      if (places == timers.length) {
        grow();
      }
      timer.position = places;
      counts.setPlaces(++places);
    } else if (timer.state == ClockTimer.IDLE && timer.counted) {
      counts.addIdle(-1);
    }
    timer.state = ClockTimer.QUEUED;
    long rank = counts.takeRank();
    timer.setRank(rank);
    timer.counted = QueueCounts.sample(rank) != 0;
    if (placed && timer.hardNanos() >= timer.placeNanos()) {
      return false;
    }
    return rise(timer);
  }

  /**
   * Sees to the place of a timer that is held, has one here, and was armed without the lock.
   *
   * @return whether it has got the first place
   */
  boolean tend(ClockTimer timer) {
    return timer.state == ClockTimer.QUEUED
        && timer.hardNanos() < timer.placeNanos()
        && rise(timer);
  }

  private boolean rise(ClockTimer timer) {
    timer.setPlaceNanos(timer.hardNanos());
    up(timer.position, timer, timer.hardNanos(), timer.rank());
    return timer.position == 0;
  }

  /** Disarms a queued timer that is held; it may keep its place. */
  void cancel(ClockTimer timer) {
    timer.state = ClockTimer.IDLE;
    if (timer.counted) {
      counts.addIdle(1);
      trim();
    }
  }

  /** Takes the place of a timer that is held; it is not armed then. */
  void remove(ClockTimer timer) {
    take(timer.position);
    timer.state = ClockTimer.IDLE;
    trim();
  }

  /**
   * Takes idle places until there are not too many, or it has looked long enough: as they come, and
   * at least as many as each that is counted stands for. To take that of who cancelled, or to end
   * with the next that is counted, would be to take away the sample and leave the rest.
   */
  void trim() {
    int owed = 0;
    // Once round in vain: what others count meanwhile may show more idle places than there are.
    int inVain = 0;
    for (int looks = 0; looks < LOOKS && inVain < places; looks++) {
      if (owed == 0 && !counts.isCrowded()) {
        return;
      }
      inVain++;
      // Downwards: what is moved into a hole comes from the end, where the newest are.
      sweep = Math.min(sweep, places) - 1;
      if (sweep < 0) {
        sweep = places - 1;
      }
      ClockTimer timer = timers[sweep];
      if (isArmed(timer)) {
        continue;
      }
      hold(timer);
      if (timer.state == ClockTimer.IDLE) {
        owed = (owed == 0 ? QueueCounts.ONE_OF : owed) - 1;
        inVain = 0;
        take(sweep);
      } else {
        release(timer);
      }
    }
  }

  private void take(int hole) {
    ClockTimer gone = timers[hole];
    gone.position = NONE;
    if (gone.state == ClockTimer.IDLE && gone.counted) {
      counts.addIdle(-1);
    }
    ClockTimer last = timers[--places];
    counts.setPlaces(places);
    timers[places] = null;
    if (hole != places) {
      long key = keys[2 * places];
      long rank = keys[2 * places + 1];
      if (hole > 0 && precedes(key, rank, (hole - 1) >> ARITY_SHIFT)) {
        up(hole, last, key, rank);
      } else {
        down(hole, last, key, rank);
      }
    }
  }

  private boolean precedes(long key, long rank, int place) {
    long other = keys[2 * place];
    return key < other || (key == other && rank < keys[2 * place + 1]);
  }

  private void up(int from, ClockTimer timer, long key, long rank) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >> ARITY_SHIFT;
      if (!precedes(key, rank, parent)) {
        break;
      }
      store(at, timers[parent], keys[2 * parent], keys[2 * parent + 1]);
      at = parent;
    }
    store(at, timer, key, rank);
  }

  private void down(int from, ClockTimer timer, long key, long rank) {
    int at = from;
    for (;;) {
      int child = (at << ARITY_SHIFT) + 1;
      if (child >= places) {
        break;
      }
      int least = child;
      int end = Math.min(child + (1 << ARITY_SHIFT), places);
      for (int other = child + 1; other < end; other++) {
        if (precedes(keys[2 * other], keys[2 * other + 1], least)) {
          least = other;
        }
      }
      if (precedes(key, rank, least)) {
        break;
      }
      store(at, timers[least], keys[2 * least], keys[2 * least + 1]);
      at = least;
    }
    store(at, timer, key, rank);
  }

  private void store(int at, ClockTimer timer, long key, long rank) {
    timers[at] = timer;
    keys[2 * at] = key;
    keys[2 * at + 1] = rank;
    timer.position = at;
  }

  private void grow() {
    if (places >= LIMIT) {
      throw new IllegalStateException(
          "more than " + LIMIT + " timers on one clock: cancel some for good, or use more shards");
    }
    timers = Arrays.copyOf(timers, places * 2);
    keys = Arrays.copyOf(keys, places * 4);
  }
}

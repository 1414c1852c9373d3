package org.timehands.stress.timeout;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.timehands.stress.timeout.TimeoutsOracle.Item;
import org.timehands.timeout.LateArms;
import org.timehands.timeout.Timeout;
import org.timehands.timeout.TimeoutListener;
import org.timehands.timeout.TimeoutStats;
import org.timehands.timeout.Timeouts;
import org.timehands.timeout.TimeoutsOptions;

/**
 * Random calls on {@code Timeouts} by hand at virtual time, and from their callbacks, beside {@link
 * TimeoutsOracle}: what is wrong first, or null. Loaded in a world of its own, where the timeouts
 * may have a planted bug.
 */
public final class TimeoutsHunt implements Supplier<String> {
  private static final int RUNS = Integer.getInteger("timehands.timeouts.runs", 400);
  private static final int STEPS = 3_000;
  private static final int MOST = 60;
  private static final int KEPT = 20;
  private static final int SHARDS = 3;
  private static final long SECOND = 1_000_000_000;
  private static final long SLOW_NANOS = 5_000_000;
  private static final long[] TICKS = {1_000, 100_000, 999_983, 1_000_000, 4_000_000, 10_000_000};

  /** How callbacks run. */
  private enum Way {
    INLINE,
    AT_ONCE,
    LATER
  }

  private SplittableRandom random;
  private TimeoutSpans spans;
  private Way way;
  private boolean punctual;
  /** Most delays are days. */
  private boolean far;
  private long tickNanos;
  private long now;
  private int shards;
  private int budget;
  private Timeouts timeouts;
  private TimeoutsOracle oracle;
  private final List<Timeout> handles = new ArrayList<>();
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private String wrong;
  private long decided;
  private long failed;
  private long slow;
  private int ranInRound;
  private boolean refusing;
  private long steps;
  private long runs;

  /** Made by name. */
  public TimeoutsHunt() {}

  @Override
  public String get() {
    Long only = Long.getLong("timehands.seed");
    for (long seed = only == null ? 1 : only; seed <= (only == null ? RUNS : only); seed++) {
      random = new SplittableRandom(seed);
      try {
        run();
      } catch (RuntimeException | AssertionError thrown) {
        wrong = "THROWS " + thrown + " at " + thrown.getStackTrace()[0];
      } finally {
        Thread.interrupted(); // a callback's
      }
      if (wrong != null) {
        return "seed " + seed + " (" + way + (punctual ? ", punctual" : "") + ", tick " + tickNanos
            + ", " + shards + " shards): " + wrong
            + "\nreplay: mvn -pl stress -am test -Dtest=RandomTimeoutsTest -Dtimehands.seed=" + seed
            + " -Dsurefire.failIfNoSpecifiedTests=false";
      }
    }
    System.out.printf("timeouts beside a sorted map: %d steps, %d runs%n", steps, runs);
    return null;
  }

  // --- one run -----------------------------------------------------------------------------------

  private void run() {
    begin();
    for (int i = 0; i < STEPS && wrong == null && now < Long.MAX_VALUE / 2; i++, steps++) {
      step();
    }
    if (wrong == null && now < Long.MAX_VALUE / 2) {
      runDry();
    }
    if (wrong == null) {
      shutDown();
    }
  }

  private void begin() {
    way = Way.values()[random.nextInt(3)];
    punctual = random.nextBoolean();
    far = random.nextInt(3) == 0;
    tickNanos = TICKS[random.nextInt(TICKS.length)];
    spans = new TimeoutSpans(random, far, tickNanos);
    shards = 1 + random.nextInt(SHARDS);
    budget = random.nextBoolean() ? 256 : 1 + random.nextInt(5);
    now =
        switch (random.nextInt(3)) {
          case 0 -> random.nextLong(1_000_000 * SECOND);
          case 1 -> -random.nextLong(3_600 * SECOND);
          default -> 0;
        };
    decided = 0;
    failed = 0;
    slow = 0;
    refusing = false;
    handles.clear();
    queue.clear();
    oracle = new TimeoutsOracle(tickNanos, now);
    TimeoutsOptions options =
        TimeoutsOptions.DEFAULT
            .withTickNanos(tickNanos)
            .withShards(shards)
            .withBudget(budget)
            .withSlowNanos(SLOW_NANOS)
            .withListener(listener())
            .withLateArms(random.nextBoolean() ? LateArms.REFUSE : LateArms.IGNORE)
            .on(way == Way.INLINE ? null : executor());
    refusing = options.lateArms() == LateArms.REFUSE;
    timeouts = Timeouts.byHand(() -> now, options);
    for (int i = 0; i < KEPT; i++) {
      Item item = oracle.make(false, i % 5 == 4);
      handles.add(
          item.deferrable
              ? timeouts.deferrable(timeout -> ran(item))
              : i % 5 == 3
                  ? timeouts.pinned(i % shards, timeout -> ran(item))
                  : timeouts.timeout(timeout -> ran(item)));
    }
  }

  private TimeoutListener listener() {
    return new TimeoutListener() {
      @Override
      public void failed(Object callback, Throwable thrown) {
        failed++;
        if (thrown instanceof AssertionError) {
          wrong = "THROWS " + thrown;
        }
      }

      @Override
      public void slow(Object callback, long tookNanos) {
        slow++;
        if (tookNanos < SLOW_NANOS) {
          wrong = "SLOW " + tookNanos;
        }
      }
    };
  }

  /** Takes most, refuses some, takes some and throws, runs some and throws. */
  private Executor executor() {
    return task -> {
      int what = random.nextInt(20);
      if (what == 0) {
        throw new RejectedExecutionException("planted");
      }
      if (way == Way.AT_ONCE || what == 1) {
        task.run();
      } else {
        queue.add(task);
      }
      if (what <= 2) {
        throw new IllegalStateException("planted");
      }
    };
  }

  private void step() {
    int kept = random.nextInt(KEPT);
    switch (random.nextInt(16)) {
      case 0, 1 -> add();
      case 2 -> arm(any());
      case 3, 4, 5 -> arm(kept);
      case 6, 7 -> postpone(random.nextInt(4) == 0 ? any() : kept);
      case 8 -> reduce(random.nextInt(4) == 0 ? any() : kept);
      case 9 -> cancel(any());
      case 10 -> cancel(kept);
      case 11 -> round(kept);
      case 12 -> rare();
      case 13 -> poll();
      default -> pass();
    }
  }

  private void rare() {
    switch (random.nextInt(60)) {
      case 0 -> drain();
      case 1 -> shutDownOne(any());
      case 2, 3 -> {
        // So many armings that the coarse clock runs.
        for (int i = 0; i < 260; i++) {
          arm(random.nextInt(KEPT));
        }
      }
      case 4 -> {
        if (far && settled() != Long.MIN_VALUE) {
          leapInSight(-random.nextLong(1L << 22));
          now += random.nextLong(1L << random.nextInt(22, 30)) * tickNanos;
          settled();
          now += random.nextLong(1L << 22) * tickNanos;
          settled();
        }
      }
      default -> poll();
    }
  }

  /** Some are armed and put off where the owner, that has not looked, finds a leap, or nearly. */
  private void leapInSight(long moreTicks) {
    now += (TimeoutsOracle.AWAY_TICKS + moreTicks) * tickNanos;
    for (int i = 0; i < 4; i++) {
      arm(random.nextInt(KEPT));
      postpone(random.nextInt(KEPT));
      add();
    }
  }

  private int any() {
    return random.nextInt(handles.size());
  }

  // --- calls -------------------------------------------------------------------------------------

  private void add() {
    if (oracle.pending() < MOST) {
      long delay = spans.delay(timeouts.maxDelayNanos());
      Item item = oracle.make(true, false);
      oracle.arm(item, now, delay, 0);
      Timeout made = timeouts.after(delay, timeout -> ran(item), item);
      handles.add(made);
      check(item);
    }
  }

  private Item synced(int id) {
    Item item = oracle.items().get(id);
    sync(item);
    return item;
  }

  /** With an executor nobody says when something became due: its handle does. */
  private void sync(Item item) {
    if (way == Way.LATER && item.pending() && !handles.get(item.id).isPending()) {
      decided(item);
      item.handed++;
    }
  }

  private void decided(Item item) {
    if (item.mayRunNanos() > now) {
      wrong = "EARLY by " + (item.mayRunNanos() - now) + " ns: " + item;
    }
    oracle.end(item);
    decided++;
  }

  private void arm(int id) {
    Item item = synced(id);
    long delay = spans.delay(timeouts.maxDelayNanos());
    if (item.closed) {
      expectRefusal(() -> timeouts.arm(handles.get(id), delay));
    } else {
      boolean before = oracle.arm(item, now, delay, 0);
      if (timeouts.arm(handles.get(id), delay) != before) {
        wrong = "ARM said the contrary of pending " + before;
      }
      check(item);
    }
  }

  private void round(int id) {
    Item item = synced(id);
    long delay = spans.delay(timeouts.maxDelayNanos());
    if (item.closed) {
      expectRefusal(() -> timeouts.armRounded(handles.get(id), delay));
      return;
    }
    boolean before = oracle.arm(item, now, delay, SECOND / tickNanos + 3 * SHARDS + 1);
    if (timeouts.armRounded(handles.get(id), delay) != before) {
      wrong = "ROUNDED said the contrary of pending " + before;
    }
    long past = Math.floorMod(handles.get(id).expires(), SECOND);
    boolean away = now - oracle.coarseNanos() > TimeoutsOracle.AWAY_TICKS * tickNanos;
    boolean fits = delay < timeouts.maxDelayNanos() - 2 * SECOND;
    if (past > 3 * SHARDS * tickNanos && fits && !away) {
      wrong = "ROUNDED to " + past + " ns past a second";
    }
    check(item);
  }

  private void postpone(int id) {
    Item item = synced(id);
    long delay = spans.delay(timeouts.maxDelayNanos());
    oracle.postpone(item, now, delay);
    timeouts.postpone(handles.get(id), delay);
    check(item);
  }

  /** What lies within a few ticks may be answered either way. */
  private void reduce(int id) {
    Item item = synced(id);
    long delay = spans.delay(timeouts.maxDelayNanos());
    if (item.closed) {
      expectRefusal(() -> timeouts.reduce(handles.get(id), delay));
      return;
    }
    long until = now + delay;
    boolean sure = !item.pending() || until + 8 * tickNanos < item.leastNanos();
    boolean answer = timeouts.reduce(handles.get(id), delay);
    if (sure && !answer) {
      wrong = "REDUCE refused by " + (item.mayRunNanos() - until);
    } else if (answer && item.pending() && until > mostNanos(item)) {
      wrong = "REDUCE put off by " + (until - item.mayRunNanos());
    }
    if (answer) {
      oracle.arm(item, now, delay, 0);
    }
    check(item);
  }

  /** What it may be armed for: of two words of one look nobody knows which was the first. */
  private long mostNanos(Item item) {
    long may = item.mayRunNanos();
    long late = Math.max(0, item.settledTick() - Math.floorDiv(may, tickNanos));
    long apart = oracle.isSettled(item) ? 0 : now - item.fromTick() * tickNanos;
    return may + apart + (8 + item.armed.moreTicks + late) * tickNanos;
  }

  private void cancel(int id) {
    Item item = synced(id);
    boolean pending = item.pending();
    if (handles.get(id).cancel() != pending) {
      wrong = "CANCEL said the contrary of pending " + pending;
    }
    if (pending) {
      oracle.end(item);
    }
    check(item);
  }

  private void shutDownOne(int id) {
    if (id < KEPT / 2) {
      return; // some stay
    }
    Item item = synced(id);
    boolean pending = item.pending();
    if (timeouts.shutdown(handles.get(id)) != pending) {
      wrong = "SHUTDOWN said the contrary of pending " + pending;
    }
    if (pending) {
      oracle.end(item);
    }
    item.closed = true;
    check(item);
  }

  private void expectRefusal(Supplier<Boolean> call) {
    try {
      if (call.get()) {
        wrong = "ARMED what is closed";
      } else if (refusing) {
        wrong = "IGNORED what is to be refused";
      }
    } catch (IllegalStateException refused) {
      wrong = refusing ? wrong : "REFUSED what is to be ignored";
    }
  }

  private void drain() {
    oracle.items().forEach(this::sync);
    compare(timeouts.drain());
  }

  private void compare(List<Timeout> drained) {
    Set<Timeout> got = new HashSet<>(drained);
    int expected = 0;
    for (Item item : oracle.items()) {
      if (item.pending()) {
        expected++;
        if (!got.contains(handles.get(item.id))) {
          wrong = "DRAIN has lost one";
        }
        oracle.end(item);
      }
    }
    if (expected != drained.size()) {
      wrong = "DRAIN answers " + drained.size() + " of " + expected;
    }
  }

  private void check(Item item) {
    Timeout handle = handles.get(item.id);
    if (handle.isPending() != item.pending()) {
      wrong = "PENDING " + handle.isPending();
    } else if (!item.pending() && handle.expires() != Long.MAX_VALUE) {
      wrong = "EXPIRES though it is not pending";
    } else if (item.pending() && item.once && handle.attachment() != item) {
      wrong = "ATTACHMENT is lost";
    }
  }

  // --- callbacks ---------------------------------------------------------------------------------

  private void ran(Item item) {
    ranInRound++;
    runs++;
    if (item.handed > 0) {
      item.handed--;
    } else if (item.pending()) {
      decided(item);
    } else {
      wrong = "RAN though not pending";
    }
    react(item);
    if (random.nextInt(25) == 0) {
      throw new IllegalStateException("planted");
    }
  }

  private void react(Item item) {
    switch (random.nextInt(30)) {
      case 0, 1, 2 -> arm(item.once ? any() : item.id);
      case 3, 4 -> arm(random.nextInt(KEPT));
      case 5 -> cancel(any());
      case 6 -> postpone(random.nextInt(KEPT));
      case 7 -> reduce(random.nextInt(KEPT));
      case 8 -> add();
      case 9 -> {
        if (far && random.nextInt(50) == 0) {
          leapInSight(random.nextLong(1L << 23));
        } else {
          now += random.nextLong(12 * tickNanos + 2 * SLOW_NANOS);
        }
      }
      case 10 -> {
        if (random.nextInt(20) == 0) {
          drain();
        }
      }
      case 11 -> shutDownOne(any());
      case 12 -> Thread.currentThread().interrupt();
      default -> {}
    }
  }

  // --- time --------------------------------------------------------------------------------------

  /** One round; answers what the timeouts say. */
  private long poll() {
    Thread.interrupted();
    long started = now;
    ranInRound = 0;
    oracle.look(now);
    final long next = timeouts.poll();
    oracle.looked(now, next != Long.MIN_VALUE);
    if (way != Way.LATER && ranInRound > budget * shards) {
      wrong = "BUDGET of " + budget + " exceeded by " + ranInRound;
    }
    if (way == Way.LATER) {
      oracle.items().forEach(this::sync);
    }
    oracle.forEachSettled(this::checkExpires);
    if (next != Long.MIN_VALUE && wrong == null) {
      judge(started, next);
    }
    for (int i = queue.size(); i > 0; i--) {
      queue.poll().run();
    }
    return next;
  }

  /** Nothing more is to be done: so everything is done. */
  private void judge(long started, long next) {
    Item late = oracle.overdue();
    if (late != null) {
      wrong = "LATE, now " + started / tickNanos + ": " + late;
    } else if (next <= started) {
      wrong = "NEXT lies in the past";
    } else if (next == Long.MAX_VALUE && oracle.pending() > 0) {
      wrong = "NEXT forgets " + oracle.pending();
    } else if (next != Long.MAX_VALUE && next / tickNanos > oracle.nextTick()) {
      wrong = "NEXT " + next / tickNanos + ", now " + started / tickNanos + ": " + oracle.next();
    }
    TimeoutStats stats = timeouts.stats();
    if (stats.expired() != decided || stats.failed() != failed || stats.slow() != slow) {
      wrong = stats + " where " + decided + " ran, " + failed + " failed, " + slow + " were slow";
    }
    long most = oracle.pending() + oracle.idle();
    if (stats.places() < oracle.pending() || stats.places() > most) {
      wrong = "PLACES " + stats.places() + " of " + oracle.pending() + " to " + most;
    }
  }

  /** What it says it is armed for does not change but by how late its owner was. */
  private void checkExpires(Item item) {
    long expires = handles.get(item.id).expires();
    long moved = item.shown(expires);
    boolean isLate = expires / tickNanos > item.latestTick();
    boolean isMoved = moved > 2 * TimeoutsOracle.AWAY_TICKS * tickNanos;
    if (expires < item.leastNanos() || isLate || isMoved) {
      wrong = "EXPIRES " + expires / tickNanos + ", moved by " + moved / tickNanos + ": " + item;
    }
  }

  private long settled() {
    long next = poll();
    for (int rounds = 0; next == Long.MIN_VALUE && wrong == null; rounds++) {
      if (rounds > 100_000) {
        wrong = "ENDLESS rounds";
      }
      next = poll();
    }
    return next;
  }

  private void pass() {
    long target = now + spans.distance(now);
    if (!punctual) {
      now = Math.max(now, target);
      return;
    }
    long next = settled();
    for (int i = 0; next <= target && wrong == null && i < 3_000; i++) {
      now = Math.max(now, next);
      next = settled();
    }
    if (next > target) {
      now = Math.max(now, target);
    }
  }

  // --- the end -----------------------------------------------------------------------------------

  /** Lets all that is armed run, as its owner would. */
  private void runDry() {
    for (int i = 0; i < 200_000 && oracle.pending() > 0 && wrong == null; i++) {
      long next = settled();
      if (next == Long.MAX_VALUE) {
        next = now + tickNanos * 64; // deferrable ones wake nobody
      }
      now = Math.max(now, next);
      if (now > Long.MAX_VALUE / 4 * 3 || i == 20_000) {
        return;
      }
    }
    if (wrong == null && oracle.pending() > 0) {
      wrong = "LOST: " + oracle.pending() + " never ran";
    }
  }

  private void shutDown() {
    oracle.items().forEach(this::sync);
    compare(timeouts.shutdown());
    if (!timeouts.shutdown().isEmpty() || !timeouts.isClosed()) {
      wrong = "SHUTDOWN twice";
    }
    for (int i = 0; i < KEPT; i++) {
      int id = i;
      expectRefusal(() -> timeouts.arm(handles.get(id), tickNanos));
    }
    now += 1000 * tickNanos;
    long before = runs;
    timeouts.poll();
    if (runs != before) {
      wrong = "RAN after the shutdown";
    }
    if (timeouts.stats().places() != 0) {
      wrong = "PLACES after the shutdown";
    }
  }
}

package org.timehands.timer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.stress.interleave.Orders;
import org.timehands.tick.IdleListeners;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * A shard whose owner, whose executor and whose users are {@link TimerActor actors}, with a clock
 * that moves when all wait; and what must be true of it whenever all wait, and in the end.
 */
final class TimerWorld implements TimerClocks, TimerReports, Orders.Program {
  static final long MILLI = 1_000_000;
  private static final long DEVICE_AHEAD = 77 * MILLI;
  private static final int LAST_STEPS = 1000;
  private static final long START = 1000 * MILLI;
  private static final boolean COUNTS_ALL =
      LongStream.range(0, 100).allMatch(rank -> QueueCounts.sample(rank) != 0);

  /** What a callback does the first times that it runs. */
  enum Habit {
    NOTHING,
    ARMS,
    AGAIN
  }

  /** One timer and its history. */
  final class Subject implements TimerCallback {
    final ClockTimer timer;
    final TimerHistory history = new TimerHistory();
    private final Habit habit;
    private int habits;

    Subject(Habit habit, int times, boolean soft) {
      this.habit = habit;
      habits = times;
      timer = new ClockTimer(shard, this, soft);
      subjects.add(this);
    }

    private TimerHistory.Op begin(TimerHistory.Kind kind, long nanos) {
      TimerHistory.Op op = new TimerHistory.Op(kind, stamp++, nanos);
      history.ops.add(op);
      return op;
    }

    private void end(TimerHistory.Op op, boolean yes) {
      op.yes = yes;
      op.end = stamp++;
    }

    void arm(long millis) {
      arm(ClockId.MONOTONIC, millis, 0);
    }

    void arm(ClockId clock, long millis, long slackMillis) {
      long at = START + millis * MILLI;
      TimerHistory.Op op = begin(TimerHistory.Kind.ARM, at);
      try {
        end(op, timer.arm(clock, at, slackMillis * MILLI));
      } catch (IllegalStateException closed) {
        history.forget(op);
        wrong = isClosing ? wrong : "THROWS " + closed;
      }
    }

    void tryCancel() {
      TimerHistory.Op op = begin(TimerHistory.Kind.TRY, 0);
      tried(op, timer.tryCancel());
    }

    void discard() {
      TimerHistory.Op op = begin(TimerHistory.Kind.TRY, 0);
      tried(op, timer.discard());
    }

    private void tried(TimerHistory.Op op, ClockTimer.Cancel found) {
      op.running = found == ClockTimer.Cancel.RUNNING;
      end(op, found == ClockTimer.Cancel.CANCELLED);
    }

    void cancel() {
      TimerHistory.Op op = begin(TimerHistory.Kind.WAIT, 0);
      end(op, timer.cancel());
    }

    void ask() {
      TimerHistory.Op op = begin(TimerHistory.Kind.ASK, 0);
      end(op, timer.isActive());
    }

    @Override
    public Next expired(ClockTimer same, long nowNanos) {
      Thread me = Thread.currentThread();
      endRun(me);
      history.ops.add(new TimerHistory.Op(TimerHistory.Kind.BEGIN, from.get(me), nowNanos));
      end(history.ops.getLast(), true);
      if (nowNanos > nanos) {
        wrong = "EARLY by " + (nowNanos - nanos) + " ns: the clock was not read";
      }
      TimerActor.stand();
      boolean does = habits-- > 0;
      if (does && habit == Habit.ARMS) {
        arm((nanos - START) / MILLI + 2);
      }
      boolean again = does && habit == Habit.AGAIN;
      if (again) {
        same.forward(nowNanos, 2 * MILLI);
      }
      TimerHistory.Op op = begin(TimerHistory.Kind.END, again ? timer.expiryNanos() : 0);
      op.yes = again;
      running.put(me, op);
      return again ? Next.AGAIN : Next.DONE;
    }

    @Override
    public void closed(ClockTimer same) {
      history.ops.add(new TimerHistory.Op(TimerHistory.Kind.TOLD, closing, 0));
      end(history.ops.getLast(), true);
    }

    private boolean isQueued() {
      long word = timer.word();
      return TimerHead.isFree(word)
          ? TimerHead.isArmed(word)
          : timer.state == ClockTimer.QUEUED;
    }

    private long hardNanos() {
      long word = timer.word();
      return TimerHead.isFree(word) ? TimerHead.nanos(word) : timer.hardNanos();
    }

    private boolean isCountedIdle() {
      long word = timer.word();
      boolean counted = TimerHead.isFree(word) ? TimerHead.isCounted(word) : timer.counted;
      return counted && !isQueued() && isPlaced();
    }

    private boolean isPlaced() {
      return timer.position != TimerHeap.NONE && timer.clock == ClockView.MONOTONIC;
    }
  }

  /** Where the owner sleeps. */
  private final class Bed implements ClockEventDevice {
    private long deadline = NEVER;
    private boolean kicked;

    @Override
    public String name() {
      return "bed";
    }

    @Override
    public Set<Feature> features() {
      return Set.of(Feature.SIMULATED);
    }

    @Override
    public long nowNanos() {
      return nanos + DEVICE_AHEAD;
    }

    @Override
    public void program(long deadlineNanos) {
      if (isClosed) {
        wrong = "THROWS: a closed device is programmed";
      }
      deadline = deadlineNanos;
    }

    private boolean isAwake() {
      return isOver || kicked || nowNanos() >= deadline;
    }

    @Override
    public boolean await() {
      owner.await(this::isAwake);
      kicked = false;
      return nowNanos() >= deadline;
    }

    @Override
    public void kick() {
      kicked = true;
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  final List<Subject> subjects = new ArrayList<>();
  private final List<TimerActor> actors = new ArrayList<>();
  private final List<TimerActor> users = new ArrayList<>();
  private final Bed bed = new Bed();
  private final Deque<Runnable> handed = new ArrayDeque<>();
  /** The least stamp of what a thread does now for the shard, and the callback it may be ending. */
  private final Map<Thread, Integer> from = new HashMap<>();
  private final Map<Thread, TimerHistory.Op> running = new HashMap<>();
  private TimerShard shard;
  private long nanos = START;
  private long pausedUntil;
  private TickMode mode = TickMode.tickless();
  private TimerActor owner;
  private TimerActor executor;
  private int stamp;
  private int closing;
  private boolean isClosing;
  private boolean isClosed;
  private boolean isOver;
  /** Nothing is cancelled any more: the last run of a timer is that of its last arming. */
  boolean hasTies;
  private String wrong;

  TimerWorld() {
    TimerOptions options =
        TimerOptions.defaults()
            .withDevices(() -> bed)
            .withDeferred(handed::add)
            .withReports(this);
    shard = new TimerShard(0, this, options, new WaitGraph(), new IdleListeners());
  }

  @Override
  public List<TimerActor> actors() {
    return actors;
  }

  @Override
  public String wrong() {
    return wrong;
  }

  Subject subject() {
    return subject(Habit.NOTHING, 0, false);
  }

  Subject subject(Habit habit, int times, boolean soft) {
    return new Subject(habit, times, soft);
  }

  /** Runs what is due on the calling thread. */
  void look() {
    Thread me = Thread.currentThread();
    from.put(me, stamp++);
    shard.expire();
    endRun(me);
  }

  private void endRun(Thread me) {
    TimerHistory.Op op = running.remove(me);
    if (op != null) {
      op.end = stamp++;
      from.put(me, op.start);
    }
  }

  void user(Runnable... steps) {
    TimerActor user =
        new TimerActor(
            () -> {
              for (Runnable step : steps) {
                step.run();
                TimerActor.stand();
              }
            });
    actors.add(user);
    users.add(user);
  }

  /** After the users: as they are. */
  void begin() {
    owner =
        new TimerActor(
            () -> {
              while (!shard.isClosed() && !isOver) {
                look();
                bed.await();
              }
              bed.close();
            });
    executor = new TimerActor(this::serve);
    actors.add(owner);
    actors.add(executor);
  }

  private void serve() {
    executor.await(() -> isOver || !handed.isEmpty());
    while (!isOver) {
      from.put(executor.thread, stamp++);
      handed.poll().run();
      endRun(executor.thread);
      executor.await(() -> isOver || !handed.isEmpty());
    }
  }

  void pass(long millis) {
    nanos += millis * MILLI;
  }

  void setMode(TickMode next) {
    shard.setTickMode(next);
    mode = next;
  }

  void close() {
    closing = stamp++;
    isClosing = true;
    subjects.forEach(each -> each.history.closing(closing));
    shard.close();
    bed.kick();
  }

  /** Everybody waits: the clock moves to where the owner wants to wake; false if never. */
  @Override
  public boolean timePasses() {
    wrong = isClosing ? wrong : resting();
    if (bed.deadline == ClockEventDevice.NEVER || owner.isOver() || wrong != null) {
      return false;
    }
    nanos = Math.max(nanos, bed.deadline - DEVICE_AHEAD);
    return true;
  }

  /** What is wrong though nobody does anything, or null. */
  private String resting() {
    for (Subject each : subjects) {
      if (each.isQueued()) {
        long left = Math.max(0, each.hardNanos() - nanos);
        long beat = mode.isHighResolution() ? 0 : mode.tickNanos();
        long allowed = Math.max(left + beat, pausedUntil - nanos);
        if (bed.deadline > bed.nowNanos() + allowed) {
          return "OVERSLEEPS: due in " + left + " ns, wakes in "
              + (bed.deadline == ClockEventDevice.NEVER ? "no time"
                  : bed.deadline - bed.nowNanos());
        }
      }
    }
    QueueCounts counts = shard.monotonicCounts();
    long idle = subjects.stream().filter(Subject::isCountedIdle).count();
    long places = subjects.stream().filter(Subject::isPlaced).count();
    if (counts.idle != idle || counts.places != places) {
      return "COUNTS " + counts.idle + " idle of " + counts.places + " places, which are " + idle
          + " of " + places;
    }
    // Who looks takes idle places that are not counted, and may leave the more of those that are.
    return COUNTS_ALL && QueueCounts.isCrowded(idle, places)
        ? "CROWDED: " + idle + " idle of " + places + " places"
        : null;
  }

  /** All threads come to their ends, if they can: the JDK remembers those that have not. */
  void end() {
    isOver = true;
    for (TimerActor each : actors) {
      for (int steps = 0; each.canRun() && steps < LAST_STEPS; steps++) {
        each.run();
      }
    }
  }

  /** What was done with each timer. */
  String histories() {
    return subjects.stream()
        .map(each -> System.lineSeparator() + "  " + each.history)
        .collect(Collectors.joining());
  }

  /** What is wrong in the end, or null. */
  @Override
  public String verdict() {
    if (wrong != null) {
      return wrong;
    }
    if (!users.stream().allMatch(TimerActor::isOver) || isClosing && !owner.isOver()) {
      return "ENDLESS: somebody waits";
    }
    for (Subject each : subjects) {
      if (!each.history.isOfOneThread()) {
        return "ANSWERS that no single thread gets: timer " + subjects.indexOf(each);
      }
    }
    if (!shard.queues().isEmpty()) {
      return "LOST: " + shard.queues();
    }
    return hasTies ? order() : null;
  }

  /** Two that were armed for one instant, once each, one after the other, ran in that order. */
  private String order() {
    List<TimerHistory.Op> arms = new ArrayList<>();
    Map<TimerHistory.Op, Integer> runs = new HashMap<>();
    for (Subject each : subjects) {
      Map<TimerHistory.Kind, TimerHistory.Op> last =
          each.history.ops.stream()
              .collect(Collectors.toMap(op -> op.kind, op -> op, (old, newer) -> newer));
      if (last.containsKey(TimerHistory.Kind.BEGIN)) {
        arms.add(last.get(TimerHistory.Kind.ARM));
        runs.put(arms.getLast(), last.get(TimerHistory.Kind.BEGIN).end);
      }
    }
    for (TimerHistory.Op one : arms) {
      for (TimerHistory.Op other : arms) {
        if (one.nanos == other.nanos
            && one.end < other.start
            && runs.get(one) > runs.get(other)) {
          return "ORDER: " + one + " ran after " + other;
        }
      }
    }
    return null;
  }

  @Override
  public void read(ClockView into) {
    into.set(nanos, nanos, nanos, nanos);
  }

  @Override
  public long monotonicNanos() {
    return nanos;
  }

  @Override
  public void failed(ClockTimer timer, Throwable thrown) {
    wrong = "THROWS " + thrown;
  }

  @Override
  public void slow(ClockTimer timer, long tookNanos) {}

  @Override
  public void hang(long spentNanos, long pauseNanos) {
    pausedUntil = nanos + pauseNanos;
  }
}

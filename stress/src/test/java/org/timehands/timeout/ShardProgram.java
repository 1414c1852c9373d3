package org.timehands.timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdk.internal.vm.Continuation;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clocksource.IntervalCounter;
import org.timehands.stress.interleave.Orders;

/**
 * A few threads on one shard, with an owner that sleeps when it is told to, and a clock that moves
 * when all sleep; and what must be true of it in the end.
 */
final class ShardProgram implements Orders.Program {
  static final List<String> ALL =
      List.of(
          "cancel beside expiry",
          "cancel beside arming",
          "later beside a look",
          "put off beside a look",
          "sooner after put off",
          "earlier wakes the owner",
          "two arm one",
          "sooner behind a message",
          "later behind a message",
          "put off as before",
          "put off by an old tick",
          "armed as before by an old tick",
          "one of a single call",
          "stale coarse clock",
          "leap beside arming",
          "leap by an old tick",
          "time beside a leap",
          "leap behind a leap",
          "shutdown beside arming");

  private static final long TICK = 1_000_000;
  private static final long LATE_TICKS = 8;
  private static final long FAR_TICKS = 1L << 29;

  /** What the test told one timeout to do, and what became of it. */
  private final class Subject {
    final SharedTimeout timeout;
    int arms;
    int arming;
    int replaced;
    int cancels;
    int runs;
    int drained;
    /** The first and the last instant at which it may have to run. */
    long earliest = Long.MAX_VALUE;
    long latest;
    /** Who arms it last is about to. */
    boolean isUnsure;

    Subject(boolean once) {
      timeout = new SharedTimeout(shard, this::ran, once ? SharedTimeout.ONCE : 0);
      subjects.add(this);
    }

    private void ran(Timeout same) {
      runs++;
      if (nanos < earliest) {
        wrong = "EARLY by " + (earliest - nanos) + " ns";
      } else if (!isUnsure && nanos > latest + (LATE_TICKS + passed) * TICK) {
        wrong = "LATE by " + (nanos - latest) / TICK + " ticks";
      }
    }

    void arm(long ticks) {
      long mayRun = nanos + ticks * TICK;
      earliest = Math.min(earliest, mayRun);
      arms++;
      arming++;
      long before = timeout.arm(timeout.tick(), ticks);
      arming--;
      latest = Math.max(latest, nanos + ticks * TICK);
      if (before == SharedTimeout.CLOSED) {
        arms--;
      } else if (SharedTimeout.isArmed(before)) {
        replaced++;
      }
    }

    /** Arms for later than another does: no later than this only if this was the last. */
    void armAbove(long ticks) {
      arms++;
      long before = timeout.arm(timeout.tick(), ticks);
      replaced += SharedTimeout.isArmed(before) ? 1 : 0;
      if (SharedTimeout.delay(timeout.word) == ticks) {
        latest = Math.max(latest, nanos + ticks * TICK);
      }
    }

    /**
     * Puts off; what is not due before this returns runs no sooner than it says, unless somebody
     * arms it at the same time: that may count as later.
     */
    void putOff(long ticks) {
      long mayRun = nanos + ticks * TICK;
      latest = Math.max(latest, mayRun);
      timeout.putOff(timeout.tick(), ticks);
      if (arming == 0 && nanos < earliest && timeout.isPending()) {
        earliest = Math.max(earliest, mayRun);
      }
    }

    /** Arms for sooner, when nobody else arms: no later than that. */
    void armLast(long ticks) {
      earliest = nanos + ticks * TICK;
      latest = 0;
      isUnsure = true;
      arm(ticks);
      isUnsure = false;
    }

    void cancel() {
      cancels += timeout.cancel() ? 1 : 0;
    }
  }

  private final String name;
  private final List<Subject> subjects = new ArrayList<>();
  private final ClockEventDevice device = new Bed();
  private final Shard shard;
  private long nanos = 1000 * TICK;
  private final List<Schedules.Actor> actors;
  private Schedules.Actor owner;
  private boolean woken;
  private long wait;
  private long passed;
  private String wrong;

  /** Where the owner sleeps. */
  private final class Bed implements ClockEventDevice {
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
      return nanos;
    }

    @Override
    public void program(long deadlineNanos) {
      wait = deadlineNanos == NEVER ? NEVER : deadlineNanos - nanos;
    }

    @Override
    public boolean await() {
      while (!woken && wait > 0) {
        owner.blocked = true;
        Continuation.yield(Schedules.SCOPE);
      }
      boolean due = !woken;
      woken = false;
      return due;
    }

    @Override
    public void kick() {
      woken = true;
      owner.blocked = false;
    }

    @Override
    public void close() {}
  }

  ShardProgram(String name) {
    this.name = name;
    boolean piecemeal = name.equals("leap behind a leap");
    TimeoutsOptions options =
        TimeoutsOptions.DEFAULT.withShards(1).withBudget(piecemeal ? 1 : 256);
    IntervalCounter meter = IntervalCounter.of(() -> nanos);
    shard = new Shard(this, 0, options, () -> nanos, meter, device);
    actors = made();
  }

  private void own() {
    while (!shard.isOver()) {
      shard.turn();
    }
  }

  @Override
  public List<Schedules.Actor> actors() {
    return actors;
  }

  @Override
  public String wrong() {
    return wrong;
  }

  private List<Schedules.Actor> made() {
    List<Schedules.Actor> actors = new ArrayList<>();
    Subject subject = new Subject(name.equals("one of a single call"));
    switch (name) {
      case "cancel beside expiry" -> {
        subject.arm(3);
        actors.add(actor(() -> pass(20), subject::cancel));
      }
      case "cancel beside arming" ->
          actors.add(actor(() -> subject.arm(3), subject::cancel, () -> subject.arm(6)));
      case "later beside a look" -> {
        subject.arm(3);
        shard.poll();
        actors.add(actor(() -> pass(6), () -> subject.arm(9), () -> pass(2)));
      }
      case "earlier wakes the owner" ->
          actors.add(actor(() -> subject.arm(3000), () -> subject.arm(3)));
      case "two arm one" -> {
        actors.add(actor(() -> subject.arm(400)));
        actors.add(actor(() -> subject.arm(5), subject::cancel));
      }
      case "sooner behind a message" -> {
        new Subject(false).arm(200);
        shard.poll();
        actors.add(actor(() -> subject.armAbove(400)));
        actors.add(actor(() -> subject.armLast(5)));
      }
      case "later behind a message" -> {
        subject.arm(20);
        shard.poll();
        actors.add(
            actor(() -> subject.arm(3), () -> subject.arm(900), () -> subject.armLast(25)));
      }
      case "one of a single call" -> {
        actors.add(actor(() -> subject.arm(3), () -> pass(5)));
        actors.add(actor(subject::cancel));
      }
      case "shutdown beside arming" -> {
        Subject other = new Subject(false);
        actors.add(actor(() -> subject.arm(3), () -> other.arm(5)));
        actors.add(actor(this::shutdown));
      }
      case "leap beside arming" -> whoLeaps(subject, actors, this::leap);
      case "time beside a leap" -> whoLeaps(subject, actors, this::leap, () -> pass(20));
      case "leap behind a leap" -> {
        new Subject(false).arm(20);
        new Subject(false).arm(20);
        whoLeaps(subject, actors, this::leap, this::leap);
      }
      case "stale coarse clock", "put off by an old tick", "armed as before by an old tick",
          "leap by an old tick" ->
          whoHasAnOldTick(subject, actors);
      default -> actors.add(whoPutsOff(subject));
    }
    owner = actor(this::own);
    actors.add(owner);
    return actors;
  }

  private void whoHasAnOldTick(Subject subject, List<Schedules.Actor> actors) {
    startCoarseClock();
    switch (name) {
      case "stale coarse clock" ->
          actors.add(actor(() -> pass(9), () -> subject.arm(3)));
      case "leap by an old tick" -> whoLeaps(subject, actors, this::leap);
      case "put off by an old tick" -> {
        putOffOnce(subject, 9);
        actors.add(actor(() -> subject.putOff(9)));
        actors.add(actor(() -> pass(4), () -> subject.armLast(1)));
      }
      case "armed as before by an old tick" -> {
        putOffOnce(subject, 40);
        actors.add(actor(() -> subject.armLast(1)));
        actors.add(actor(() -> pass(5)));
      }
      default -> throw new IllegalArgumentException(name);
    }
  }

  /** One that is far ahead, and one that was put off and is armed anew, while the clock leaps. */
  private void whoLeaps(Subject subject, List<Schedules.Actor> actors, Runnable... steps) {
    Subject far = new Subject(false);
    far.arm(FAR_TICKS);
    far.latest += FAR_TICKS / 7 * TICK;
    subject.arm(FAR_TICKS);
    subject.putOff(FAR_TICKS + 1000);
    for (int i = 0; i < 8; i++) {
      shard.poll();
      nanos += TICK;
    }
    shard.poll();
    actors.add(actor(steps));
    actors.add(actor(() -> subject.armLast(9)));
  }

  /** A suspend, on a clock that goes on in it: devices do not. */
  private void leap() {
    nanos += FAR_TICKS / 2 * TICK;
    // What was armed in the last tick may count from here.
    long wakes = nanos + 9 * TICK + (wait == ClockEventDevice.NEVER ? 0 : Math.max(0, wait));
    subjects.forEach(each -> each.latest = Math.max(each.latest, wakes));
  }

  /** From now on, armings count from a tick that only the owner replaces. */
  private void startCoarseClock() {
    for (int i = 0; i < 300; i++) {
      shard.firstTick(shard.clock.tick());
    }
    shard.poll();
  }

  private void putOffOnce(Subject subject, long ticks) {
    subject.arm(1);
    shard.poll();
    subject.putOff(ticks);
  }

  private Schedules.Actor whoPutsOff(Subject subject) {
    switch (name) {
      case "put off beside a look" -> {
        subject.arm(3);
        shard.poll();
        return actor(
            () -> pass(2), () -> subject.putOff(9), () -> pass(3), () -> subject.putOff(7));
      }
      case "sooner after put off" -> {
        subject.arm(3);
        shard.poll();
        return actor(() -> subject.putOff(900), () -> pass(6), () -> subject.armLast(2));
      }
      case "put off as before" -> {
        subject.arm(20);
        subject.putOff(9);
        return actor(() -> subject.armLast(3), () -> subject.putOff(9));
      }
      default -> throw new IllegalArgumentException(name);
    }
  }

  private Schedules.Actor actor(Runnable... steps) {
    return new Schedules.Actor(
        () -> {
          for (Runnable step : steps) {
            step.run();
            Continuation.yield(Schedules.SCOPE);
          }
        });
  }

  private void pass(long ticks) {
    nanos += ticks * TICK;
    passed += ticks; // whoever was stopped meanwhile may be late by as much
    if (wait != ClockEventDevice.NEVER) {
      wait -= ticks * TICK;
      owner.blocked &= wait > 0;
    }
  }

  private void shutdown() {
    Request wanted = new Request(true, new ArrayList<>(0));
    request = wanted;
    shard.send(wanted);
  }

  private Request request;

  /** Everybody sleeps: the clock moves to where the owner wants to wake; false if never. */
  @Override
  public boolean timePasses() {
    if (owner.continuation.isDone() || wait == ClockEventDevice.NEVER) {
      return false;
    }
    nanos += wait;
    wait = 0;
    owner.blocked = false;
    return true;
  }

  /** What is wrong in the end, or null. */
  @Override
  public String verdict() {
    if (request != null) {
      if (request.done.getCount() > 0 || !owner.continuation.isDone()) {
        return "ENDLESS: the owner has not answered, or not ended";
      }
      for (Timeout each : request.pending) {
        subjects.stream().filter(s -> s.timeout == each).forEach(s -> s.drained++);
      }
    }
    for (Subject each : subjects) {
      int ends = each.replaced + each.cancels + each.runs + each.drained;
      if (each.timeout.isPending()) {
        return "LOST: armed and never run";
      }
      if (each.arms != ends) {
        return "ENDS " + each.arms + " armings: " + each.replaced + " replaced, " + each.cancels
            + " cancelled, " + each.runs + " run, " + each.drained + " drained";
      }
    }
    return null;
  }
}

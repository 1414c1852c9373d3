package org.timehands.timer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What was done with one timer, when each call began and ended, and whether one thread could have
 * done it all: an order of the calls in which each has the answer that it got, where what ended
 * before another began comes first (linearizability, after M. Herlihy and J. Wing, 1990).
 */
/*
 * The one thread's timer is armed for an instant or not, and running or not.
 *
 *   ARM     armed for it; was it armed?
 *   TRY     running: RUNNING. Else not armed any more; was it?
 *   WAIT    when it is not running: not armed any more; true if it was, or an AGAIN was not heard
 *   ASK     armed or running
 *   BEGIN   armed for what has come: now running, and not armed
 *   END     not running; by AGAIN armed, unless it is already, or a WAIT or a close is going on
 *   TOLD    not armed: the shard is closed
 */
final class TimerHistory {
  enum Kind {
    ARM,
    TRY,
    WAIT,
    ASK,
    BEGIN,
    END,
    TOLD
  }

  /** Not armed. */
  private static final long NONE = -1;

  private static final int PENDING = Integer.MAX_VALUE;

  /** One call, or something that the shard did. */
  static final class Op {
    final Kind kind;
    final int start;
    int end = PENDING;
    /** The instant of ARM, and of END by AGAIN; the clock of BEGIN. */
    long nanos;
    /** What was answered: armed, kept from running, active; END: AGAIN was asked for. */
    boolean yes;
    /** TRY found it running. */
    boolean running;

    Op(Kind kind, int start, long nanos) {
      this.kind = kind;
      this.start = start;
      this.nanos = nanos;
    }

    private boolean overlaps(Op other) {
      return start <= other.end && other.start <= end;
    }

    @Override
    public String toString() {
      return kind + "(" + nanos / TimerWorld.MILLI + ")=" + (running ? "RUNNING" : yes) + " ["
          + start + ", " + (end == PENDING ? "" : end) + "]";
    }
  }

  private record State(long done, long armed, boolean running) {}

  final List<Op> ops = new ArrayList<>();
  private final Set<State> seen = new HashSet<>();
  private int closing = PENDING;

  /** The shard was being closed from then on: what asks for AGAIN may not be heard. */
  void closing(int from) {
    closing = Math.min(closing, from);
  }

  /** A call that did nothing, and said so. */
  void forget(Op op) {
    ops.remove(op);
  }

  /** Whether there is such an order, after which the timer neither is armed nor runs. */
  boolean isOfOneThread() {
    seen.clear();
    return ops.stream().allMatch(op -> op.end != PENDING) && search(0, NONE, false);
  }

  private boolean search(long done, long armed, boolean running) {
    if (Long.bitCount(done) == ops.size()) {
      return armed == NONE && !running;
    }
    if (!seen.add(new State(done, armed, running))) {
      return false;
    }
    int bound = PENDING; // who begins behind it has to wait for somebody
    for (int i = 0; i < ops.size(); i++) {
      if ((done & 1L << i) == 0) {
        bound = Math.min(bound, ops.get(i).end);
      }
    }
    for (int i = 0; i < ops.size(); i++) {
      if ((done & 1L << i) == 0
          && ops.get(i).start <= bound
          && step(ops.get(i), done | 1L << i, armed, running)) {
        return true;
      }
    }
    return false;
  }

  private boolean step(Op op, long done, long armed, boolean running) {
    boolean was = armed != NONE;
    return switch (op.kind) {
      case ARM -> op.yes == was && search(done, op.nanos, running);
      case ASK -> op.yes == (was || running) && search(done, armed, running);
      case TRY ->
          op.running == running
              && (running ? search(done, armed, true) : op.yes == was && search(done, NONE, false));
      case WAIT ->
          !running
              && (was ? op.yes : !op.yes || isBesideAgain(op))
              && search(done, NONE, false);
      case BEGIN -> was && !running && armed <= op.nanos && search(done, NONE, true);
      case END -> running && end(op, done, armed);
      case TOLD -> was && search(done, NONE, running);
    };
  }

  private boolean end(Op op, long done, long armed) {
    if (!op.yes || armed != NONE) {
      return search(done, armed, false);
    }
    boolean mayBeUnheard =
        op.end >= closing
            || ops.stream().anyMatch(wait -> wait.kind == Kind.WAIT && wait.overlaps(op));
    return search(done, op.nanos, false) || mayBeUnheard && search(done, NONE, false);
  }

  private boolean isBesideAgain(Op wait) {
    return ops.stream().anyMatch(op -> op.kind == Kind.END && op.yes && op.overlaps(wait));
  }

  @Override
  public String toString() {
    return ops.toString();
  }
}

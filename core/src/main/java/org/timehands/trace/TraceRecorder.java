package org.timehands.trace;

import org.timehands.timeline.Sample;

/**
 * Records the events of one thread: a stamp and a number each, in arrays that are there from the
 * beginning.
 *
 * <p>Call {@link #local} and {@link #send} before what they are about can be seen by others, and
 * {@link #receive} after what it is about has been seen; {@link TraceClock} says why. What does not
 * fit any more is counted and dropped: old events are never overwritten, so a message that was
 * received has its sending in the trace if its sender had room.
 *
 * <p>For one thread; others may read it once something orders them after its last event. Recording
 * allocates nothing while the clocksource has not changed more than 15 times.
 */
public final class TraceRecorder implements TraceStream {
  private final TraceClock clock;
  private final TraceLog log;
  private final Sample scratch = new Sample();
  private final long[] stamp = new long[2];
  private long dropped;

  TraceRecorder(TraceClock clock, String name, int capacity) {
    this.clock = clock;
    this.log = new TraceLog(name, capacity);
  }

  /**
   * Records an event of this thread, relaxed.
   *
   * @param message anything that the event is to be told by
   * @return its cycle
   */
  public long local(long message) {
    return record(false, TraceKind.LOCAL, message);
  }

  /**
   * Records that a message is about to be handed over, relaxed.
   *
   * @param message the number of the message, which no other has
   * @return its cycle
   */
  public long send(long message) {
    return record(false, TraceKind.SEND, message);
  }

  /**
   * Records that a message was taken, ordered.
   *
   * @param message its number, as it was sent
   * @return its cycle
   */
  public long receive(long message) {
    return record(true, TraceKind.RECEIVE, message);
  }

  private long record(boolean ordered, TraceKind kind, long message) {
    clock.take(ordered, scratch, stamp);
    if (!log.add(stamp[0], stamp[1], kind, message)) {
      dropped++;
    }
    return stamp[1];
  }

  /** How many events found no room. */
  public long dropped() {
    return dropped;
  }

  /** Forgets all events, so that there is room again. */
  public void clear() {
    log.clear();
    dropped = 0;
  }

  @Override
  public String name() {
    return log.name();
  }

  @Override
  public int size() {
    return log.size();
  }

  @Override
  public long clocksourceId(int i) {
    return log.clocksourceId(i);
  }

  @Override
  public long cycles(int i) {
    return log.cycles(i);
  }

  @Override
  public TraceKind kind(int i) {
    return log.kind(i);
  }

  @Override
  public long message(int i) {
    return log.message(i);
  }
}

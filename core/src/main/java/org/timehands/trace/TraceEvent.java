package org.timehands.trace;

import org.timehands.timeline.History;
import org.timehands.timeline.Sample;

/**
 * An event of a merged trace: whose, what, which stamp, and when. {@link TraceMerge} reuses it:
 * take from it what you need before you return.
 */
public final class TraceEvent {
  private final TraceStream stream;
  private final int streamNumber;
  private final Sample times = new Sample();
  private History.Found found = History.Found.TOO_OLD;
  private int index = -1;
  private long keyNanos = Long.MIN_VALUE;
  private long keySequence = Long.MIN_VALUE;
  private long keyCycles;

  TraceEvent(TraceStream stream, int streamNumber) {
    this.stream = stream;
    this.streamNumber = streamNumber;
  }

  /**
   * Goes to the stream's next event.
   *
   * @return whether it comes where it should, after the one before; false there, too, is an event
   * @throws java.util.NoSuchElementException if there is none
   */
  boolean next(StampConverter converter) {
    index++;
    found = converter.convert(stream.clocksourceId(index), stream.cycles(index), times);
    if (!hasTimes()) {
      // Has no place of its own: comes right after its neighbour.
      return true;
    }
    long nanos = times.monoNanos();
    boolean inOrder = compare(nanos, times.sequence(), cycles()) <= 0;
    keyNanos = nanos;
    keySequence = times.sequence();
    keyCycles = cycles();
    return inOrder;
  }

  boolean isLast() {
    return index == stream.size() - 1;
  }

  /** Below zero if this comes before the other, zero if nothing tells which is first. */
  int compareTo(TraceEvent other) {
    return compare(other.keyNanos, other.keySequence, other.keyCycles);
  }

  private int compare(long nanos, long sequence, long cycles) {
    if (keyNanos != nanos) {
      return Long.compare(keyNanos, nanos);
    }
    if (keySequence != sequence) {
      return Long.compare(keySequence, sequence);
    }
    return Long.signum(keyCycles - cycles);
  }

  /** Whether a message is sent later in this stream, but at the same stamp. */
  boolean isAboutToSend(long message) {
    for (int i = index; i < stream.size(); i++) {
      if (stream.cycles(i) != cycles() || stream.clocksourceId(i) != clocksourceId()) {
        return false;
      }
      if (stream.kind(i) == TraceKind.SEND && stream.message(i) == message) {
        return true;
      }
    }
    return false;
  }

  /** Whose event this is. */
  public TraceStream stream() {
    return stream;
  }

  /** Which of the streams that is, in the order in which they were given. */
  public int streamNumber() {
    return streamNumber;
  }

  /** The event's number in its stream. */
  public int index() {
    return index;
  }

  /** What the event is. */
  public TraceKind kind() {
    return stream.kind(index);
  }

  /** What was said with it. */
  public long message() {
    return stream.message(index);
  }

  /** Whose cycle it was stamped with. */
  public long clocksourceId() {
    return stream.clocksourceId(index);
  }

  /** The cycle that it was stamped with. */
  public long cycles() {
    return stream.cycles(index);
  }

  /** How its time was found. */
  public History.Found found() {
    return found;
  }

  /** Whether it has times; UNMAPPABLE ones are where it stands in the order, and no more. */
  public boolean hasTimes() {
    return found != History.Found.TOO_OLD && found != History.Found.WRONG_CLOCKSOURCE;
  }

  /** All clocks at its cycle, with their bounds; only if it {@link #hasTimes}. */
  public Sample times() {
    return times;
  }
}

package org.timehands.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;

/**
 * Merges the traces of several threads and processes into one order: by MONOTONIC, and among equal
 * nanoseconds by cycles.
 *
 * <p>The order contradicts neither the cycles of any counter, nor the order of events within a
 * thread, nor any message, if the stamps were taken as {@link TraceClock} says: a sending comes
 * before its receiving. Where a counter is so coarse that both have one stamp, the number of the
 * message decides. No event is moved to make that true: what comes out of order within its own
 * stream is given as it is, and counted.
 *
 * <p>An event without a time (too old, of a clocksource that is not known) comes right after its
 * neighbour in its thread.
 *
 * <p>Times must not change while merging: read the timeline once after the last stamp was taken,
 * so that all of them are promised. Not thread-safe.
 */
public final class TraceMerge {
  private final StampConverter converter;
  private final List<TraceStream> streams = new ArrayList<>();

  /** Takes the merged events one by one. */
  @FunctionalInterface
  public interface Sink {
    /** Takes an event, which is reused afterwards. */
    void accept(TraceEvent event);
  }

  /**
   * What a merge has come to.
   *
   * @param events how many there were
   * @param exact those that have for ever the time they have
   * @param predicted those beyond what the timeline has promised, or beyond a counter that it left
   * @param unmappable those at which the counter told nothing
   * @param placeless those without a time
   * @param outOfOrder those that lie before their predecessor in the same stream: stamps that were
   *     not taken by one thread, or a counter that went back
   */
  public record Summary(
      long events, long exact, long predicted, long unmappable, long placeless, long outOfOrder) {}

  /**
   * A merge.
   *
   * @param converter knows the times
   */
  public TraceMerge(StampConverter converter) {
    this.converter = Objects.requireNonNull(converter, "converter");
  }

  /** Adds the events of a thread. */
  public TraceMerge add(TraceStream stream) {
    streams.add(Objects.requireNonNull(stream, "stream"));
    return this;
  }

  /** Merges all that was added, from the beginning. */
  public Summary merge(Sink sink) {
    return new Run(sink).all();
  }

  /** One merge. */
  private final class Run {
    private final Sink sink;
    private final PriorityQueue<TraceEvent> heads =
        new PriorityQueue<>(Math.max(1, streams.size()), TraceEvent::compareTo);
    private final List<TraceEvent> together = new ArrayList<>();
    private long events;
    private long exact;
    private long predicted;
    private long unmappable;
    private long placeless;
    private long outOfOrder;

    Run(Sink sink) {
      this.sink = Objects.requireNonNull(sink, "sink");
    }

    Summary all() {
      for (int i = 0; i < streams.size(); i++) {
        push(new TraceEvent(streams.get(i), i));
      }
      while (!heads.isEmpty()) {
        TraceEvent first = heads.poll();
        if (!heads.isEmpty() && heads.peek().compareTo(first) == 0) {
          together(first);
        } else {
          give(first);
          push(first);
        }
      }
      return new Summary(events, exact, predicted, unmappable, placeless, outOfOrder);
    }

    /** Puts a stream in line by its next event, if it has one. */
    private void push(TraceEvent event) {
      if (!event.isLast()) {
        if (!event.next(converter)) {
          outOfOrder++;
        }
        heads.add(event);
      }
    }

    private void give(TraceEvent event) {
      events++;
      switch (event.found()) {
        case EXACT -> exact++;
        case PREDICTED -> predicted++;
        case UNMAPPABLE -> unmappable++;
        case TOO_OLD, WRONG_CLOCKSOURCE -> placeless++;
      }
      sink.accept(event);
    }

    /** Gives all events of one stamp: what is received waits for what sends it. */
    private void together(TraceEvent first) {
      together.clear();
      together.add(first);
      takeEqual(first);
      while (!together.isEmpty()) {
        TraceEvent next = choose();
        together.remove(next);
        give(next);
        push(next);
        // Its next event may be at the same stamp still.
        if (!together.isEmpty()) {
          takeEqual(together.getFirst());
        }
      }
    }

    private void takeEqual(TraceEvent to) {
      while (!heads.isEmpty() && heads.peek().compareTo(to) == 0) {
        together.add(heads.poll());
      }
    }

    private TraceEvent choose() {
      for (TraceEvent each : together) {
        if (each.kind() != TraceKind.RECEIVE || !isToBeSent(each.message())) {
          return each;
        }
      }
      // Messages in a ring, which no thread can have passed: the numbers are wrong.
      return together.getFirst();
    }

    private boolean isToBeSent(long message) {
      for (TraceEvent each : together) {
        if (each.isAboutToSend(message)) {
          return true;
        }
      }
      return false;
    }
  }
}

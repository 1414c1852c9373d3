package org.timehands.trace;

import java.util.Arrays;

/**
 * Checks a merged order: that no message was received before it was sent, that times do not fall,
 * and that the cycles of each clocksource do not fall.
 *
 * <p>Give it to {@link TraceMerge#merge}, or let your own sink pass events on to it. What it finds
 * in a trace taken by {@link TraceClock} is a stamp taken on the wrong side of its message,
 * or a counter that differs between processors. Not thread-safe.
 */
public final class OrderCheck implements TraceMerge.Sink {
  private static final byte FREE = 0;
  private static final byte SENT = 1;
  private static final byte EARLY = 2;
  private static final byte MATCHED = 3;
  private static final int FIRST_SLOTS = 1 << 10;

  /* Messages by number: open addressing, half of the slots free at least. */
  private long[] numbers = new long[FIRST_SLOTS];
  private byte[] states = new byte[FIRST_SLOTS];
  private int used;

  private long[] ids = new long[4];
  private long[] lastCycles = new long[4];
  private int counters;
  private long lastNanos = Long.MIN_VALUE;

  private long messages;
  private long receivedFirst;
  private long repeated;
  private long timesFell;
  private long cyclesFell;

  /** A check of one merged trace. */
  public OrderCheck() {}

  @Override
  public void accept(TraceEvent event) {
    if (event.hasTimes()) {
      long nanos = event.times().monoNanos();
      timesFell += nanos < lastNanos ? 1 : 0;
      lastNanos = Math.max(lastNanos, nanos);
    }
    lookAtCycles(event.clocksourceId(), event.cycles());
    if (event.kind() != TraceKind.LOCAL) {
      lookAtMessage(event.message(), event.kind() == TraceKind.SEND);
    }
  }

  private void lookAtCycles(long id, long cycles) {
    int at = 0;
    while (at < counters && ids[at] != id) {
      at++;
    }
    if (at == counters) {
      if (at == ids.length) {
        ids = Arrays.copyOf(ids, 2 * at);
        lastCycles = Arrays.copyOf(lastCycles, 2 * at);
      }
      ids[at] = id;
      lastCycles[at] = cycles;
      counters++;
    }
    if (cycles - lastCycles[at] < 0) {
      cyclesFell++;
    } else {
      lastCycles[at] = cycles;
    }
  }

  private void lookAtMessage(long number, boolean sent) {
    if (2 * used >= states.length) {
      grow();
    }
    int slot = slotOf(number);
    byte state = states[slot];
    if (state == FREE) {
      numbers[slot] = number;
      states[slot] = sent ? SENT : EARLY;
      used++;
      return;
    }
    if (state == MATCHED || (state == SENT) == sent) {
      repeated++;
      return;
    }
    messages++;
    receivedFirst += sent ? 1 : 0;
    states[slot] = MATCHED;
  }

  private int slotOf(long number) {
    int mask = states.length - 1;
    long mixed = number * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (states[slot] != FREE && numbers[slot] != number) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldNumbers = numbers;
    byte[] oldStates = states;
    numbers = new long[2 * oldNumbers.length];
    states = new byte[2 * oldStates.length];
    for (int i = 0; i < oldStates.length; i++) {
      if (oldStates[i] != FREE) {
        int slot = slotOf(oldNumbers[i]);
        numbers[slot] = oldNumbers[i];
        states[slot] = oldStates[i];
      }
    }
  }

  /** Messages whose sending and receiving both were seen. */
  public long messages() {
    return messages;
  }

  /** Messages whose receiving came before their sending. */
  public long receivedBeforeSent() {
    return receivedFirst;
  }

  /** Messages of which one half was not seen: it found no room, or is still under way. */
  public long halves() {
    long halves = 0;
    for (byte each : states) {
      halves += each == SENT || each == EARLY ? 1 : 0;
    }
    return halves;
  }

  /** Sendings or receivings of a number that had been sent or received before: not checked. */
  public long repeated() {
    return repeated;
  }

  /** Events whose time is below one that came before. */
  public long timesFell() {
    return timesFell;
  }

  /** Events whose cycle is below one of the same clocksource that came before. */
  public long cyclesFell() {
    return cyclesFell;
  }

  /** Whether nothing contradicts the order. */
  public boolean isSound() {
    return receivedFirst == 0 && timesFell == 0 && cyclesFell == 0;
  }

  @Override
  public String toString() {
    return messages + " messages, " + receivedFirst + " received before they were sent, "
        + timesFell + " times and " + cyclesFell + " cycles below one that came before";
  }
}

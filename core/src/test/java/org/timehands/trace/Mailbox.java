package org.timehands.trace;

import java.util.concurrent.atomic.AtomicLongArray;

/** A ring of messages from one thread to another; zero is no message. */
final class Mailbox {
  private static final int SLOTS = 8;

  private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
  private int putAt;
  private int takeAt;

  /** Whether there is room, for the sender. */
  boolean hasRoom() {
    return slots.getAcquire(putAt) == 0;
  }

  /** Puts a message in, where there is room. */
  void put(long message) {
    slots.setRelease(putAt, message);
    putAt = (putAt + 1) & (SLOTS - 1);
  }

  /** Takes the next message; zero if none has come. */
  long take() {
    long message = slots.getAcquire(takeAt);
    if (message != 0) {
      slots.setRelease(takeAt, 0);
      takeAt = (takeAt + 1) & (SLOTS - 1);
    }
    return message;
  }
}

package org.timehands.trace;

/** What an event of a trace is to the order of events in other threads. */
public enum TraceKind {
  /** Concerns its thread alone. */
  LOCAL(0),
  /** Stamped before a message was handed over. */
  SEND(1),
  /** Stamped after a message was taken. */
  RECEIVE(2);

  private final byte code;

  TraceKind(int code) {
    this.code = (byte) code;
  }

  /** The kind as it is kept in a byte. */
  byte code() {
    return code;
  }

  /** The kind of a code. */
  static TraceKind of(byte code) {
    return code == LOCAL.code ? LOCAL : code == SEND.code ? SEND : RECEIVE;
  }
}

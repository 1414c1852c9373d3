package org.timehands.app;

import org.timehands.timeline.TimeStatus;

/** Colours where they are wanted, nothing elsewhere. */
enum Style {
  /** No escape sequences at all. */
  PLAIN,
  /** ANSI colours. */
  COLOUR;

  static Style of(Console console) {
    return console.hasColours() ? COLOUR : PLAIN;
  }

  String bold(String text) {
    return paint("1", text);
  }

  String dim(String text) {
    return paint("2", text);
  }

  String good(String text) {
    return paint("32", text);
  }

  String doubtful(String text) {
    return paint("33", text);
  }

  String bad(String text) {
    return paint("31", text);
  }

  String status(TimeStatus status) {
    return switch (status) {
      case SYNCHRONIZED -> good(status.name());
      case HOLDOVER, FREERUNNING -> doubtful(status.name());
      case STALE -> bad(status.name());
    };
  }

  private String paint(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : "\033[" + code + "m" + text + "\033[0m";
  }
}

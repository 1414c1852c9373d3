package org.timehands.app;

import java.util.Objects;

/**
 * What every command is given.
 *
 * @param console whom it talks to
 * @param sessions where its timelines come from
 */
record Context(Console console, Sessions sessions) {
  Context {
    Objects.requireNonNull(console, "console");
    Objects.requireNonNull(sessions, "sessions");
  }
}

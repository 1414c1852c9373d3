package org.timehands.timeout;

/** What becomes of a timeout that is armed after the shutdown. */
public enum LateArms {
  /** The caller gets an IllegalStateException. */
  REFUSE,
  /** Nothing: it is never pending, and never runs, as in a kernel that shuts a timer down. */
  IGNORE
}

package org.timehands.stress.model;

/** What a model can break. */
public enum Property {
  /** A read that began after another had ended is not less. */
  MONO,
  /** Equal cycles have equal times, and the order of cycles is the order of times. */
  PURE,
  /** A value was computed from the halves of two segments. */
  TORN,
  /** A reader left alone, in whatever state the others died, ends its read in a few own steps. */
  LIVE,
  /** A reader left alone gets the time of the present cycle, not of an old promise. */
  FRESH
}

package org.timehands.stress.model;

import java.util.Locale;

/** The words in which models and their sizes are named. */
final class Words {
  private Words() {}

  /** A constant's name as words: {@code LATE_PUBLISH} is "late publish". */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** A number of things: "1 reader", "2 readers". */
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** The readers of a model, and how many of them cannot extend. */
  static String readers(int readers, int readOnly) {
    return count(readers, "reader") + (readOnly == 0 ? "" : " (" + readOnly + " read-only)");
  }

  /** A model's name: its subject, what is changed in it, and its size. */
  static String name(String subject, Enum<?> variant, Object size) {
    String changed = variant.ordinal() == 0 ? "" : ", " + of(variant);
    return subject + changed + ": " + size;
  }
}

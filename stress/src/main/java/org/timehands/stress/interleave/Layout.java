package org.timehands.stress.interleave;

import org.timehands.linux.Memory;
import org.timehands.timeline.Page;

/**
 * The page by its published layout, read without the library: the oracle's view, and the names of
 * words for traces.
 */
final class Layout {
  static final int SEQ = 0;
  static final int START = 8;
  static final int MONO_BASE = 16;
  static final int MONO_FRAC = 24;
  static final int SLOPE_FRAC = 32;
  static final int SLOPE_INT = 40;
  static final int CLOCKSOURCE = 48;
  static final int FLAGS = 56;
  static final int OFF_REAL = 64;
  static final int LEAP_AT = 72;
  static final int OFF_BOOT = 80;
  static final int OFF_TAI = 88;
  static final int RAW_BASE = 96;
  static final int RAW_FRAC = 104;
  static final int RAW_SLOPE_FRAC = 112;
  static final int RAW_SLOPE_INT = 120;

  static final int GAP = 208;

  private static final long HEAD = 128;
  private static final long OWNER_EPOCH = 192;

  private static final String[] SLOT_WORDS = {
    "SEQ", "START", "MONO_BASE", "MONO_FRAC", "SLOPE_FRAC", "SLOPE_INT", "CLOCKSOURCE", "FLAGS",
    "OFF_REAL", "LEAP_AT", "OFF_BOOT", "OFF_TAI", "RAW_BASE", "RAW_FRAC", "RAW_SLOPE_FRAC",
    "RAW_SLOPE_INT", "ERR", "ERR_RATE", "REF_ERR", "RESERVED", "RAW_ERR", "RAW_RATE",
    "HOLDOVER_AFTER", "FREERUN_AFTER", "STATUS", "STEP", "GAP", "CLOCK_WAS_SET_SEQ",
    "CS_CHANGED_SEQ", "HOST_MONO_OFF", "HOST_RAW_OFF", "HOST_BOOT_OFF"
  };

  final long address;
  final int slots;
  private final long horizons;

  Layout(long address, int slots) {
    this.address = address;
    this.slots = slots;
    this.horizons = address + Page.horizonOffset(slots);
  }

  long slot(long k) {
    return address + 4096 + (k & (slots - 1)) * 256;
  }

  long horizon(long k) {
    return horizons + (k & (slots - 1)) * 64;
  }

  long word(long k, int field) {
    return Memory.get(slot(k) + field);
  }

  boolean holds(long k) {
    return k >= 0 && word(k, SEQ) == k;
  }

  long horizonWord(long k) {
    return Memory.get(horizon(k));
  }

  /** The newest published segment, whatever the hint says. */
  long newest() {
    long k = Memory.get(address + HEAD);
    while ((horizonWord(k) & 1) != 0 && holds(k + 1)) {
      k++;
    }
    return k;
  }

  /** The cycle up to which time is promised. */
  long promisedCycle(long k) {
    long horizon = horizonWord(k);
    return word(k, START) + (horizon < 0 ? 0 : horizon >>> 1);
  }

  String name(long word) {
    long offset = word - address;
    if (offset == HEAD) {
      return "HEAD";
    }
    if (offset == OWNER_EPOCH) {
      return "OWNER_EPOCH";
    }
    if (word >= horizons) {
      long at = word - horizons;
      return at % 64 == 0 ? "H[" + at / 64 + "]" : "COUNT[" + at / 64 + "]";
    }
    if (offset >= 4096) {
      long at = offset - 4096;
      return "slot[" + at / 256 + "]." + SLOT_WORDS[(int) (at % 256 / 8)];
    }
    return "header+" + offset;
  }
}

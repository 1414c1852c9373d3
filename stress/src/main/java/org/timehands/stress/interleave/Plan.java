package org.timehands.stress.interleave;

/** What one schedule is made of; all of it is drawn from the seed. */
final class Plan {
  /** Width of the counters that show all their bits. */
  static final int WIDE = 64;

  /** What schedules are to have, for a hunt that would be long otherwise. */
  enum Focus {
    /** A bit of everything. */
    ANY,
    /** Changes from one counter to another. */
    CLOCKSOURCE,
    /** Counters of few bits. */
    NARROW,
    /** Absurd promises. */
    POISON,
    /** A machine that sleeps. */
    SLEEP
  }

  private static final long[] HERTZ = {
    3_579_545L, 24_000_000L, 137_000_000L, 1_000_000_000L, 2_299_998_000L
  };

  /** Of narrow counters: GAP must stay below a quarter of either's range. */
  private static final long[] NARROW_HERTZ = {137_000_000L, 1_000_000_000L, 2_299_998_000L};

  final int slots;
  final int width;
  final long hertzX;
  final long hertzY;
  final boolean nativeFirst;
  /** Cycles of X by which a reader extends. */
  final long step;
  final long gap;
  /** About how long one access takes. */
  final long accessPicos;
  final int updates;
  final int reads;
  final int extendingReaders;
  final int readOnlyReaders;
  /** Whether the extending readers are threads of one process. */
  final boolean oneProcess;
  final boolean changesClocksource;
  final boolean sleeps;
  final boolean poisons;
  final boolean heartbeat;
  final boolean converter;
  /** After how many accesses the writer of each generation is killed; beyond all, never. */
  final int[] killAfter;
  /** Whether the death is one of the thread only: nobody takes over. */
  final boolean threadOnly;
  /** In how many of a thousand accesses an actor is put to sleep. */
  final int stallPermille;
  /** In how many of a thousand rounds time leaps by much of a narrow counter's range. */
  final int leapPermille;

  Plan(Rng rng, Focus focus) {
    slots = (int) rng.pick(4, 4, 8, 16);
    boolean narrow = focus == Focus.NARROW || (focus == Focus.ANY && rng.permille(400));
    width = narrow ? (int) rng.pick(32, 24) : WIDE;
    hertzX = rng.pick(width == WIDE ? HERTZ : NARROW_HERTZ);
    hertzY = rng.pick(width == WIDE ? HERTZ : NARROW_HERTZ);
    nativeFirst = width == WIDE && rng.permille(600);
    step = width == WIDE ? rng.pick(4, 16, 64, 1000, 50_000) : rng.pick(4, 16, 64);
    gap = step * rng.pick(64, 1000);
    long stepPicos = (long) (step * (1e12 / hertzX));
    accessPicos = Math.max(1, stepPicos / rng.pick(4, 16, 64, 256));
    updates = 2 + rng.below(rng.permille(200) ? 40 : 12);
    reads = 3 + rng.below(12);
    extendingReaders = 1 + rng.below(3);
    readOnlyReaders = rng.below(2);
    changesClocksource = focus == Focus.CLOCKSOURCE || rng.permille(450);
    sleeps = focus == Focus.SLEEP || (focus != Focus.POISON && rng.permille(150));
    poisons = focus == Focus.POISON || (width == WIDE && !sleeps && rng.permille(150));
    heartbeat = rng.permille(350);
    converter = rng.permille(500);
    killAfter = new int[rng.permille(500) ? 1 + rng.below(3) : 0];
    for (int i = 0; i < killAfter.length; i++) {
      killAfter[i] = 1 + (rng.permille(500) ? rng.below(200) : rng.below(2000));
    }
    threadOnly = rng.permille(200);
    leapPermille = narrow ? (int) rng.pick(0, 5, 40) : 0;
    stallPermille = (int) rng.pick(2, 10, 40);
    oneProcess = rng.permille(500);
  }
}

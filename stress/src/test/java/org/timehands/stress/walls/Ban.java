package org.timehands.stress.walls;

import java.util.List;
import java.util.Set;

/**
 * A call that is refused outside a few packages, and what to write instead.
 *
 * @param owner the class, with dots
 * @param method the method; {@code <init>} means the constructor without arguments
 * @param reach where the ban holds
 * @param instead what to use, for the message
 */
record Ban(String owner, String method, Reach reach, String instead) {
  /** Where a ban holds. */
  enum Reach {
    /** The product, but for the rooms that read the machine's clocks. */
    TIME,
    /** Everywhere, tests included: what cannot be replayed cannot be debugged. */
    CHANCE
  }

  /** The rooms that may read the machine's clocks and wait on them. */
  static final Set<String> TIME_ROOMS =
      Set.of(
          "org.timehands.linux", "org.timehands.clocksource", "org.timehands.clockevent");

  private static final String READ = "a Timekeeper, or clocksource inside core";
  private static final String WAIT = "a clockevent, linux.TimerFd, or a Condition with a deadline";
  private static final String SEEDED = "a generator made from a seed that is printed";

  static final List<Ban> ALL =
      List.of(
          time("java.lang.System", "nanoTime", READ),
          time("java.lang.System", "currentTimeMillis", READ),
          time("java.time.Instant", "now", READ),
          time("java.time.LocalDate", "now", READ),
          time("java.time.LocalTime", "now", READ),
          time("java.time.LocalDateTime", "now", READ),
          time("java.time.OffsetDateTime", "now", READ),
          time("java.time.ZonedDateTime", "now", READ),
          time("java.time.Clock", "systemUTC", READ),
          time("java.time.Clock", "systemDefaultZone", READ),
          time("java.time.Clock", "system", READ),
          time("java.time.InstantSource", "system", READ),
          time("java.util.Date", "<init>", READ),
          time("java.lang.Thread", "sleep", WAIT),
          time("java.util.concurrent.TimeUnit", "sleep", WAIT),
          time("java.util.concurrent.locks.LockSupport", "parkNanos", WAIT),
          time("java.util.concurrent.locks.LockSupport", "parkUntil", WAIT),
          chance("java.util.Random", "<init>"),
          chance("java.util.SplittableRandom", "<init>"),
          chance("java.lang.Math", "random"),
          chance("java.lang.StrictMath", "random"),
          chance("java.util.concurrent.ThreadLocalRandom", "current"),
          chance("java.util.UUID", "randomUUID"),
          chance("java.util.random.RandomGenerator", "getDefault"));

  private static Ban time(String owner, String method, String instead) {
    return new Ban(owner, method, Reach.TIME, instead);
  }

  private static Ban chance(String owner, String method) {
    return new Ban(owner, method, Reach.CHANCE, SEEDED);
  }

  boolean holdsIn(JavaFile file) {
    return switch (reach) {
      case TIME -> file.isProduct() && !TIME_ROOMS.contains(file.packageName());
      case CHANCE -> true;
    };
  }

  String simpleOwner() {
    return owner.substring(owner.lastIndexOf('.') + 1);
  }

  String ownerPackage() {
    return owner.substring(0, owner.lastIndexOf('.'));
  }

  String message() {
    String call =
        method.equals("<init>") ? "new " + simpleOwner() + "()" : simpleOwner() + "." + method;
    return call + " is not used here: use " + instead;
  }
}
